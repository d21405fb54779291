import type {
  AppDefinition,
  Artifact,
  EnvValue,
  LinuxInfo,
  PersistentVolume,
  ResourceLimits,
} from './app-definition.js';

/**
 * What only pods have (marathon-api 5.14), in canonical form. Everything a pod shares with an app
 * stands in the fields of the definition around it and means the same there; `cpus`, `mem`, `disk`
 * and `gpus` are what all containers and the executor take together.
 */
export interface PodPart {
  /** At least one; they share an instance's host, its network and the pod's volumes. */
  readonly containers: readonly PodContainer[];
  readonly volumes: readonly PodVolume[];
  /** `ipcInfo` only: seccomp belongs to containers. */
  readonly linuxInfo?: LinuxInfo;
  /** Present only when true. */
  readonly legacySharedCgroups?: true;
}

/** One tree holds both: a run spec with a pod part is a pod, any other an app. */
export type PodDefinition = AppDefinition & { readonly pod: PodPart };

export function isPod(spec: AppDefinition): spec is PodDefinition {
  return spec.pod !== undefined;
}

export interface PodContainer {
  readonly name: string;
  readonly exec?: { readonly command: PodCommand; readonly overrideEntrypoint?: boolean };
  readonly resources: PodResources;
  readonly resourceLimits?: ResourceLimits;
  readonly endpoints: readonly PodEndpoint[];
  readonly linuxInfo?: LinuxInfo;
  readonly image?: PodImage;
  /** Comes on top of the pod's. */
  readonly environment: Readonly<Record<string, EnvValue>>;
  readonly user?: string;
  readonly healthCheck?: PodHealthCheck;
  /** Its result is shown and has no consequences. */
  readonly check?: PodCheck;
  readonly volumeMounts: readonly PodMount[];
  readonly artifacts: readonly Artifact[];
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly lifecycle?: { readonly killGracePeriodSeconds?: number };
  readonly tty?: boolean;
}

export type PodCommand = { readonly shell: string } | { readonly argv: readonly string[] };

/** cpus in cores, mem and disk in MiB. */
export interface PodResources {
  readonly cpus: number;
  readonly mem: number;
  readonly disk: number;
  readonly gpus: number;
}

/** A port under a name that is unique within the pod. */
export interface PodEndpoint {
  readonly name: string;
  /** Never with host networking. */
  readonly containerPort?: number;
  /** 0 = any; absent = none is allocated (container networks only). */
  readonly hostPort?: number;
  readonly protocol: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly networkNames: readonly string[];
}

export interface PodImage {
  readonly kind: 'DOCKER';
  readonly id: string;
  readonly pullConfig?: { readonly secret: string };
  readonly forcePull?: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is asked, and how it answers well; exactly one kind. */
export interface PodProbe {
  readonly http?: {
    readonly endpoint: string;
    readonly path?: string;
    readonly scheme: 'HTTP' | 'HTTPS';
  };
  readonly tcp?: { readonly endpoint: string };
  readonly exec?: { readonly command: PodCommand };
}

export interface PodCheck extends PodProbe {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly delaySeconds: number;
}

export interface PodHealthCheck extends PodCheck {
  readonly gracePeriodSeconds: number;
  readonly maxConsecutiveFailures: number;
}

export interface PodMount {
  /** Of a volume of the pod. */
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
}

export type PodVolume =
  | {
      readonly kind: 'persistent';
      readonly name: string;
      readonly persistent: PersistentVolume;
    }
  | { readonly kind: 'secret'; readonly name: string; readonly secret: string }
  | { readonly kind: 'host'; readonly name: string; readonly host: string }
  | { readonly kind: 'ephemeral'; readonly name: string };
