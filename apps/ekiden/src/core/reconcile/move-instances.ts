import { millis, type Millis } from '@ekiden/kernel';
import { isResident, type AppDefinition, type PathId } from '../app/index.js';
import { minimumHealthy, type RollingView } from '../deployment/index.js';
import { changeInstance, isTerminal, type Condition, type Instance } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import type { EarliestWake } from './earliest-wake.js';
import { NEVER, giveUpRestarts, restartsNow } from './lost-dependencies.js';

/** What is on a host that is silent, its app's `unreachableStrategy` takes care of. */
const OUT_OF_REACH: ReadonlySet<Condition> = new Set([
  'Unreachable',
  'UnreachableInactive',
  'Unknown',
]);

/**
 * How a rolling replacement is to treat instances on agents that are drained or in maintenance, and
 * those that are restarted for a dependency; nothing, and at no cost, while there are none. What has its data there stays with it.
 *
 * Replacements come first where the strategy has room for them. When they find no place for long
 * (a quota that is used up, a constraint that the leaving ones hold), instances make way for them
 * within the promised minimum.
 */
export function movingView(
  context: TurnContext,
  app: AppDefinition,
  wake: EarliestWake,
): Pick<RollingView, 'isLeaving' | 'makeWayFirst'> {
  const leaving = new Set(leavingOf(context, app.id).map(({ instance }) => instance.id));
  const restarts = restartsNow(context, app.id);
  if (isResident(app)) return restarts === NEVER ? {} : { isLeaving: restarts };
  if (leaving.size === 0 && restarts === NEVER) return {};
  const { now } = context;
  const patienceEnds = endOfPatience(context, app);
  if (patienceEnds !== undefined && patienceEnds > now) wake.by(patienceEnds);
  const isOver = patienceEnds !== undefined && patienceEnds <= now;
  const mayMakeWay = minimumHealthy(app.instances, app.upgradeStrategy) < app.instances;
  if (restarts !== NEVER && isOver && !mayMakeWay) giveUpRestarts(context, app.id);
  return {
    isLeaving: (instance) => leaving.has(instance.id) || restarts(instance),
    makeWayFirst: isOver,
  };
}

/** At the deadline of a drain: what has not moved is killed, and comes back elsewhere. */
export function killOverdue(context: TurnContext, app: PathId, wake: EarliestWake): void {
  const { draft, now } = context;
  for (const { instance, deadline } of leavingOf(context, app)) {
    if (deadline === undefined) continue;
    if (deadline > now) wake.by(deadline);
    else draft.putInstance(changeInstance(instance, { kill: { since: now, reason: 'draining' } }));
  }
}

interface Leaving {
  readonly instance: Instance;
  readonly deadline: Millis | undefined;
}

/** What an app has on drained agents. What is being killed leaves already. */
function leavingOf({ draft }: TurnContext, app: PathId): readonly Leaving[] {
  const found: Leaving[] = [];
  for (const { id, deadline } of draft.leaving.values()) {
    for (const instance of draft.instances.by('agent', id)) {
      const { appId, condition, goal, kill } = instance;
      if (appId !== app || goal !== 'Running' || kill !== undefined) continue;
      if (isTerminal(condition) || OUT_OF_REACH.has(condition)) continue;
      found.push({ instance, deadline });
    }
  }
  return found;
}

/** When the longest waiting instance has waited long enough; `undefined` when none waits. */
function endOfPatience({ draft, settings }: TurnContext, app: AppDefinition): Millis | undefined {
  const waiting = draft.instances.by('scheduled', app.id);
  if (waiting.length === 0) return undefined;
  const longest = Math.min(...waiting.map(({ since }) => since));
  return millis(longest + settings.replacementPatience);
}
