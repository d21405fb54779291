import { setImmediate } from 'node:timers/promises';
import { isDead, processIds, readStat, type ProcStat } from './proc.js';

const SLICE = 200;

/**
 * All living processes. A scan is shared by everyone who asked before it began, so that many ends
 * at once cost one or two scans; it is done in slices, so that it never holds the event loop.
 */
export class ProcessTable {
  private running: Promise<readonly ProcStat[]> | undefined;
  private next: Promise<readonly ProcStat[]> | undefined;

  list(): Promise<readonly ProcStat[]> {
    this.next ??= this.scanAfter(this.running);
    return this.next;
  }

  private async scanAfter(earlier: Promise<unknown> | undefined): Promise<readonly ProcStat[]> {
    await earlier;
    this.running = this.next;
    this.next = undefined;
    return scan();
  }
}

async function scan(): Promise<readonly ProcStat[]> {
  const found: ProcStat[] = [];
  const pids = processIds();
  for (let start = 0; start < pids.length; start += SLICE) {
    for (const pid of pids.slice(start, start + SLICE)) {
      const stat = readStat(pid);
      if (stat !== undefined && !isDead(stat)) found.push(stat);
    }
    await setImmediate();
  }
  return found;
}
