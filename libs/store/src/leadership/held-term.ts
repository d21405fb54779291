import { millis, type Clock, type Millis } from '@ekiden/kernel';
import type { Client } from 'pg';

import { endLease, renewLease } from './lease.js';
import type { Term } from './term.js';

export interface HeldTermOptions {
  readonly epoch: number;
  /** The session that holds the election lock; the term ends it. */
  readonly client: Client;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Monotonic time before the statement that began the term was sent. */
  readonly takenAt: Millis;
  readonly explain: (error: unknown) => string;
}

const RESIGN_LIMIT_MS = 2_000;

/** A term and its renewal, every third of a lease. */
export class HeldTerm implements Term {
  readonly epoch: number;
  readonly leaseMs: number;
  readonly lost: Promise<string>;
  private readonly options: HeldTermOptions;
  private readonly resolveLost: (reason: string) => void;
  private validUntil: Millis;
  private ended = false;
  private renewing = false;
  private readonly renewalTimer: NodeJS.Timeout;
  private expiryTimer: NodeJS.Timeout | undefined;
  private resigned: Promise<void> | undefined;

  constructor(options: HeldTermOptions) {
    this.options = options;
    this.epoch = options.epoch;
    this.leaseMs = options.leaseMs;
    let resolveLost: (reason: string) => void = () => undefined;
    this.lost = new Promise((resolve) => {
      resolveLost = resolve;
    });
    this.resolveLost = resolveLost;
    this.validUntil = this.validSince(options.takenAt);
    options.client.on('error', (error) => {
      this.end(`the session with the election lock broke: ${options.explain(error)}`);
    });
    options.client.on('end', () => {
      this.end('the session with the election lock was closed');
    });
    this.renewalTimer = setInterval(() => void this.renew(), options.leaseMs / 3);
    this.watchExpiry();
  }

  stillHeld(): boolean {
    if (this.ended) return false;
    if (this.options.clock.monotonic() < this.validUntil) return true;
    // No way back, even if a late answer arrives: others may have acted on the expiry already.
    this.end('the lease ran out before it was renewed');
    return false;
  }

  beginRenewal(): () => void {
    const sentAt = this.options.clock.monotonic();
    return () => {
      if (!this.stillHeld()) return;
      this.validUntil = millis(Math.max(this.validUntil, this.validSince(sentAt)));
    };
  }

  resign(): Promise<void> {
    this.resigned ??= this.resignOnce();
    return this.resigned;
  }

  private async resignOnce(): Promise<void> {
    if (this.ended) return;
    // From here on nothing may be begun under this term; only then may a successor start.
    this.end('resigned', { keepSession: true });
    const { client } = this.options;
    const quietly = (async (): Promise<void> => {
      await endLease(client, this.epoch).catch(() => undefined);
      await client.end().catch(() => undefined);
    })();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, RESIGN_LIMIT_MS);
    });
    await Promise.race([quietly, limit]);
    clearTimeout(timer);
  }

  private async renew(): Promise<void> {
    if (this.renewing || !this.stillHeld()) return;
    this.renewing = true;
    const confirmed = this.beginRenewal();
    try {
      if (await renewLease(this.options.client, this.epoch, this.leaseMs)) confirmed();
      else this.end('a successor has begun a newer epoch');
    } catch (error) {
      this.end(`the lease could not be renewed: ${this.options.explain(error)}`);
    } finally {
      this.renewing = false;
    }
  }

  /** A millisecond less than the lease: the clock gives whole ones, rounded. */
  private validSince(sentAt: Millis): Millis {
    return millis(sentAt + this.leaseMs - 1);
  }

  /** Speaks up at the expiry itself, also when nobody asks. */
  private watchExpiry(): void {
    if (!this.stillHeld()) return;
    const left = this.validUntil - this.options.clock.monotonic();
    this.expiryTimer = setTimeout(() => {
      this.watchExpiry();
    }, left);
  }

  private end(reason: string, how: { readonly keepSession?: boolean } = {}): void {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.renewalTimer);
    clearTimeout(this.expiryTimer);
    this.resolveLost(reason);
    if (how.keepSession !== true) void this.options.client.end().catch(() => undefined);
  }
}
