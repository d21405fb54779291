import type { CsiVolume, DvdiVolume } from './app-definition.js';
import type { RolloutWire } from './rollout-wire.js';
import type { DependencyRulesWire } from './dependency-rule.js';

/**
 * The app document after the JSON-shape check and before any judgement (marathon-api 5.1): right
 * JSON types, enums in canonical case, unknown keys ignored, nothing defaulted. `null` and a
 * missing key both mean "not given". Ids may still be relative. Fields that only older clients
 * send (`ports`, `uris`, `ipAddress`, `container.docker.network` and `portMappings`) are kept
 * here and disappear in the canonical form.
 */
export interface AppWire {
  readonly id?: Maybe<string>;
  readonly acceptedResourceRoles?: Maybe<readonly string[]>;
  readonly args?: Maybe<readonly string[]>;
  readonly backoffFactor?: Maybe<number>;
  readonly backoffSeconds?: Maybe<number>;
  readonly cmd?: Maybe<string>;
  /** Two or three strings each; the operator is judged later, case-sensitively. */
  readonly constraints?: Maybe<readonly (readonly string[])[]>;
  readonly container?: Maybe<ContainerWire>;
  readonly cpus?: Maybe<number>;
  readonly dependencies?: Maybe<readonly string[]>;
  readonly dependencyRules?: Maybe<DependencyRulesWire>;
  readonly disk?: Maybe<number>;
  readonly env?: Maybe<Readonly<Record<string, Maybe<EnvValueWire>>>>;
  readonly executor?: Maybe<string>;
  readonly executorResources?: Maybe<ExecutorResourcesWire>;
  readonly fetch?: Maybe<readonly ArtifactWire[]>;
  readonly healthChecks?: Maybe<readonly HealthCheckWire[]>;
  readonly check?: Maybe<AppCheckWire>;
  readonly instances?: Maybe<number>;
  readonly labels?: Maybe<LabelsWire>;
  readonly maxLaunchDelaySeconds?: Maybe<number>;
  readonly mem?: Maybe<number>;
  readonly gpus?: Maybe<number>;
  /** Legacy. */
  readonly ipAddress?: Maybe<IpAddressWire>;
  readonly networks?: Maybe<readonly NetworkWire[]>;
  /** Legacy: numbers of `portDefinitions`. */
  readonly ports?: Maybe<readonly number[]>;
  readonly portDefinitions?: Maybe<readonly PortDefinitionWire[]>;
  readonly readinessChecks?: Maybe<readonly ReadinessCheckWire[]>;
  /** Accepted and derived anew: has no effect of its own. */
  readonly residency?: Maybe<ResidencyWire>;
  readonly resourceLimits?: Maybe<ResourceLimitsWire>;
  readonly requirePorts?: Maybe<boolean>;
  readonly secrets?: Maybe<Readonly<Record<string, Maybe<{ readonly source: string }>>>>;
  readonly taskKillGracePeriodSeconds?: Maybe<number>;
  /** Both numbers are required where the object is given. */
  readonly upgradeStrategy?: Maybe<UpgradeStrategyWire>;
  /** Legacy: addresses of `fetch`. */
  readonly uris?: Maybe<readonly string[]>;
  readonly user?: Maybe<string>;
  /** ISO-8601; ignored on create, a rollback wish on update (the caller's rule). */
  readonly version?: Maybe<string>;
  /** Only what has been shown carries it; its version then is no wish (the caller's rule). */
  readonly versionInfo?: Maybe<object>;
  readonly killSelection?: Maybe<'YOUNGEST_FIRST' | 'OLDEST_FIRST'>;
  readonly priority?: Maybe<number>;
  /** Any string reads as disabled. */
  readonly unreachableStrategy?: Maybe<string | UnreachableStrategyWire>;
  readonly tty?: Maybe<boolean>;
  readonly role?: Maybe<string>;
  /** Beside the rest: absent = as it is, `null` = none, in complete documents too. */
  readonly rollout?: Maybe<RolloutWire>;
}

