import type { Condition, Instance } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import type { EarliestWake } from './earliest-wake.js';

/** On its way: placed, told to its host, being prepared or started. */
const STARTING: ReadonlySet<Condition> = new Set(['Provisioned', 'Staging', 'Starting']);

/**
 * A task has so long to start, counted from its placement (UNR-14). Returns the instance with the
 * order to kill a task that is overdue; its instance then tries again, after a delay.
 */
export function watchStart(
  { draft, now, settings }: TurnContext,
  instance: Instance,
  wake: EarliestWake,
): Instance | undefined {
  const { condition, task } = instance;
  if (task === undefined || !STARTING.has(condition)) return undefined;
  const deadline = task.stagedAt + settings.stagingDeadline;
  if (deadline > now) {
    wake.by(deadline);
    return undefined;
  }
  const detail = `not running within ${Math.round(settings.stagingDeadline / 1000)} s of its launch`;
  const ordered: Instance = {
    ...instance,
    kill: { since: now, reason: 'stagingTooLong', detail },
  };
  draft.putInstance(ordered);
  return ordered;
}
