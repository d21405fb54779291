import { err, ok, type Result } from '@ekiden/kernel';
import { volumeFolder } from '@ekiden/host';
import type {
  ContainerNetwork,
  ContainerPort,
  ContainerSpec,
  ContainerVolume,
  HostFailure,
  TaskCommand,
  TaskSpec,
  TaskVolume,
} from '@ekiden/host';
import { labelsFor } from './container-labels.js';
import { containerName } from './container-names.js';
import { applyRunFlags, LOG_BOUNDS } from './run-flags.js';
import { SANDBOX, placeOf } from './sandbox-place.js';
import { sharedBinds, sharedMounts } from './shared-volumes.js';

/** The part of an engine's container configuration that we write (Docker API 1.41, create). */
export interface ContainerConfig {
  Image: string;
  Entrypoint?: string[];
  Cmd?: string[];
  Env: string[];
  Labels: Record<string, string>;
  User?: string;
  Tty?: boolean;
  OpenStdin?: boolean;
  Hostname?: string;
  Domainname?: string;
  MacAddress?: string;
  WorkingDir?: string;
  StopSignal?: string;
  StopTimeout: number;
  ExposedPorts: Record<string, object>;
  HostConfig: HostPart;
}

export interface PortBinding {
  readonly HostPort: string;
}

export interface Mount {
  readonly Type: 'volume';
  /** Absent = a volume without a name, removed with the container. */
  readonly Source?: string;
  readonly Target: string;
  readonly ReadOnly: boolean;
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean;
    readonly DriverConfig?: {
      readonly Name?: string;
      readonly Options: Readonly<Record<string, string>>;
    };
  };
}

export interface HostPart {
  NetworkMode: string;
  PortBindings: Record<string, PortBinding[]>;
  Binds: string[];
  Mounts: Mount[];
  Privileged: boolean;
  RestartPolicy: { readonly Name: 'no' };
  LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
  CpuShares: number;
  CpuPeriod?: number;
  CpuQuota?: number;
  CpusetCpus?: string;
  CpusetMems?: string;
  NanoCpus?: number;
  Memory?: number;
  MemorySwap?: number;
  MemoryReservation?: number;
  MemorySwappiness?: number;
  BlkioWeight?: number;
  PidsLimit?: number;
  ShmSize?: number;
  OomKillDisable?: boolean;
  OomScoreAdj?: number;
  Init?: boolean;
  ReadonlyRootfs?: boolean;
  CgroupParent?: string;
  CgroupnsMode?: string;
  IpcMode?: string;
  PidMode?: string;
  Runtime?: string;
  UTSMode?: string;
  UsernsMode?: string;
  VolumeDriver?: string;
  CapAdd?: string[];
  CapDrop?: string[];
  Dns?: string[];
  DnsOptions?: string[];
  DnsSearch?: string[];
  ExtraHosts?: string[];
  GroupAdd?: string[];
  Links?: string[];
  SecurityOpt?: string[];
  VolumesFrom?: string[];
  Devices?: Device[];
  Ulimits?: Ulimit[];
  Tmpfs?: Record<string, string>;
  StorageOpt?: Record<string, string>;
  Sysctls?: Record<string, string>;
}

