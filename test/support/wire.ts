/** What the API shows, as far as these tests look at it. */
export interface TaskJson {
  readonly localVolumes: readonly { readonly persistenceId: string }[];
  readonly id: string;
  readonly appId: string;
  readonly host: string;
  readonly slaveId: string;
  readonly ports: readonly number[];
  readonly state: string;
  readonly version: string;
  readonly startedAt?: string;
  readonly healthCheckResults?: readonly {
    readonly alive: boolean;
    readonly consecutiveFailures: number;
    readonly firstSuccess?: string;
    readonly lastFailureCause?: string;
    readonly instanceId: string;
  }[];
}

export interface AppJson {
  readonly id: string;
  readonly instances: number;
  readonly version: string;
  readonly versionInfo?: { readonly lastConfigChangeAt: string };
  readonly tasksRunning: number;
  readonly tasksStaged: number;
  readonly tasksHealthy: number;
  readonly tasksUnhealthy: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly portDefinitions: readonly { readonly port: number }[];
  readonly deployments: readonly { readonly id: string }[];
  readonly tasks: readonly TaskJson[];
  readonly lastTaskFailure?: {
    readonly message: string;
    readonly state: string;
    readonly taskId: string;
  };
}

export interface DeploymentJson {
  readonly id: string;
  readonly affectedApps: readonly string[];
  readonly affectedPods: readonly string[];
  readonly currentActions: readonly { readonly action: string; readonly app: string }[];
}

export interface QueueItemJson {
  readonly count: number;
  readonly delay: { readonly timeLeftSeconds: number; readonly overdue: boolean };
  readonly processedOffersSummary: {
    readonly rejectSummaryLastOffers: readonly {
      readonly reason: string;
      readonly declined: number;
    }[];
  };
  readonly app: AppJson;
}

export interface WhyJson {
  readonly waiting: number;
  readonly reasons: readonly string[];
  readonly agents: readonly { readonly refusals: readonly string[] }[];
}

export interface ProblemJson {
  readonly message: string;
  readonly details?: string | readonly { readonly path: string; readonly errors: string[] }[];
}

/** `…instance-<uuid>._app.<incarnation>` of a task id. */
export function instanceOf(taskId: string): {
  readonly instance: string;
  readonly incarnation: number;
} {
  const at = taskId.lastIndexOf('._app.');
  return { instance: taskId.slice(0, at), incarnation: Number(taskId.slice(at + 6)) };
}
