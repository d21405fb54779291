import { millis, seconds, type Millis } from '@ekiden/kernel';
import type { PathId, Rollout } from '../app/index.js';
import {
  hookOfRun,
  isOfRetirement,
  rolloutBy,
  rolloutInForce,
  standsSince,
  verbOf,
  type Deployment,
  type HookRun,
  type RolloutsInForce,
} from '../deployment/index.js';
import { longestGrace } from '../health/index.js';
import type { TurnContext } from '../turn/index.js';
import type { EarliestWake } from './earliest-wake.js';
import { misbehaving } from './judge-rollouts.js';
import { waitingOn } from './waiting-on.js';

/** A deployment that cannot go on, by the `rollout` of what it changes. */
export interface Failing {
  readonly reason: string;
  readonly then: Rollout['onFailure'];
}

/**
 * Whether a running deployment has failed: a hook has that may not, what comes to its new version
 * goes wrong, or nothing has moved for as long as its `rollout` allows (rollouts.md, Deadline). Without a `rollout` none ever does, and
 * what takes something back never does: it is not taken back in turn.
 */
export function failingOf(context: TurnContext, deployment: Deployment): Failing | undefined {
  const { status, paused, undoes } = deployment;
  if (status !== 'running' || paused !== undefined || undoes !== undefined) return undefined;
  return (
    failedHook(context, deployment) ??
    misbehaving(context.draft, deployment, context.now) ??
    overdue(context, deployment)
  );
}

function failedHook({ draft }: TurnContext, deployment: Deployment): Failing | undefined {
  for (const run of deployment.hooks ?? []) {
    const rollout = rolloutBy(deployment.plan, draft, run.app);
    if (rollout === undefined || !keepsFromGoingOn(draft, deployment, run)) continue;
    const slot = run.slot === undefined ? '' : ` (slot ${run.slot})`;
    const reason = `hook ${run.at} of ${run.app}${slot} failed: ${run.reason ?? 'no reason given'}`;
    return { reason, then: rollout.settings.onFailure };
  }
  return undefined;
}

/**
 * Whether a hook has failed that may not: its deployment does not go on without it. Others that
 * fail are noted, and passed for good.
 */
export function keepsFromGoingOn(
  source: RolloutsInForce,
  deployment: Deployment,
  run: HookRun,
): boolean {
  if (run.state !== 'failed' || deployment.undoes !== undefined) return false;
  if (isOfRetirement(deployment, run)) return false;
  const rollout = rolloutBy(deployment.plan, source, run.app);
  if (rollout?.scope !== run.scope) return false;
  return hookOfRun(rollout.settings.hooks, run)?.onFailure === 'abort';
}

function overdue(context: TurnContext, deployment: Deployment): Failing | undefined {
  const { draft, now, settings } = context;
  const { plan, step } = deployment;
  const stood = now - standsSince(deployment);
  if (stood < seconds(1) || waitsForPeople(deployment)) return undefined;
  let patience = 0;
  let then: Failing['then'] | undefined;
  for (const action of plan.steps[step]?.actions ?? []) {
    const rollout = rolloutBy(plan, draft, action.app)?.settings;
    if (rollout === undefined || verbOf(action) === 'Stop') continue;
    patience = Math.max(patience, patienceWith(draft, action.app, rollout));
    if (then !== 'rollback') then = rollout.onFailure;
  }
  if (then === undefined || stood < patience) return undefined;
  const { instances, appVersions, launchDelays, drains, confirmed, killAsks, deployments } = draft;
  const rows = { instances, appVersions, launchDelays, drains, confirmed, killAsks, deployments };
  const view = { ...rows, root: draft };
  const waits = waitingOn(view, deployment, settings, now).slice(0, 3);
  const words = waits.map(({ message }) => message);
  for (const app of new Set(waits.flatMap((wait) => wait.app ?? []))) {
    const failure = draft.taskFailures.get(app);
    if (failure === undefined || failure.at < deployment.startedAt) continue;
    words.push(`the last task of ${app} that failed: ${failure.state} ${failure.message}`.trim());
  }
  const reason = `nothing has moved for ${Math.round(patience / 1000)} s: ${words.join('; ')}`;
  return { reason: reason.slice(0, REASON_LENGTH_MAX), then };
}

/** What a rollout waits for by its definition is no standstill; what it reserves, it says itself. */
function waitsForPeople({ rollouts = [] }: Deployment): boolean {
  return rollouts.some(({ phase, stepSince, lacksSince }) => {
    if (phase === 'reserving' || phase === 'awaitingPromotion') return true;
    return phase === 'starting' && stepSince !== undefined && lacksSince === undefined;
  });
}

const REASON_LENGTH_MAX = 2_000;

interface Definitions extends RolloutsInForce {
  readonly apps: {
    get(id: PathId): Parameters<typeof longestGrace>[0] | undefined;
  } & RolloutsInForce['apps'];
}

/** How long an app may stand still under its `rollout`. */
function patienceWith({ apps }: Definitions, id: PathId, rollout: Rollout): Millis {
  const app = apps.get(id);
  const grace = app === undefined ? 0 : longestGrace(app);
  return millis(Math.max(seconds(rollout.progressDeadlineSeconds), grace));
}

/** Has an app looked at again when its deployment has stood still for too long. */
export function wakeWhenOverdue({ draft, now }: TurnContext, id: PathId, wake: EarliestWake): void {
  const deployment = draft.runningDeploymentOf(id);
  if (deployment === undefined || deployment.paused !== undefined) return;
  if (deployment.undoes !== undefined) return;
  const rollout = rolloutInForce(draft, id)?.settings;
  if (rollout === undefined) return;
  const at = standsSince(deployment) + patienceWith(draft, id, rollout);
  if (at > now) wake.by(at);
}