export interface Device {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

export interface Ulimit {
  readonly Name: string;
  readonly Soft: number;
  readonly Hard: number;
}

const MIB = 1_048_576;
/** The least an engine accepts. */
const MEMORY_MIN = 6 * MIB;
/** As Mesos counts them: 1024 for a processor, and the kernel's least. */
const SHARES_PER_CPU = 1024;
const SHARES_MIN = 2;

/** The container for a task; `invalid`, with everything that is wrong, when there is none. */
export function containerConfig(
  cluster: string,
  spec: TaskSpec,
): Result<ContainerConfig, HostFailure> {
  const { container } = spec;
  if (container === undefined) {
    return err({ kind: 'invalid', message: 'A Docker task needs a container with an image' });
  }
  const host = hostPart(spec, container);
  const config: ContainerConfig = {
    Image: container.image,
    ...commandPart(spec.command),
    Env: Object.entries({ MESOS_SANDBOX: SANDBOX, ...spec.env }).map(([k, v]) => `${k}=${v}`),
    Labels: labelsFor(cluster, spec),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ...(container.tty ? { Tty: true } : {}),
    // Counts when somebody else stops the container, or the engine shuts down.
    StopTimeout: graceSeconds(spec.killGracePeriod),
    ExposedPorts: {},
    HostConfig: host,
  };
  publishPorts(config, container.ports);
  const problems = applyRunFlags({ config, host }, container.parameters);
  if (problems.length > 0) return err({ kind: 'invalid', message: problems.join('; ') });
  return ok(config);
}

/** An engine counts whole seconds; at least what was asked for. */
export function graceSeconds(grace: number): number {
  return Math.ceil(grace / 1000);
}

/** A shell command replaces the image's entry point, arguments go to it (as Mesos did). */
function commandPart(command: TaskCommand | null): Pick<ContainerConfig, 'Entrypoint' | 'Cmd'> {
  if (command === null) return {};
  if (command.kind === 'shell') return { Entrypoint: ['/bin/sh'], Cmd: ['-c', command.value] };
  const [program, ...rest] = command.value;
  if (command.whole !== true || program === undefined) return { Cmd: [...command.value] };
  return { Entrypoint: [program], Cmd: rest };
}

function hostPart(spec: TaskSpec, container: ContainerSpec): HostPart {
  const { network, volumes } = container;
  const { volumes: localVolumes = [] } = spec;
  return {
    NetworkMode: networkMode(network),
    PortBindings: {},
    Binds: [...volumes.flatMap(bindOf), ...localVolumes.flatMap(localBindOf), ...sharedBinds(spec)],
    Mounts: [
      ...volumes.flatMap(mountOf),
      ...localVolumes.flatMap(localMountOf),
      ...sharedMounts(spec),
    ],
    Privileged: container.privileged,
    RestartPolicy: { Name: 'no' },
    LogConfig: { Type: 'json-file', Config: LOG_BOUNDS },
    ...resourcePart(spec),
  };
}

/** The engine finds another container's network by its name when it starts this one. */
function networkMode(network: ContainerNetwork): string {
  if (network.kind === 'task') return `container:${containerName(network.taskId)}`;
  return network.kind === 'user' ? network.name : network.kind;
}

/**
 * A share of the processors as promised, and a quota only where the app sets a limit; memory is
 * limited to what was promised unless the app says more. No swap: being slow is no way to be out of
 * memory.
 */
function resourcePart({
  resources,
  limits,
}: TaskSpec): Pick<
  HostPart,
  'CpuShares' | 'NanoCpus' | 'Memory' | 'MemorySwap' | 'MemoryReservation'
> {
  const shares = Math.max(SHARES_MIN, Math.round((resources.cpus * SHARES_PER_CPU) / 1000));
  const cpus = limits?.cpus === undefined ? {} : { NanoCpus: limits.cpus * 1_000_000 };
  const promised = memoryBytes(resources.mem);
  const most = limits?.mem ?? resources.mem;
  if (most === 'unlimited') {
    return { CpuShares: shares, ...cpus, MemoryReservation: promised };
  }
  const memory = Math.max(promised, memoryBytes(most));
  const reserved = memory > promised ? { MemoryReservation: promised } : {};
  return { CpuShares: shares, ...cpus, Memory: memory, MemorySwap: memory, ...reserved };
}

function memoryBytes(milliMib: number): number {
  return Math.max(MEMORY_MIN, Math.round((milliMib / 1000) * MIB));
}

function publishPorts(config: ContainerConfig, ports: readonly ContainerPort[]): void {
  for (const { containerPort, hostPort, protocols } of ports) {
    for (const protocol of protocols) {
      const inside = containerPort === 0 ? hostPort : containerPort;
      if (inside === undefined) continue;
      const key = `${inside}/${protocol}`;
      config.ExposedPorts[key] = {};
      if (hostPort === undefined) continue;
      const bindings = config.HostConfig.PortBindings[key] ?? [];
      config.HostConfig.PortBindings[key] = [...bindings, { HostPort: String(hostPort) }];
    }
  }
}

/** Data is a volume of the engine, which knows how to keep it wherever the engine is. */
function localMountOf({ id, containerPath, disk, readOnly }: TaskVolume): readonly Mount[] {
  if (disk?.root !== undefined) return [];
  const Target = placeOf(containerPath);
  const VolumeOptions = { NoCopy: true };
  const ReadOnly = readOnly === true;
  return [{ Type: 'volume', Source: localVolumeName(id), Target, ReadOnly, VolumeOptions }];
}

/** On a disk set aside for volumes it is a folder of that disk. */
function localBindOf({ id, containerPath, disk, readOnly }: TaskVolume): readonly string[] {
  if (disk?.root === undefined) return [];
  const mode = readOnly === true ? 'ro' : 'rw';
  return [`${disk.root}/${volumeFolder(id)}:${placeOf(containerPath)}:${mode}`];
}

/** The engine's name for the data of a volume; its uuid tells clusters apart. */
export function localVolumeName(id: string): string {
  return `ekiden-${volumeFolder(id)}`;
}

/** A path of the host is made when it is not there, as `docker run -v` does. */
function bindOf(volume: ContainerVolume): readonly string[] {
  if (volume.kind !== 'host') return [];
  return [`${volume.hostPath}:${volume.containerPath}:${volume.readOnly ? 'ro' : 'rw'}`];
}

function mountOf(volume: ContainerVolume): readonly Mount[] {
  if (volume.kind === 'host') return [];
  if (volume.kind === 'scratch') {
    const { containerPath: Target, readOnly: ReadOnly } = volume;
    return [{ Type: 'volume', Target, ReadOnly }];
  }
  const { name, driver, driverOptions, containerPath, readOnly } = volume;
  return [
    {
      Type: 'volume',
      Source: name,
      Target: containerPath,
      ReadOnly: readOnly,
      VolumeOptions: {
        DriverConfig: {
          ...(driver === undefined ? {} : { Name: driver }),
          Options: driverOptions,
        },
      },
    },
  ];
}
