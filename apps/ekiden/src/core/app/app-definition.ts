import type { DependencyRules } from './dependency-rule.js';
import type { Rollout } from './rollout.js';
import type { Millis } from '@ekiden/kernel';
import type { PathId } from './path-id.js';
import type { PodPart } from './pod-part.js';

/**
 * A run spec, app or pod, in canonical form: what a valid definition looks like after
 * normalisation (marathon-api 5.1, 5.14, 6). Optional values are absent, never null; collections are always present,
 * and the presenter leaves empty ones out where Marathon does.
 */
export interface AppDefinition {
  readonly id: PathId;
  readonly cmd?: string;
  readonly args?: readonly string[];
  readonly user?: string;
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly labels: Readonly<Record<string, string>>;
  /** How it is upgraded; absent = as the groups around it say, else by `upgradeStrategy`. */
  readonly rollout?: Rollout;
  readonly instances: number;
  readonly cpus: number;
  /** MiB */
  readonly mem: number;
  /** MiB */
  readonly disk: number;
  readonly gpus: number;
  readonly resourceLimits?: ResourceLimits;
  readonly executor: string;
  readonly executorResources?: {
    readonly cpus: number;
    readonly mem: number;
    readonly disk: number;
  };
  readonly constraints: readonly Constraint[];
  readonly acceptedResourceRoles?: readonly string[];
  readonly role: string;
  readonly fetch: readonly Artifact[];
  readonly container?: Container;
  readonly networks: readonly Network[];
  /** Host networking only; `port` is the service port, 0 until one has been allocated. */
  readonly portDefinitions?: readonly PortDefinition[];
  readonly requirePorts: boolean;
  readonly backoffSeconds: number;
  readonly backoffFactor: number;
  readonly maxLaunchDelaySeconds: number;
  readonly healthChecks: readonly HealthCheck[];
  readonly check?: AppCheck;
  readonly readinessChecks: readonly ReadinessCheck[];
  readonly dependencies: readonly PathId[];
  /** Of some of them; without one as `DependencyRule` says. */
  readonly dependencyRules?: DependencyRules;
  readonly upgradeStrategy: UpgradeStrategy;
  readonly killSelection: KillSelection;
  /** Whole; absent = 0. The higher, the earlier it is placed, at the cost of lower ones. */
  readonly priority?: number;
  readonly unreachableStrategy: UnreachableStrategy;
  readonly taskKillGracePeriodSeconds?: number;
  readonly secrets: Readonly<Record<string, { readonly source: string }>>;
  readonly residency?: {
    readonly relaunchEscalationTimeoutSeconds: number;
    readonly taskLostBehavior: 'WAIT_FOREVER' | 'RELAUNCH_AFTER_TIMEOUT';
  };
  readonly tty?: boolean;
  /** Makes it a pod: `isPod`. */
  readonly pod?: PodPart;
  /** When this definition was made; doubles as its key (marathon-api 3.2). */
  readonly version: Millis;
  readonly versionInfo: VersionInfo;
}

export interface VersionInfo {
  readonly lastScalingAt: Millis;
  /** Instances launched from definitions with an equal value need no replacement. */
  readonly lastConfigChangeAt: Millis;
}

export type EnvValue = string | { readonly secret: string };

export type KillSelection = 'YOUNGEST_FIRST' | 'OLDEST_FIRST';

export type UnreachableStrategy =
  'disabled' | { readonly inactiveAfterSeconds: number; readonly expungeAfterSeconds: number };

/** Fractions of `instances`, both in 0..1. */
export interface UpgradeStrategy {
  readonly minimumHealthCapacity: number;
  readonly maximumOverCapacity: number;
}

/** Marathon's seven, and SPREAD: as evenly as can be, never in the way. */
export const CONSTRAINT_OPERATORS = [
  'UNIQUE',
  'CLUSTER',
  'GROUP_BY',
  'LIKE',
  'UNLIKE',
  'MAX_PER',
  'IS',
  'SPREAD',
] as const;

export type ConstraintOperator = (typeof CONSTRAINT_OPERATORS)[number];

export interface Constraint {
  readonly field: string;
  readonly operator: ConstraintOperator;
  readonly value?: string;
}

export interface Artifact {
  readonly uri: string;
  readonly extract: boolean;
  readonly executable: boolean;
  readonly cache: boolean;
  readonly destPath?: string;
}

export interface ResourceLimits {
  readonly cpus?: number | 'unlimited';
  readonly mem?: number | 'unlimited';
}

export type Protocol = 'tcp' | 'udp' | 'udp,tcp';

