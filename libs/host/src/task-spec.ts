import type { Millis, TaskId } from '@ekiden/kernel';

/** Which kind of executor runs a task; follows from its definition (DESIGN 6). */
export type ExecutorKind = 'process' | 'docker';

/**
 * `shell` is Marathon's `cmd` (run by `/bin/sh -c`), `argv` is its `args` (run without a shell; the
 * first item is the program, in an image with an entry point an argument of that, unless `whole`).
 */
export type TaskCommand =
  | { readonly kind: 'shell'; readonly value: string }
  | { readonly kind: 'argv'; readonly value: readonly string[]; readonly whole?: true };

/** A file to put into the sandbox before the start (marathon-api 5.7). */
export interface FetchItem {
  readonly uri: string;
  readonly extract: boolean;
  readonly executable: boolean;
  readonly cache: boolean;
  /** Where it goes, relative to the sandbox; absent = the last part of the uri. */
  readonly destPath?: string;
}

/** What the task was promised, in milli-units as the offer core counts them. */
export interface TaskResources {
  /** Thousandths of a processor. */
  readonly cpus: number;
  /** Thousandths of a MiB. */
  readonly mem: number;
  /** Thousandths of a MiB. */
  readonly disk: number;
}

/** The most a task may use, where that is not what it was promised. */
export interface ResourceLimits {
  /** Thousandths of a processor; absent = as much as is free. */
  readonly cpus?: number;
  /** Thousandths of a MiB; absent = what the task was promised. */
  readonly mem?: number | 'unlimited';
}

export type ContainerNetwork =
  | { readonly kind: 'host' }
  | { readonly kind: 'bridge' }
  /** A network that somebody has made on the engine. */
  | { readonly kind: 'user'; readonly name: string }
  /** That of another task of the same group, which is prepared and started before this one. */
  | { readonly kind: 'task'; readonly taskId: TaskId };

/** One port of a container. */
export interface ContainerPort {
  /** 0 = the same number as the host port. */
  readonly containerPort: number;
  /** Absent = reachable inside the container's network only. */
  readonly hostPort?: number;
  readonly protocols: readonly ('tcp' | 'udp')[];
}

export type ContainerVolume =
  /** Room of its own that goes with the container. */
  | { readonly kind: 'scratch'; readonly containerPath: string; readonly readOnly: boolean }
  | {
      readonly kind: 'host';
      readonly hostPath: string;
      readonly containerPath: string;
      readonly readOnly: boolean;
    }
  /** A volume of the engine, made on demand by the driver (absent = the engine's own). */
  | {
      readonly kind: 'named';
      readonly name: string;
      readonly driver?: string;
      readonly driverOptions: Readonly<Record<string, string>>;
      readonly containerPath: string;
      readonly readOnly: boolean;
    };

/** Data that outlives tasks, kept by the host beside its sandboxes. */
export interface TaskVolume {
  /** The same for all tasks that use it, one after the other. */
  readonly id: string;
  /** One name; a task finds the data under it in its sandbox. In a group any path, as of shared folders. */
  readonly containerPath: string;
  /** Where an engine mounts it; a process can write all the same. */
  readonly readOnly?: true;
  /** A task has had it: when it is missing now, an empty one is not what anybody wants. */
  readonly mustExist?: true;
  /** Absent = where the host keeps its own things. */
  readonly disk?: VolumeDisk;
}

/** A file system set aside for volumes: several share one of the type PATH, MOUNT is for one. */
export interface VolumeDisk {
  readonly type: 'PATH' | 'MOUNT' | 'BLOCK' | 'RAW';
  readonly root?: string;
}

/** What a container is made of, beside what every task has. */
export interface ContainerSpec {
  readonly image: string;
  /** Ask the registry even when the image is there. */
  readonly forcePullImage: boolean;
  readonly privileged: boolean;
  readonly network: ContainerNetwork;
  readonly ports: readonly ContainerPort[];
  readonly volumes: readonly ContainerVolume[];
  /** Flags of `docker run` without their dashes (Marathon's `docker.parameters`). */
  readonly parameters: readonly { readonly key: string; readonly value: string }[];
  readonly tty: boolean;
}

/** Which group a task is a member of; kept with it on the host, so that a group is found again. */
export interface GroupMark {
  /** The task that is the whole group. */
  readonly taskId: TaskId;
  /** Name of the member, unique in the group. */
  readonly name: string;
  /** How many members make the group whole. */
  readonly size: number;
  /** The member that is prepared and started first: what they share is with it. */
  readonly first: TaskId;
}

/** A folder that members of one group share, and that goes with the last of them. */
export interface SharedFolder {
  /** Unique in the group. */
  readonly name: string;
  /** Where the member finds it; relative = in its sandbox. */
  readonly path: string;
  readonly readOnly: boolean;
  /** A folder of the host instead of one of the group's own. */
  readonly hostPath?: string;
}

/**
 * All a host needs to know to run a task; plain JSON, so that it can be kept beside the task and
 * read back by a later life of the service.
 */
export interface TaskSpec {
  readonly taskId: TaskId;
  /** The leadership term that launched it; older terms are fenced off. */
  readonly epoch: number;
  readonly executor: ExecutorKind;
  /** `null` = the default command of the image; never for plain processes. */
  readonly command: TaskCommand | null;
  /** The final environment; an executor adds only its allow-listed base underneath. */
  readonly env: Readonly<Record<string, string>>;
  readonly fetch: readonly FetchItem[];
  /** Host ports the task will listen on. */
  readonly ports: readonly number[];
  readonly resources: TaskResources;
  /** Absent = the executor's own rule. */
  readonly limits?: ResourceLimits;
  /** Time between SIGTERM and SIGKILL when a kill names none. */
  readonly killGracePeriod: Millis;
  /** Account to run under; absent = the account of the service. */
  readonly user?: string;
  /** What the task belongs to, for people who look at the host. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Absent = it keeps nothing. */
  readonly volumes?: readonly TaskVolume[];
  /** With executor `docker`, and only then. */
  readonly container?: ContainerSpec;
  /** Of a member of a group. */
  readonly group?: GroupMark;
  /** Of a member of a group. */
  readonly shared?: readonly SharedFolder[];
  /**
   * The task is a group (ADR 0044): these are started and stopped as one, nothing else of the spec
   * runs. At least one; the first is started before the others. `epoch` is that of the group.
   */
  readonly members?: readonly TaskSpec[];
}
