import { isOutOfReach, patienceWith, type Instance } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import type { EarliestWake } from './earliest-wake.js';

/** Does what the app's `unreachableStrategy` says about an instance out of reach, when it is due. */
export function tendUnreachable(
  context: TurnContext,
  instance: Instance,
  wake: EarliestWake,
): void {
  const { draft, now } = context;
  if (!isOutOfReach(instance.condition)) return;
  const strategy = draft.definitionOf(instance)?.unreachableStrategy;
  if (strategy === undefined) return;
  const lostAt = instance.task?.unreachableSince ?? instance.since;
  const patience = patienceWith(strategy, { lostAt, now });
  if (patience.kind === 'expunged') {
    draft.removeInstance(instance);
    return;
  }
  if (patience.until !== undefined) wake.by(patience.until);
  const isNew = patience.kind === 'inactive' && instance.condition !== 'UnreachableInactive';
  if (isNew) draft.putInstance({ ...instance, condition: 'UnreachableInactive', since: now });
}
