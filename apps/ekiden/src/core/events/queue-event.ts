/** Writes that wait for deployments in their way; types of our own, for those who name them. */
export type QueueEvent =
  | {
      readonly type: 'deployment_queued';
      readonly id: string;
      /** Counted from 1. */
      readonly position: number;
      /** Ids of those it waits for. */
      readonly waitsFor: readonly string[];
    }
  /** It has begun, what it builds on is gone, or an operator gave it up. */
  | {
      readonly type: 'deployment_dequeued';
      readonly id: string;
      readonly outcome: 'started' | 'refused' | 'givenUp';
      readonly reason?: string;
    };
