import type { ProbeTarget } from '../core/health/index.js';

/** What a task answered. */
export interface ProbeResult {
  readonly ok: boolean;
  /** Why not, one sentence without secrets; absent when it is well. */
  readonly cause?: string;
  /** It was never asked: what is wrong is on our side. Says nothing about the task. */
  readonly notAsked?: true;
  /** It answered in a way that the check wants to be passed over. Says nothing about the task. */
  readonly undecided?: true;
  /** No sign of life came back from that address, not even a refusal. */
  readonly silent?: true;
  /** Of a web server that answered, whatever it said; where the target wants it. */
  readonly response?: {
    readonly status: number;
    readonly contentType: string;
    /** Empty unless the target wants it; bounded. */
    readonly body: string;
  };
}

/** Asks tasks whether they are well; judging the answers is not its business. */
export interface HealthProber {
  /** Asks once. Never rejects: no answer within the target's timeout is an answer that is not ok. */
  probe(target: ProbeTarget): Promise<ProbeResult>;
}
