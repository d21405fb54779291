/** One thing that holds an app or pod up. */
export interface Wait {
  readonly message: string;
  /** When something else happens at the latest, milliseconds since 1970. */
  readonly until?: number;
}

/** Instances of one app or pod; those of the wanted version by how far they are. */
export interface Counts {
  readonly wanted: number;
  /** Do their work: running, and healthy where there are checks. */
  readonly serving: number;
  /** Running, not serving yet. */
  readonly running: number;
  readonly starting: number;
  /** Of earlier versions. */
  readonly old: number;
}

/** Where the plan is with an app or pod. */
export type Stage = 'ahead' | 'now' | 'done';

/** One app or pod of a deployment. */
export interface Member {
  readonly id: string;
  /** What the plan does with it: `start`, `scale`, `restart`, `stop`. */
  readonly verb: string;
  readonly stage: Stage;
  /** Those of the deployment that it comes after, itself not among them. */
  readonly after: readonly string[];
  /** Undefined until it was looked at, and of what has gone. */
  readonly counts?: Counts;
  readonly waits: readonly Wait[];
}

/** Two generations side by side, of an app or of a group. */
export interface RolloutView {
  readonly scope: string;
  readonly strategy: string;
  readonly phase: string;
  /** What is there to be said of the phase: `25 % of what comes goes to the new version`. */
  readonly notes: readonly string[];
  /** What came to both versions lately: other figures with each look. */
  readonly traffic?: string;
  /** Addresses of the new version before it is promoted. */
  readonly previews: readonly string[];
  readonly until?: number;
  /** What happens at that moment, or may be done until then: `undo`, `abort`. */
  readonly deadline?: string;
}

/** One look at a deployment. */
export interface View {
  readonly id: string;
  /** In the service's words; Marathon tells none. */
  readonly state?: string;
  /** 1 for the first; 0 before it begins. */
  readonly step: number;
  readonly steps: number;
  /** The service's clock, milliseconds since 1970; undefined where nobody knows. */
  readonly now?: number;
  readonly members: readonly Member[];
  /** Apps and pods of the deployment that are not shown. */
  readonly others: number;
  readonly rollouts: readonly RolloutView[];
  /** What holds up the whole. */
  readonly waits: readonly Wait[];
  readonly stallsAt?: number;
  readonly reason?: string;
}

/** Everything that was wanted of it is there, and nothing else. */
export function isComplete({ verb, stage, counts }: Member): boolean {
  if (verb === 'stop') return stage === 'done';
  if (stage !== 'done' && (stage === 'ahead' || counts === undefined)) return false;
  return counts === undefined || (counts.serving >= counts.wanted && counts.old === 0);
}
