import type { ServerRow } from './statistics.js';

/** A server that connections are open to and that gets nothing new. */
export interface Drained {
  readonly pid: number;
  /** Whether it is a server of the present worker; those of before can only end connections. */
  readonly current: boolean;
  readonly row: ServerRow;
}

export interface Sweep {
  /** Nothing is left of them. */
  readonly over: readonly Drained[];
  /** What is open has lasted long enough. */
  readonly overdue: readonly Drained[];
  /** Milliseconds until the next is overdue; absent = there are no others. */
  readonly nextIn: number | undefined;
}

/** How long what was taken out has been out. */
export class DrainWatch {
  /** When each was seen to be out first, by the monotonic clock. */
  private since = new Map<string, number>();

  /**
   * Takes all that is out, and nothing else. `now`: monotonic, in milliseconds. `limitOf`: how
   * long connections to a backend of this name may go on, in milliseconds.
   */
  look(drained: readonly Drained[], now: number, limitOf: (backend: string) => number): Sweep {
    const since = new Map<string, number>();
    const [over, overdue]: [Drained[], Drained[]] = [[], []];
    let nextIn: number | undefined;
    for (const one of drained) {
      const { backend, server, changedFor, maintenance, open } = one.row;
      const key = `${one.pid} ${backend}/${server}`;
      // Taken out before this process began to look: HAProxy counts whole seconds.
      const began = this.since.get(key) ?? (maintenance ? now - changedFor * 1_000 : now);
      since.set(key, began);
      const left = began + limitOf(backend) - now;
      if (open === 0) over.push(one);
      else if (left <= 0) overdue.push(one);
      else nextIn = Math.min(nextIn ?? left, left);
    }
    this.since = since;
    return { over, overdue, nextIn };
  }
}
