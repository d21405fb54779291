/** What the API shows, as far as this program looks at it (marathon-api 5). */
export interface App {
  readonly id: string;
  readonly instances: number;
  readonly cpus: number;
  readonly mem: number;
  readonly version?: string;
  readonly versionInfo?: { readonly lastConfigChangeAt: string };
  readonly dependencies?: readonly unknown[];
  readonly cmd?: string;
  readonly args?: readonly string[];
  readonly container?: { readonly docker?: { readonly image?: string } };
  readonly healthChecks?: readonly unknown[];
  readonly tasksStaged?: number;
  readonly tasksRunning?: number;
  readonly tasksHealthy?: number;
  readonly tasksUnhealthy?: number;
  readonly deployments?: readonly { readonly id: string }[];
  readonly tasks?: readonly Task[];
  readonly lastTaskFailure?: TaskFailure;
}

export interface TaskFailure {
  readonly message: string;
  readonly state: string;
  readonly taskId: string;
  readonly timestamp: string;
  readonly host: string;
}

export interface Task {
  readonly id: string;
  readonly appId: string;
  readonly host: string;
  readonly ports?: readonly number[];
  readonly state: string;
  readonly startedAt?: string;
  readonly version?: string;
  readonly healthCheckResults?: readonly { readonly alive?: boolean }[];
}

export interface Group {
  readonly id: string;
  readonly apps: readonly App[];
  readonly pods: readonly PodStatus[];
  readonly groups: readonly Group[];
  readonly dependencies: readonly string[];
  readonly version?: string;
  readonly enforceRole?: boolean;
}

export interface Pod {
  readonly id: string;
  readonly version?: string;
  readonly containers: readonly {
    readonly name: string;
    readonly image?: { readonly id: string };
  }[];
  readonly scaling?: { readonly instances?: number; readonly kind?: string };
}

export interface PodStatus {
  readonly id: string;
  readonly status?: string;
  readonly message?: string;
  readonly spec?: Pod;
  readonly instances?: readonly {
    readonly id: string;
    readonly status: string;
    readonly message?: string;
    readonly agentHostname?: string;
    readonly containers?: readonly PodContainerStatus[];
  }[];
  readonly terminationHistory?: readonly { readonly message?: string }[];
}

export interface PodContainerStatus {
  readonly name: string;
  readonly status: string;
  readonly containerId?: string;
  readonly endpoints?: readonly { readonly name: string; readonly allocatedHostPort?: number }[];
}

export interface Action {
  readonly action: string;
  readonly app?: string | undefined;
  readonly pod?: string | undefined;
}

/** What a rollout comes to in one plan. */
export interface PlannedRollout {
  readonly scope: string;
  readonly strategy: string;
  readonly twins: readonly string[];
  readonly replaced: readonly string[];
  readonly inPlace: readonly string[];
  readonly missing?: string | undefined;
}

/** Where the instances that one step starts would go. */
export interface Placement {
  /** Counted from 1. */
  readonly step: number;
  readonly id: string;
  readonly starts: number;
  readonly fit: number;
  readonly agents: readonly {
    readonly id: string;
    readonly host: string;
    readonly instances: number;
  }[];
  readonly missing?: string;
}

/** What a dry run answers with, and what a plan without a server comes to. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Version of the definitions it was made from, and what tells it from other plans. */
  readonly parent?: string;
  readonly digest?: string;
  readonly rollouts?: readonly PlannedRollout[];
  readonly placements?: readonly Placement[];
  readonly placementsLeftOut?: number;
  readonly warnings?: readonly string[];
}

export interface Step {
  readonly actions: readonly Action[];
}

export interface Deployment {
  readonly id: string;
  readonly version: string;
  readonly steps: readonly Step[];
  readonly affectedApps: readonly string[];
  readonly affectedPods: readonly string[];
  readonly currentActions: readonly Action[];
  readonly currentStep: number;
  readonly totalSteps: number;
}

/** What this service tells beyond Marathon; older ones do not. */
export interface DeploymentDetails extends Deployment {
  readonly state?: string;
  readonly waitingOn?: readonly {
    readonly kind: string;
    readonly id?: string;
    readonly message: string;
    readonly since: string;
    readonly until?: string;
  }[];
  readonly startedAt?: string;
  readonly stallsAt?: string;
  readonly finishedAt?: string;
  readonly reason?: string;
  readonly undoes?: string;
  readonly undoneBy?: string;
  readonly rollouts?: readonly Rollout[];
  readonly warnings?: readonly string[];
  readonly hooks?: readonly {
    readonly at: string;
    readonly scope: string;
    readonly id: string;
    readonly state: string;
    readonly reason?: string;
  }[];
}

/** What came to one version. */
export interface Traffic {
  readonly requests: number;
  readonly errorPercent: number;
  readonly latencyMs: number;
}

/** Two generations side by side, of an app or of a group (rollouts.md, Generations). */
export interface Rollout {
  readonly scope: string;
  readonly strategy: string;
  readonly phase: string;
  /** Of a canary: which of its steps, counted from 0, and the share of the new version, in per cent. */
  readonly step?: number;
  readonly steps?: number;
  readonly weight?: number;
  /** What routers have counted lately, and what is thought of it. */
  readonly traffic?: {
    readonly old: Traffic;
    readonly new: Traffic;
    readonly judgement: string;
    readonly because?: string;
  };
  readonly promotionDeadline?: string;
  readonly holdUntil?: string;
  readonly previews?: readonly {
    readonly app: string;
    readonly host?: string;
    readonly port: number;
  }[];
  readonly twins?: readonly {
    readonly id: string;
    readonly instances: number;
    /** Of the new version. */
    readonly serving: number;
    /** Of the old version. */
    readonly kept?: number;
  }[];
}

export interface QueueItem {
  readonly count: number;
  readonly since: string;
  readonly delay: { readonly timeLeftSeconds: number; readonly overdue: boolean };
  readonly reasons?: readonly string[];
  readonly processedOffersSummary?: {
    readonly rejectSummaryLastOffers?: readonly {
      readonly reason: string;
      readonly declined: number;
    }[];
  };
  readonly app?: { readonly id: string };
  readonly pod?: { readonly id: string };
}

export interface WhyPart {
  readonly id: string;
  readonly waiting: number;
  readonly reasons: readonly string[];
  readonly agents: readonly {
    readonly hostname: string;
    readonly refusals: readonly string[];
  }[];
  /** From here on: since this service explains more than apps. */
  readonly kind?: string;
  readonly summary?: string;
  readonly placement?: {
    readonly sentence: string;
    readonly groups: readonly {
      readonly count: number;
      readonly says: string;
      readonly hosts: readonly string[];
    }[];
    readonly nearest?: { readonly hostname: string; readonly lacks: readonly string[] };
    readonly changes: readonly { readonly message: string }[];
  };
  readonly lastFailure?: TaskFailure & {
    readonly exitCode?: number;
    readonly output?: readonly string[];
  };
}

export interface Why extends WhyPart {
  /** Of a group or deployment: what is not well, the worst first. */
  readonly parts?: readonly WhyPart[];
  readonly more?: number;
}

export interface Agent {
  readonly id: string;
  readonly hostname: string;
  readonly state?: string;
  readonly [field: string]: unknown;
}
