import { millis } from '@ekiden/kernel';
import type { Instance } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import type { EarliestWake } from './earliest-wake.js';

/**
 * What becomes of an instance whose host cannot be reached (marathon-behaviour 5.4), by deadlines
 * counted from the loss: after `inactiveAfterSeconds` it is replaced while it is still hoped for,
 * after `expungeAfterSeconds` it is forgotten; should its task turn up later, it is stopped.
 */
export function tendUnreachable(
  context: TurnContext,
  instance: Instance,
  wake: EarliestWake,
): void {
  const { draft, now } = context;
  const lost = instance.condition === 'Unreachable' || instance.condition === 'UnreachableInactive';
  const strategy = draft.definitionOf(instance)?.unreachableStrategy;
  if (!lost || strategy === undefined || strategy === 'disabled') return;
  const since = instance.task?.unreachableSince ?? instance.since;
  const inactiveAt = millis(since + strategy.inactiveAfterSeconds * 1000);
  const expungeAt = millis(since + strategy.expungeAfterSeconds * 1000);
  if (now >= expungeAt) {
    draft.removeInstance(instance);
    return;
  }
  wake.by(expungeAt);
  if (instance.condition === 'UnreachableInactive') return;
  if (now < inactiveAt) wake.by(inactiveAt);
  else draft.putInstance({ ...instance, condition: 'UnreachableInactive', since: now });
}