export interface PortDefinition {
  readonly port: number;
  readonly name?: string;
  readonly protocol: Protocol;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Network {
  readonly mode: 'host' | 'container' | 'container/bridge';
  readonly name?: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface PortMapping {
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly servicePort: number;
  readonly name?: string;
  readonly protocol: Protocol;
  readonly labels: Readonly<Record<string, string>>;
  readonly networkNames: readonly string[];
}

export interface Container {
  readonly type: 'MESOS' | 'DOCKER';
  readonly docker?: {
    readonly image: string;
    readonly forcePullImage: boolean;
    readonly privileged: boolean;
    readonly parameters: readonly { readonly key: string; readonly value: string }[];
    readonly pullConfig?: { readonly secret: string };
  };
  readonly volumes: readonly AppVolume[];
  /** Present (perhaps empty) unless the app uses host networking. */
  readonly portMappings?: readonly PortMapping[];
  readonly linuxInfo?: LinuxInfo;
}

export interface LinuxInfo {
  readonly seccomp?: { readonly profileName?: string; readonly unconfined: boolean };
  readonly ipcInfo?: { readonly mode: 'PRIVATE' | 'SHARE_PARENT'; readonly shmSize?: number };
}

export type AppVolume =
  | {
      readonly kind: 'persistent';
      readonly containerPath: string;
      readonly mode: 'RO' | 'RW';
      readonly persistent: PersistentVolume;
    }
  | {
      readonly kind: 'external';
      readonly containerPath: string;
      readonly mode: 'RO' | 'RW';
      readonly external: ExternalVolume;
    }
  | { readonly kind: 'secret'; readonly containerPath: string; readonly secret: string }
  | {
      readonly kind: 'host';
      readonly containerPath: string;
      readonly hostPath: string;
      readonly mode: 'RO' | 'RW';
    };

/** A volume that a storage provider lends. */
export type ExternalVolume = DvdiVolume | CsiVolume;

export interface DvdiVolume {
  readonly provider: 'dvdi';
  readonly name?: string | undefined;
  /** GiB */
  readonly size?: number | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
  readonly shared: boolean;
}

export interface CsiVolume {
  readonly provider: 'csi';
  readonly name?: string | undefined;
  readonly options: {
    readonly pluginName: string;
    readonly capability: {
      readonly accessType: 'block' | 'mount';
      readonly accessMode:
        | 'SINGLE_NODE_WRITER'
        | 'SINGLE_NODE_READER_ONLY'
        | 'MULTI_NODE_READER_ONLY'
        | 'MULTI_NODE_SINGLE_WRITER'
        | 'MULTI_NODE_MULTI_WRITER';
      readonly fsType?: string | undefined;
      readonly mountFlags?: readonly string[] | undefined;
    };
    readonly nodeStageSecret?: Readonly<Record<string, string>> | undefined;
    readonly nodePublishSecret?: Readonly<Record<string, string>> | undefined;
    readonly volumeContext?: Readonly<Record<string, string>> | undefined;
  };
}

export interface PersistentVolume {
  readonly type: 'root' | 'path' | 'mount';
  /** MiB */
  readonly size: number;
  readonly maxSize?: number;
  readonly profileName?: string;
  readonly constraints: readonly (readonly string[])[];
}

export type HealthCheckProtocol =
  'HTTP' | 'HTTPS' | 'TCP' | 'COMMAND' | 'MESOS_HTTP' | 'MESOS_HTTPS' | 'MESOS_TCP' | 'GRPC';

export interface HealthCheck {
  readonly protocol: HealthCheckProtocol;
  /** Of a pod: name of the container that it is about. */
  readonly container?: string;
  readonly path?: string;
  readonly portIndex?: number;
  readonly port?: number;
  /** Names a port of the app, instead of an index. */
  readonly portName?: string;
  /** GRPC: the service that is asked for; absent = the server as a whole. */
  readonly service?: string;
  readonly command?: { readonly value: string };
  readonly gracePeriodSeconds: number;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly maxConsecutiveFailures: number;
  readonly delaySeconds: number;
  readonly ignoreHttp1xx: boolean;
  readonly ipProtocol: 'IPv4' | 'IPv6';
}

export interface AppCheck {
  readonly http?: {
    readonly portIndex?: number;
    readonly port?: number;
    readonly path?: string;
    readonly scheme: 'HTTP' | 'HTTPS';
  };
  readonly tcp?: { readonly portIndex?: number; readonly port?: number };
  readonly exec?: {
    readonly command: { readonly shell: string } | { readonly argv: readonly string[] };
  };
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly delaySeconds: number;
}

export interface ReadinessCheck {
  readonly name: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly path: string;
  readonly portName: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly httpStatusCodesForReady: readonly number[];
  readonly preserveLastResponse: boolean;
}

/** Seconds the agent waits between SIGTERM and SIGKILL when the app does not say (Mesos). */
export const DEFAULT_KILL_GRACE_SECONDS = 3;
