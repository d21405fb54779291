import type { RolloutProgress } from '../../deployment/index.js';
import {
  checkFlipped,
  instanceChanged,
  instanceHealthChanged,
  statusesUpdated,
} from '../../events/index.js';
import { changeInstance, isTerminal, type Instance } from '../../instance/index.js';
import type { TurnContext } from '../../turn/index.js';

/**
 * Makes the new generation of every twin the live one, and the old one warm, in this very commit:
 * a reader sees the one before it and the other after it, never both, never neither.
 */
export function promoteTwins(context: TurnContext, { twins }: RolloutProgress): void {
  const { draft } = context;
  for (const { id, next } of twins) {
    const old = draft.instances.by('app', id);
    const fresh = draft.instances
      .by('beside', id)
      .filter(
        ({ generation, configVersion, goal }) =>
          generation === 'preview' && configVersion === next && goal === 'Running',
      );
    for (const instance of fresh) joinLive(context, instance);
    // Also what is being stopped: clients have seen the last of it.
    for (const { replaces: _nobody, ...instance } of old) {
      tellDeparture(context, instance);
      draft.putInstance(changeInstance(instance, { generation: 'warm' }));
    }
  }
}

/** One of the new generation becomes live. */
export function joinLive(context: TurnContext, { generation: _over, ...live }: Instance): void {
  context.draft.putInstance(live);
  tellArrival(context, live);
}

/** What is switched back to: what was kept warm is the new generation of a rollout. */
export function takeBackTwins({ draft }: TurnContext, { twins }: RolloutProgress): void {
  for (const { id, next } of twins) {
    for (const instance of draft.instances.by('beside', id)) {
      const { generation, configVersion, goal } = instance;
      if (generation !== 'warm' || configVersion !== next || goal !== 'Running') continue;
      draft.putInstance({ ...instance, generation: 'preview' });
    }
  }
}

/** To clients it has just begun. */
function tellArrival({ draft }: TurnContext, instance: Instance): void {
  const { task } = instance;
  draft.events.push(instanceChanged(instance));
  if (task === undefined) return;
  draft.events.push(...statusesUpdated(instance, draft.definitionOf(instance), 'Promoted'));
  if (task.healthy === undefined) return;
  draft.events.push(checkFlipped(instance, task.healthy), instanceHealthChanged(instance));
}

/** To clients it is over, as it is never shown again but by an undo. */
function tellDeparture({ draft }: TurnContext, instance: Instance): void {
  const { task } = instance;
  if (isTerminal(instance.condition)) return;
  draft.events.push(instanceChanged({ ...instance, condition: 'Killed' }));
  if (task === undefined) return;
  const ended: Instance = { ...instance, task: { ...task, state: 'TASK_KILLED' } };
  const message = 'Replaced by the promotion of a new version';
  draft.events.push(...statusesUpdated(ended, draft.definitionOf(instance), message));
}