export type Maybe<T> = T | null | undefined;

export type LabelsWire = Readonly<Record<string, Maybe<string>>>;

export type EnvValueWire = string | { readonly secret: string };

export type ProtocolWire = 'tcp' | 'udp' | 'udp,tcp' | 'tcp,udp';

/** cpus in cores, mem and disk in MiB. */
export interface ExecutorResourcesWire {
  readonly cpus?: Maybe<number>;
  readonly mem?: Maybe<number>;
  readonly disk?: Maybe<number>;
}

/** Numbers, or `"unlimited"` in any case; other strings are violations, not shape errors. */
export interface ResourceLimitsWire {
  readonly cpus?: Maybe<number | string>;
  readonly mem?: Maybe<number | string>;
}

export interface UpgradeStrategyWire {
  readonly minimumHealthCapacity: number;
  readonly maximumOverCapacity: number;
}

export interface UnreachableStrategyWire {
  readonly inactiveAfterSeconds?: Maybe<number>;
  readonly expungeAfterSeconds?: Maybe<number>;
}

export interface ResidencyWire {
  readonly relaunchEscalationTimeoutSeconds?: Maybe<number>;
  readonly taskLostBehavior?: Maybe<'WAIT_FOREVER' | 'RELAUNCH_AFTER_TIMEOUT'>;
}

export interface ArtifactWire {
  readonly uri: string;
  readonly extract?: Maybe<boolean>;
  readonly executable?: Maybe<boolean>;
  readonly cache?: Maybe<boolean>;
  readonly destPath?: Maybe<string>;
}

export interface NetworkWire {
  readonly mode?: Maybe<'host' | 'container' | 'container/bridge'>;
  readonly name?: Maybe<string>;
  readonly labels?: Maybe<LabelsWire>;
}

export interface PortDefinitionWire {
  readonly port?: Maybe<number>;
  readonly name?: Maybe<string>;
  readonly protocol?: Maybe<ProtocolWire>;
  readonly labels?: Maybe<LabelsWire>;
}

export interface PortMappingWire {
  readonly containerPort?: Maybe<number>;
  readonly hostPort?: Maybe<number>;
  readonly servicePort?: Maybe<number>;
  readonly name?: Maybe<string>;
  readonly protocol?: Maybe<ProtocolWire>;
  readonly labels?: Maybe<LabelsWire>;
  readonly networkNames?: Maybe<readonly string[]>;
}

/** Legacy form of a container network. */
export interface IpAddressWire {
  readonly discovery?: Maybe<{ readonly ports?: Maybe<readonly DiscoveryPortWire[]> }>;
  /** Ignored. */
  readonly groups?: Maybe<readonly string[]>;
  readonly labels?: Maybe<LabelsWire>;
  readonly networkName?: Maybe<string>;
}

export interface DiscoveryPortWire {
  readonly number?: Maybe<number>;
  readonly name?: Maybe<string>;
  readonly protocol?: Maybe<ProtocolWire>;
  readonly labels?: Maybe<LabelsWire>;
}

export interface ContainerWire {
  readonly type?: Maybe<'MESOS' | 'DOCKER'>;
  readonly docker?: Maybe<DockerWire>;
  readonly volumes?: Maybe<readonly VolumeWire[]>;
  readonly portMappings?: Maybe<readonly PortMappingWire[]>;
  readonly linuxInfo?: Maybe<LinuxInfoWire>;
}

export interface DockerWire {
  readonly image: string;
  readonly forcePullImage?: Maybe<boolean>;
  readonly privileged?: Maybe<boolean>;
  readonly parameters?: Maybe<readonly { readonly key: string; readonly value: string }[]>;
  readonly pullConfig?: Maybe<{ readonly secret: string }>;
  /** Refused where given; kept so that the refusal can name it. */
  readonly credential?: Maybe<Readonly<Record<string, unknown>>>;
  /** Legacy. */
  readonly network?: Maybe<'BRIDGE' | 'HOST' | 'NONE' | 'USER'>;
  /** Legacy. */
  readonly portMappings?: Maybe<readonly PortMappingWire[]>;
}

