import { get } from 'node:http';
import type { Notes } from './sampling.js';

interface Plan {
  readonly ports: readonly number[];
  readonly checks: number;
  readonly intervalMs: number;
}

/**
 * What comes to mind first: a timer per check, begun when its task came (spread over the first
 * interval), and a plain request each time.
 */
export function probeNaively({ ports, checks, intervalMs }: Plan, notes: Notes): () => void {
  const timers = new Set<NodeJS.Timeout>();
  let over = false;
  for (let n = 0; n < checks; n += 1) {
    const port = ports[n % ports.length] ?? 0;
    let due = performance.now() + (n / checks) * intervalMs;
    const ask = (): void => {
      notes.sent(performance.now() - due);
      due += intervalMs;
      const signal = AbortSignal.timeout(5_000);
      const asked = get({ host: '127.0.0.1', port, path: '/health', agent: false, signal });
      asked.on('response', (answer) => {
        answer.resume();
        if (!over) notes.answered(answer.statusCode === 204);
      });
      asked.on('error', () => {
        if (!over) notes.answered(false);
      });
    };
    const first = setTimeout(
      () => {
        timers.delete(first);
        ask();
        timers.add(setInterval(ask, intervalMs));
      },
      (n / checks) * intervalMs,
    );
    timers.add(first);
  }
  return () => {
    over = true;
    for (const timer of timers) clearTimeout(timer);
  };
}
