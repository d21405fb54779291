import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Sample } from '../benchmark.js';

/** Written down while checks are asked. */
export interface Notes {
  /** A check is sent, so many ms after its time. */
  sent(late: number): void;
  answered(ok: boolean): void;
}

const NANOS = 1e6;

/** On a busy machine targets may be slow; where more fail, something else is measured. */
const ILL_MAX = 0.1;

/**
 * Lets checks run for a while and sums up: how late they are sent, and what this process, which
 * does nothing else, takes for it. Throws when too many targets did not answer well.
 */
export async function sample(begin: (notes: Notes) => () => void, forMs: number): Promise<Sample> {
  const lateness: number[] = [];
  let ill = 0;
  const loop = monitorEventLoopDelay({ resolution: 1 });
  const before = process.cpuUsage();
  const begun = performance.now();
  loop.enable();
  const end = begin({
    sent: (late) => lateness.push(Math.max(0, late)),
    answered: (ok) => {
      if (!ok) ill += 1;
    },
  });
  await new Promise((resolve) => setTimeout(resolve, forMs));
  loop.disable();
  const spent = performance.now() - begun;
  const { user, system } = process.cpuUsage(before);
  end();
  if (ill > lateness.length * ILL_MAX) {
    throw new Error(`${ill} of ${lateness.length} checks were not answered well`);
  }
  lateness.sort((a, b) => a - b);
  const at = (share: number): number => lateness[Math.floor((lateness.length - 1) * share)] ?? 0;
  const cpuSeconds = (user + system) / 1e6;
  return {
    measures: {
      p50: at(0.5),
      p99: at(0.99),
      most: at(1),
      rate: (lateness.length / spent) * 1_000,
      cpu: (cpuSeconds / spent) * 100_000,
      ill,
      loop: loop.percentile(99) / NANOS,
    },
    cpuSeconds,
  };
}
