import type { HookMoment, PathId } from '../app/index.js';
import {
  bringsVersion,
  isOfRetirement,
  rolloutBy,
  stepChanging,
  type Deployment,
} from '../deployment/index.js';
import type { EffectiveRollout } from '../group/index.js';
import type { TurnContext } from '../turn/index.js';
import { runHooks } from './tend-hooks.js';

/**
 * Whether the hooks have run that follow the last step of their scope: those that run once in a
 * deployment. What happens between two generations has its own moments.
 */
export function passStepHooks(context: TurnContext, deployment: Deployment): boolean {
  if (endsBeforeItsHooks(deployment)) return false;
  for (const ending of endingScopes(context, deployment)) {
    for (const at of momentsOf(deployment, ending)) {
      const { app, rollout } = ending;
      if (runHooks(context, deployment, { at, app, rollout }) !== 'done') return false;
    }
  }
  return true;
}

/**
 * None is left behind: what has been begun is over before its deployment is, but for hooks about an
 * old generation, which outlive it.
 */
function endsBeforeItsHooks(deployment: Deployment): boolean {
  const { plan, step, hooks = [] } = deployment;
  const isLast = step === plan.steps.length - 1;
  return isLast && hooks.some((run) => run.state === 'running' && !isOfRetirement(deployment, run));
}

interface EndingScope {
  readonly rollout: EffectiveRollout;
  /** Commands run from this one's definition. */
  readonly app: PathId;
  /** Whether an older version has been stopped. */
  readonly stops: boolean;
}

function endingScopes({ draft }: TurnContext, { plan, step }: Deployment): readonly EndingScope[] {
  const found = new Map<PathId, EndingScope & { readonly last: number }>();
  for (const change of plan.changes) {
    const rollout = rolloutBy(plan, draft, change.id);
    if (rollout === undefined || rollout.settings.hooks.length === 0) continue;
    if (rollout.settings.strategy === 'serial' || !bringsVersion(change)) continue;
    const at = stepChanging(plan, change.id) ?? 0;
    const known = found.get(rollout.scope);
    const stops = change.before !== undefined || known?.stops === true;
    const last = Math.max(at, known?.last ?? 0);
    found.set(rollout.scope, { rollout, app: known?.app ?? change.id, stops, last });
  }
  return [...found.values()].filter(({ last }) => last === step);
}

function momentsOf({ plan }: Deployment, { rollout, stops }: EndingScope): readonly HookMoment[] {
  const { scope, settings } = rollout;
  const isTwinned = plan.rollouts?.some((one) => one.scope === scope) === true;
  if (isTwinned) return [];
  const ended: readonly HookMoment[] = stops ? ['afterStop', 'afterReady'] : ['afterReady'];
  // A first version has nothing beside it: it is promoted as soon as it is there.
  const promotes = settings.strategy === 'blueGreen' || settings.strategy === 'canary';
  return promotes ? [...ended, 'beforePromote', 'afterPromote'] : ended;
}
