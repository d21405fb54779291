import type {
  ArtifactWire,
  CommandWire,
  ConstraintOperator,
  EnvValueWire,
  ExecutorResourcesWire,
  KillSelection,
  LabelsWire,
  LinuxInfoWire,
  Maybe,
  NetworkWire,
  PersistentVolumeWire,
  ResourceLimitsWire,
  RolloutWire,
  UnreachableStrategyWire,
} from '../app/index.js';

/**
 * The pod document after the JSON-shape check and before any judgement (marathon-api 5.14): right
 * JSON types, enums in canonical case, unknown keys ignored, nothing defaulted. `null` and a
 * missing key both mean "not given".
 */
export interface PodWire {
  readonly id: string;
  readonly labels?: Maybe<LabelsWire>;
  /** Ignored. */
  readonly version?: Maybe<string>;
  readonly user?: Maybe<string>;
  readonly environment?: Maybe<EnvironmentWire>;
  readonly containers: readonly PodContainerWire[];
  readonly secrets?: Maybe<Readonly<Record<string, Maybe<{ readonly source: string }>>>>;
  readonly volumes?: Maybe<readonly PodVolumeWire[]>;
  readonly networks?: Maybe<readonly NetworkWire[]>;
  readonly scaling?: Maybe<{ readonly kind: 'fixed'; readonly instances?: Maybe<number> }>;
  readonly scheduling?: Maybe<PodSchedulingWire>;
  readonly executorResources?: Maybe<ExecutorResourcesWire>;
  readonly role?: Maybe<string>;
  readonly linuxInfo?: Maybe<LinuxInfoWire>;
  readonly legacySharedCgroups?: Maybe<boolean>;
  /** Absent = as it is, `null` = none. */
  readonly rollout?: Maybe<RolloutWire>;
}

export type EnvironmentWire = Readonly<Record<string, Maybe<EnvValueWire>>>;

export interface PodSchedulingWire {
  /** Seconds; fractions are kept. */
  readonly backoff?: Maybe<{
    readonly backoff?: Maybe<number>;
    readonly backoffFactor?: Maybe<number>;
    readonly maxLaunchDelay?: Maybe<number>;
  }>;
  readonly upgrade?: Maybe<{
    readonly minimumHealthCapacity?: Maybe<number>;
    readonly maximumOverCapacity?: Maybe<number>;
  }>;
  readonly placement?: Maybe<{
    readonly constraints?: Maybe<readonly PodConstraintWire[]>;
    readonly acceptedResourceRoles?: Maybe<readonly string[]>;
  }>;
  readonly killSelection?: Maybe<KillSelection>;
  /** Any string reads as disabled. */
  readonly unreachableStrategy?: Maybe<string | UnreachableStrategyWire>;
}

export interface PodConstraintWire {
  readonly fieldName: string;
  readonly operator: ConstraintOperator;
  readonly value?: Maybe<string>;
}

/**
 * The first of `persistent`, `secret` and `host` that is given decides the kind; none of them: a
 * directory that lives as long as the instance.
 */
export interface PodVolumeWire {
  readonly name: string;
  readonly persistent?: Maybe<PersistentVolumeWire>;
  readonly secret?: Maybe<string>;
  readonly host?: Maybe<string>;
}

export interface PodContainerWire {
  readonly name: string;
  readonly exec?: Maybe<{
    readonly command: CommandWire;
    readonly overrideEntrypoint?: Maybe<boolean>;
  }>;
  readonly resources: PodResourcesWire;
  readonly resourceLimits?: Maybe<ResourceLimitsWire>;
  readonly endpoints?: Maybe<readonly PodEndpointWire[]>;
  readonly linuxInfo?: Maybe<LinuxInfoWire>;
  readonly image?: Maybe<PodImageWire>;
  readonly environment?: Maybe<EnvironmentWire>;
  readonly user?: Maybe<string>;
  readonly healthCheck?: Maybe<PodHealthCheckWire>;
  readonly check?: Maybe<PodCheckWire>;
  readonly volumeMounts?: Maybe<readonly PodMountWire[]>;
  readonly artifacts?: Maybe<readonly ArtifactWire[]>;
  readonly labels?: Maybe<LabelsWire>;
  readonly lifecycle?: Maybe<{ readonly killGracePeriodSeconds?: Maybe<number> }>;
  readonly tty?: Maybe<boolean>;
}

/** cpus in cores, mem and disk in MiB. */
export interface PodResourcesWire {
  readonly cpus?: Maybe<number>;
  readonly mem?: Maybe<number>;
  readonly disk?: Maybe<number>;
  readonly gpus?: Maybe<number>;
}

export interface PodEndpointWire {
  readonly name: string;
  readonly containerPort?: Maybe<number>;
  readonly hostPort?: Maybe<number>;
  readonly protocol?: Maybe<readonly string[]>;
  readonly labels?: Maybe<LabelsWire>;
  readonly networkNames?: Maybe<readonly string[]>;
}

export interface PodImageWire {
  readonly kind: 'DOCKER';
  readonly id: string;
  readonly pullConfig?: Maybe<{ readonly secret: string }>;
  readonly forcePull?: Maybe<boolean>;
  readonly labels?: Maybe<LabelsWire>;
}

export interface PodProbeWire {
  readonly http?: Maybe<{
    readonly endpoint: string;
    readonly path?: Maybe<string>;
    readonly scheme?: Maybe<'HTTP' | 'HTTPS'>;
  }>;
  readonly tcp?: Maybe<{ readonly endpoint: string }>;
  readonly exec?: Maybe<{ readonly command: CommandWire }>;
}

export interface PodCheckWire extends PodProbeWire {
  readonly intervalSeconds?: Maybe<number>;
  readonly timeoutSeconds?: Maybe<number>;
  readonly delaySeconds?: Maybe<number>;
}

export interface PodHealthCheckWire extends PodCheckWire {
  readonly gracePeriodSeconds?: Maybe<number>;
  readonly maxConsecutiveFailures?: Maybe<number>;
}

export interface PodMountWire {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: Maybe<boolean>;
}
