/**
 * One leadership. Everything that writes or acts asks `stillHeld` first and carries `epoch`:
 * the database refuses the writes of an older epoch, hosts are not called after the lease.
 */
export interface Term {
  /** Fencing number: grows by one with every leadership of this database. */
  readonly epoch: number;
  /**
   * By the monotonic clock: the lease counts from the moment *before* the last successful renewal
   * was sent, so it ends here no later than in the database. Once false, false for good.
   */
  stillHeld(): boolean;
  /** Resolves once with the reason when the term has ended, also by `resign`. Never rejects. */
  readonly lost: Promise<string>;
  /**
   * For statements that extend the lease row themselves (a turn's commit): call before sending,
   * and call the returned function when the database has confirmed.
   */
  beginRenewal(): () => void;
  /** Gives the leadership up so that a successor need not wait. Bounded by two seconds; idempotent. */
  resign(): Promise<void>;
  /** How long a renewal holds, in milliseconds. */
  readonly leaseMs: number;
}

export interface Leader {
  readonly epoch: number;
  /** Who, in words for people. */
  readonly holder: string;
  /** Where the leader takes requests. */
  readonly address: string;
}
