import type { Millis } from '@ekiden/kernel';

import type { Draft } from './draft.js';
import { nextDrain } from './drain.js';
import { failoverEnd } from './frameworks.js';
import { nextLease } from './leases.js';
import { nextEviction } from './preemption.js';

/** When something runs out of time: an offer, a filter, a withheld port, an absence, a notice. */
export function nextDeadline(draft: Draft): Millis | undefined {
  const { allocator, ctx, frameworks, withheld } = draft;
  // In the pause after a restart, or between the cycles of batch mode, a queue is nothing due.
  if (allocator.queued > draft.waiting) return ctx.now;
  const deadlines = [
    allocator.nextDeadline(),
    nextLease(draft),
    nextDrain(draft),
    nextEviction(draft),
  ];
  for (const row of withheld.values()) for (const port of row.ports) deadlines.push(port.until);
  for (const row of frameworks.by('connected', 'no')) {
    if (!row.tearingDown) deadlines.push(failoverEnd(row) ?? ctx.now);
  }
  let next: Millis | undefined;
  for (const at of deadlines) {
    if (at !== undefined && (next === undefined || at < next)) next = at;
  }
  return next;
}
