import type { AppDefinition, PathId } from '../app/index.js';
import {
  changeIn,
  claimOf,
  generationBeside,
  isPromoted,
  sizeOfNew,
  stepChanging,
  type Claim,
  type Deployment,
} from '../deployment/index.js';
import type { Generation, Instance, KillReason } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import { isHeld, wakeWithGate } from './dependency-hold.js';
import type { EarliestWake } from './earliest-wake.js';
import { isSerial } from './reach-serial.js';
import { passScopeHooks } from './tend-hooks.js';

/** What governs the instances of one generation of an app at this moment. */
export type Rule =
  /** A deployment has not reached it: keep what there is, restart what crashes as it was. */
  { readonly kind: 'hold' } | Reach | { readonly kind: 'stop'; readonly reason: KillReason };

export interface Reach {
  readonly kind: 'reach';
  /** What there is to be; `instances` of it. */
  readonly app: AppDefinition;
  readonly sentenced: ReadonlySet<string>;
  /** Absent = the live ones. */
  readonly generation?: Generation;
  /** What runs stays as it is, whatever its configuration: only the number is seen to. */
  readonly asItIs?: true;
}

/** What governs an app: its live instances, and those beside them. */
export interface Rules {
  readonly live: Rule;
  readonly beside: Rule;
  readonly of: (instance: Instance) => Rule;
}

const NOBODY: ReadonlySet<string> = new Set();

/** A generation that no rollout claims (any more). */
const RETIRE: Rule = { kind: 'stop', reason: 'upgrading' };

/** What an app that is held waits for until some time goes to `wake`. */
export function rulesFor(context: TurnContext, id: PathId, wake: EarliestWake): Rules {
  const claim = claimOf(context.draft.deployments, id);
  const live = claim === undefined || isPromoted(claim.progress) ? undefined : oldRule(claim);
  // Nothing of it is started before its step; that this can fail for what it needs is its own matter.
  if (live !== undefined && claim?.deployment.status === 'running' && live.kind !== 'hold') {
    wakeWithGate(context, { deployment: claim.deployment, app: id }, wake);
  }
  const beside = claim === undefined ? RETIRE : besideRule(context, claim);
  const rules = { live: live ?? ruleFor(context, id, wake), beside };
  const claimed = claim && generationBeside(claim.progress);
  const config = claim && claimedConfig(claim);
  const of = ({ generation, configVersion }: Instance): Rule => {
    if (generation === undefined) return rules.live;
    const isClaimed = generation === claimed && (config ?? configVersion) === configVersion;
    return isClaimed ? beside : RETIRE;
  };
  return { ...rules, of };
}

/** The one configuration that a preview has; what is kept warm may be of several. */
function claimedConfig({ progress, twin }: Claim): number | undefined {
  return isPromoted(progress) ? undefined : twin.next;
}

function ruleFor(context: TurnContext, id: PathId, wake: EarliestWake): Rule {
  const { draft } = context;
  const app = draft.apps.get(id);
  const deployment = draft.runningDeploymentOf(id);
  if (deployment !== undefined && isHeld(context, { deployment, app: id }, wake)) {
    return { kind: 'hold' };
  }
  if (app === undefined) return { kind: 'stop', reason: 'deletingApp' };
  if (!isSerial(context, app) && !passScopeHooks(context, id, 'beforeStart')) {
    return { kind: 'hold' };
  }
  const sentenced = deployment?.plan.sentenced[id] ?? [];
  return { kind: 'reach', app, sentenced: new Set(sentenced) };
}

/** Whether the deployment has come to the step that changes this app (or has no such step). */
export function isReached({ plan, step }: Deployment, id: PathId): boolean {
  return (stepChanging(plan, id) ?? step) <= step;
}

/** The old generation: as many of it as there were, scaling included. */
function oldRule({ deployment, twin }: Claim): Rule {
  const before = changeIn(deployment.plan, twin.id)?.before;
  if (deployment.paused !== undefined || before === undefined) return { kind: 'hold' };
  const app = { ...before, instances: twin.keep ?? before.instances };
  return { kind: 'reach', app, sentenced: NOBODY, asItIs: true };
}

function besideRule(context: TurnContext, claim: Claim): Rule {
  const { draft } = context;
  const { deployment, planned, progress, twin } = claim;
  if (isPromoted(progress)) {
    const old = oldRule(claim);
    return old.kind === 'reach' ? { ...old, generation: 'warm' } : old;
  }
  const app = draft.apps.get(twin.id);
  if (app === undefined) return RETIRE;
  if (deployment.paused !== undefined) return { kind: 'hold' };
  const open = isReached(deployment, twin.id);
  const isOpening = open && planned.back !== true && progress.phase === 'starting';
  if (isOpening && !passScopeHooks(context, twin.id, 'beforeStart')) return { kind: 'hold' };
  const size = sizeOfNew(planned.settings, progress, { wanted: app.instances, open });
  const reached = { ...app, instances: size };
  return { kind: 'reach', app: reached, sentenced: NOBODY, generation: 'preview' };
}
