import { isTerminalTaskState } from '@ekiden/kernel';

import type { Draft } from './draft.js';
import { dropInverseOf } from './inverse-offers.js';
import type { FrameworkRow } from './rows.js';

/** The row goes with the framework's last task. */
export function finishTeardown(draft: Draft, row: FrameworkRow): void {
  if (draft.tasks.by('framework', row.id).length > 0) return;
  draft.frameworks.remove(row.id);
  draft.asks.remove(row.id);
  draft.allocator.reduce({ kind: 'frameworkRemoved', frameworkId: row.id });
}

/** Kills what is left of a framework. */
export function tearDown(draft: Draft, row: FrameworkRow): void {
  const after = { ...row, tearingDown: true };
  draft.frameworks.put(row.id, after);
  for (const task of draft.tasks.by('framework', row.id)) {
    if (isTerminalTaskState(task.state)) draft.tasks.remove(task.id);
    else draft.effects.push({ kind: 'kill', agentId: task.agentId, taskId: task.id });
  }
  finishTeardown(draft, after);
}

/** The framework is not there: its offers, inverse offers and undelivered events are void. */
export function putAway(draft: Draft, row: FrameworkRow): FrameworkRow {
  draft.discardOffersOfFramework(row.id);
  dropInverseOf(draft, row.id);
  draft.takeEvents(row.id);
  const after = { ...row, connected: false, disconnectedAt: draft.ctx.now };
  draft.frameworks.put(row.id, after);
  draft.allocator.reduce({ kind: 'frameworkDeactivated', frameworkId: row.id });
  return after;
}