/**
 * All shapes of a volume in one: the first of `persistent`, `external`, `secret` and `hostPath`
 * that is given decides the kind; `mode` is required except with `secret`.
 */
export interface VolumeWire {
  readonly containerPath: string;
  readonly mode?: Maybe<'RO' | 'RW'>;
  readonly hostPath?: Maybe<string>;
  readonly secret?: Maybe<string>;
  readonly persistent?: Maybe<PersistentVolumeWire>;
  readonly external?: Maybe<ExternalVolumeWire>;
}

export type ExternalVolumeWire =
  CsiVolume | (Omit<DvdiVolume, 'shared'> & { readonly shared?: boolean | undefined });

/** Sizes in MiB. */
export interface PersistentVolumeWire {
  readonly type?: Maybe<'root' | 'path' | 'mount'>;
  readonly size: number;
  readonly maxSize?: Maybe<number>;
  readonly profileName?: Maybe<string>;
  readonly constraints?: Maybe<readonly (readonly string[])[]>;
}

export interface LinuxInfoWire {
  readonly seccomp?: Maybe<{
    readonly profileName?: Maybe<string>;
    readonly unconfined?: Maybe<boolean>;
  }>;
  /** shmSize in MiB. */
  readonly ipcInfo?: Maybe<{
    readonly mode: 'PRIVATE' | 'SHARE_PARENT';
    readonly shmSize?: Maybe<number>;
  }>;
}

export interface HealthCheckWire {
  readonly protocol?: Maybe<
    'HTTP' | 'HTTPS' | 'TCP' | 'COMMAND' | 'MESOS_HTTP' | 'MESOS_HTTPS' | 'MESOS_TCP' | 'GRPC'
  >;
  readonly path?: Maybe<string>;
  readonly portIndex?: Maybe<number>;
  readonly port?: Maybe<number>;
  readonly portName?: Maybe<string>;
  readonly service?: Maybe<string>;
  readonly command?: Maybe<{ readonly value: string }>;
  readonly gracePeriodSeconds?: Maybe<number>;
  readonly intervalSeconds?: Maybe<number>;
  readonly timeoutSeconds?: Maybe<number>;
  readonly maxConsecutiveFailures?: Maybe<number>;
  readonly delaySeconds?: Maybe<number>;
  readonly ignoreHttp1xx?: Maybe<boolean>;
  readonly ipProtocol?: Maybe<'IPv4' | 'IPv6'>;
}

export interface AppCheckWire {
  readonly http?: Maybe<{
    readonly portIndex?: Maybe<number>;
    readonly port?: Maybe<number>;
    readonly path?: Maybe<string>;
    readonly scheme?: Maybe<'HTTP' | 'HTTPS'>;
  }>;
  readonly tcp?: Maybe<{ readonly portIndex?: Maybe<number>; readonly port?: Maybe<number> }>;
  readonly exec?: Maybe<{ readonly command: CommandWire }>;
  readonly intervalSeconds?: Maybe<number>;
  readonly timeoutSeconds?: Maybe<number>;
  readonly delaySeconds?: Maybe<number>;
}

/** Exactly one of the two. */
export interface CommandWire {
  readonly shell?: Maybe<string>;
  readonly argv?: Maybe<readonly string[]>;
}

export interface ReadinessCheckWire {
  readonly name?: Maybe<string>;
  readonly protocol?: Maybe<'HTTP' | 'HTTPS'>;
  readonly path?: Maybe<string>;
  readonly portName?: Maybe<string>;
  readonly intervalSeconds?: Maybe<number>;
  readonly timeoutSeconds?: Maybe<number>;
  readonly httpStatusCodesForReady?: Maybe<readonly number[]>;
  readonly preserveLastResponse?: Maybe<boolean>;
}
