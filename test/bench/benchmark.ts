import type { GoalKey } from './goals.js';

/** What one run of one side gave. */
export interface Sample {
  /** By name, each in the unit its row tells. */
  readonly measures: Readonly<Record<string, number>>;
  /** User and system time of every process that took part, in seconds. */
  readonly cpuSeconds: number;
}

/** How one side is run; without anything: as it is measured. */
export interface RunHow {
  /** Write `.cpuprofile` files into this folder. Such a run counts for nothing else. */
  readonly profileInto?: string;
}

/** One of the two that are compared. */
export interface Side {
  readonly about: string;
  run(how: RunHow): Promise<Sample>;
}

/** A row of the outcome: one measure of a case, and the goal it is for. */
export interface RowPlan {
  /** Names a measure of the subject's samples, and of the reference's if they can be compared. */
  readonly measure: string;
  readonly config: string;
  readonly unit: string;
  /** Absent: shown for information. */
  readonly goal?: GoalKey;
}

/** Reference and subject, run in turn, round by round. */
export interface Case {
  readonly name: string;
  readonly reference: Side;
  readonly subject: Side;
  readonly rows: readonly RowPlan[];
}

export interface BenchmarkSetting {
  /** Full sizes, where the usual ones are cut down to minutes. */
  readonly long: boolean;
  /** Small sizes, to see whether it runs; nothing is held against a goal. */
  readonly quick: boolean;
  readonly say: (line: string) => void;
}

/** What all rounds share: servers, built files, recordings. */
export interface Prepared {
  readonly cases: readonly Case[];
  dispose(): Promise<void>;
}

export interface Benchmark {
  readonly name: string;
  /** One line. */
  readonly about: string;
  readonly goals: readonly GoalKey[];
  /** Rounds that are measured unless the command line says otherwise. */
  readonly rounds: number;
  /** Cleans up after itself when it rejects. */
  prepare(setting: BenchmarkSetting): Promise<Prepared>;
}
