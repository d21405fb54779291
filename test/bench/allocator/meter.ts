import { readFileSync } from 'node:fs';
import { assert } from '@ekiden/kernel';
import { median } from '../statistics.js';

/** What a round of a workload gave, on this machine. */
export interface Measures {
  /** CPU time, in the unit the row tells. To be carried to the machine of the C++ figures. */
  readonly times: Readonly<Record<string, number>>;
  /** Offers, tasks, megabytes: the same on every machine. */
  readonly counts: Readonly<Record<string, number>>;
}

/** A workload that is set up and waits for its rounds. */
export interface Workload {
  round(): Measures;
}

export interface Timed<T> {
  readonly value: T;
  /** CPU milliseconds of the whole process: the garbage collector's threads count too. */
  readonly ms: number;
}

export function timed<T>(run: () => T): Timed<T> {
  const before = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(before);
  return { value, ms: (user + system) / 1_000 };
}

/** Collects what one kind of step costs. */
export class Meter {
  private readonly each: number[] = [];
  private mainMs = 0;

  time<T>(run: () => T): T {
    const before = mainThreadMs();
    const { value, ms } = timed(run);
    this.each.push(ms);
    this.mainMs += mainThreadMs() - before;
    return value;
  }

  get medianMs(): number {
    return median(this.each);
  }

  get slowestMs(): number {
    return Math.max(...this.each);
  }

  get totalMs(): number {
    return this.each.reduce((sum, ms) => sum + ms, 0);
  }

  /** Of the main thread alone, on average; the kernel's clock for it ticks every few ms. */
  get mainThreadMs(): number {
    assert(this.each.length > 0, 'nothing was timed');
    return this.mainMs / this.each.length;
  }
}

/** CPU milliseconds of the main thread so far: first field of proc(5)'s schedstat, nanoseconds. */
function mainThreadMs(): number {
  const line = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1');
  return Number(line.split(' ')[0]) / 1e6;
}

/**
 * The same workload, telling how much memory there is in use after its first round. Only then: a
 * forced collection throws compiled code away, and the rounds after it would pay for that.
 */
export function withMemory(workload: Workload): Workload {
  let known: ReturnType<typeof memory> | undefined;
  return {
    round(): Measures {
      const { times, counts } = workload.round();
      known ??= memory();
      return { times, counts: { ...counts, ...known } };
    },
  };
}

/**
 * Megabytes in use after a collection (garbage and all when Node runs without `--expose-gc`), beside
 * the most the process has ever had.
 */
function memory(): Readonly<Record<'heap' | 'most resident', number>> {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  // Kilobytes, unlike what memoryUsage tells.
  const mostResident = process.resourceUsage().maxRSS / 1_024;
  return { heap: (heapUsed + external) / 2 ** 20, 'most resident': mostResident };
}
