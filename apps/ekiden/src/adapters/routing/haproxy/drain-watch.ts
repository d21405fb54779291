import type { ServerRow } from './statistics.js';

/** The servers of one worker. */
export interface Watched {
  readonly pid: number;
  readonly current: boolean;
  readonly rows: readonly ServerRow[];
}

export interface Sweep {
  /** By worker. */
  readonly commands: ReadonlyMap<number, readonly string[]>;
  /** Until the next connections have lasted long enough; absent = none are left. */
  readonly nextIn: number | undefined;
}

/** Follows what was taken out: what may go on for how long, and what can be cleared away. */
export class DrainWatch {
  /** When each was seen to be out first, by the monotonic clock. */
  private out = new Map<string, number>();

  /** `now`: monotonic, in milliseconds, as all here. `limitOf`: how long connections to a backend of this name may go on. */
  look(workers: readonly Watched[], now: number, limitOf: (backend: string) => number): Sweep {
    const out = new Map<string, number>();
    const commands = new Map<number, readonly string[]>();
    const waits: number[] = [];
    for (const { pid, current, rows } of workers) {
      const own: string[] = [];
      for (const row of rows) {
        if (!row.maintenance) continue;
        const path = `${row.backend}/${row.server}`;
        const key = `${pid} ${path}`;
        // Taken out before this process began to look: HAProxy counts whole seconds.
        const since = this.out.get(key) ?? now - row.changedFor * 1_000;
        out.set(key, since);
        const left = since + limitOf(row.backend) - now;
        if (row.open === 0) {
          if (current) own.push(`del server ${path}`);
        } else if (left <= 0) own.push(`shutdown sessions server ${path}`);
        else waits.push(left);
      }
      if (own.length > 0) commands.set(pid, own);
    }
    this.out = out;
    return { commands, nextIn: waits.length === 0 ? undefined : Math.min(...waits) };
  }
}
