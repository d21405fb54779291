import type { FetcherLimits } from './fetcher-limits.js';

/** The time-outs of one attempt: connecting, then silence, and all of it together. */
export class Deadlines {
  /** Why the attempt was given up; the end of "Cannot fetch x: ...". */
  missed: string | undefined;
  private readonly limits: FetcherLimits;
  private readonly controller = new AbortController();
  private readonly overall: NodeJS.Timeout;
  private step: NodeJS.Timeout | undefined;

  constructor(limits: FetcherLimits) {
    this.limits = limits;
    const { overallTimeout } = limits;
    this.overall = this.after(overallTimeout, `it took longer than ${shown(overallTimeout)}`);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  connecting(): void {
    clearTimeout(this.step);
    const { connectTimeout } = this.limits;
    this.step = this.after(connectTimeout, `no connection within ${shown(connectTimeout)}`);
  }

  connected(): void {
    clearTimeout(this.step);
    const { idleTimeout } = this.limits;
    this.step = this.after(idleTimeout, `nothing came for ${shown(idleTimeout)}`);
  }

  /** Something came. */
  heard(): void {
    this.step?.refresh();
  }

  clear(): void {
    clearTimeout(this.overall);
    clearTimeout(this.step);
  }

  private after(ms: number, why: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.missed ??= why;
      this.controller.abort();
    }, ms);
  }
}

function shown(ms: number): string {
  return `${ms / 1000} s`;
}
