import { millis, seconds, type Millis } from '@ekiden/kernel';
import { servicePortsOf } from '../../app/index.js';
import {
  isPromoted,
  lookAtRollout,
  type Claim,
  type Deployment,
  type PlannedRollout,
  type RolloutMove,
  type RolloutProgress,
  type RolloutView,
} from '../../deployment/index.js';
import { rolloutChanged } from '../../events/index.js';
import type { TurnContext } from '../../turn/index.js';
import { isReached } from '../rules.js';
import { placeGang, type Gang } from './gang.js';
import { hooksOf } from './hooks-of.js';
import { promoteTwins } from './promote-twins.js';
import { leftOfOld, retiringConfigs, servingOf } from './count-generation.js';

/** Whether room is there is looked at again after this long, though nothing of its own moves. */
const ROOM_RETRY = seconds(5);

/** More moves than a rollout has phases and a canary may have steps. */
const MOVES_MAX = 200;

interface Place {
  readonly planned: PlannedRollout;
  readonly index: number;
}

/**
 * Moves the rollouts of a deployment on as far as what is observed allows, and returns what became
 * of it. Twins are looked at again when anything moved. A rollout that cannot go on has the
 * deployment taken back, see `TurnContext.aborts`.
 */
export function advanceRollouts(context: TurnContext, deployment: Deployment): Deployment {
  let at = deployment;
  for (const [index, planned] of (deployment.plan.rollouts ?? []).entries()) {
    for (let moves = 0; moves < MOVES_MAX; moves += 1) {
      const progress = at.rollouts?.[index];
      if (progress === undefined || progress.phase === 'over') break;
      const next = advance(context, at, { planned, index });
      if (next === undefined) break;
      at = next;
    }
  }
  return at;
}

/** One move; `undefined` when it waits. */
function advance(
  context: TurnContext,
  deployment: Deployment,
  place: Place,
): Deployment | undefined {
  const progress = deployment.rollouts?.[place.index];
  if (progress === undefined) return undefined;
  let gang: Gang | undefined;
  const hasRoom = (): boolean => {
    // There was room when they were begun; whether there still is matters when they have run.
    if (runsBeforeStart(deployment, place.planned)) return true;
    if (roomSoughtNext(context, progress) > context.now) return false;
    gang = mayStart(context, progress) ? placeGang(context, progress) : NOT_YET;
    return gang.fits;
  };
  const view = viewOf(context, deployment, { planned: place.planned, progress, hasRoom });
  const { move } = lookAtRollout(view);
  switch (move.kind) {
    case 'wait':
      if (gang?.fits === false) {
        const { missing } = gang;
        put(context, deployment, place, { ...progress, missing, roomSoughtAt: context.now });
      } else if (gang !== undefined && progress.roomSoughtAt !== undefined) {
        // Room is there by now: what it waits for is something else, and not to be looked for.
        const { missing: _found, roomSoughtAt: _then, ...onwards } = progress;
        put(context, deployment, place, onwards);
      }
      noteLack(context, deployment, place, move.on === 'instances');
      return undefined;
    case 'abort':
      context.aborts.set(deployment.id, move.reason);
      return undefined;
    case 'enter':
    case 'weigh':
    case 'step':
      return put(context, deployment, place, moved(context, progress, { move, gang }));
  }
}

function runsBeforeStart({ hooks = [] }: Deployment, { scope }: PlannedRollout): boolean {
  return hooks.some(
    (run) => run.scope === scope && run.at === 'beforeStart' && run.state === 'running',
  );
}

/** A canary that waits at a weight has all its time for that, but none without its instances. */
function noteLack(
  context: TurnContext,
  deployment: Deployment,
  place: Place,
  isLacking: boolean,
): void {
  const progress = deployment.rollouts?.[place.index];
  if (progress?.phase !== 'starting' || progress.stepSince === undefined) return;
  const { lacksSince, ...rest } = progress;
  if ((lacksSince !== undefined) === isLacking) return;
  const next = isLacking ? { ...rest, lacksSince: context.now } : rest;
  put(context, deployment, place, next);
}

const NOT_YET: Gang = { fits: false, missing: 'an earlier version has to be gone first' };

/** Room comes and goes with what others do: it is looked for at a pace of its own. */
function roomSoughtNext(
  { now }: Pick<TurnContext, 'now'>,
  { roomSoughtAt }: RolloutProgress,
): Millis {
  return roomSoughtAt === undefined ? now : millis(roomSoughtAt + ROOM_RETRY);
}

interface Looked {
  readonly planned: PlannedRollout;
  readonly progress: RolloutProgress;
  readonly hasRoom: () => boolean;
}

function viewOf(
  context: TurnContext,
  deployment: Deployment,
  { planned, progress, hasRoom }: Looked,
): RolloutView {
  const { draft, now } = context;
  const { plan, step } = deployment;
  return {
    settings: planned.settings,
    progress,
    now,
    twins: progress.twins.map((twin) => ({
      id: twin.id,
      wanted: draft.apps.get(twin.id)?.instances ?? 0,
      open: isReached(deployment, twin.id),
      serving: servingOf(context, twin, isPromoted(progress) ? undefined : 'preview'),
    })),
    levelsAreUp: plan.steps[step]?.promotes === planned.scope,
    unattended: planned.back === true || progress.twins.every(({ keep }) => keep === undefined),
    hasRoom,
    isConfirmed: isConfirmed(context, progress),
    left: () => leftOfOld(context, progress),
    hooks: hooksOf(context, deployment, { planned, progress }),
  };
}

/** Never more than two generations and one draining (rollouts.md, Overlap). */
function mayStart(context: TurnContext, { twins }: RolloutProgress): boolean {
  const { deployments } = context.draft;
  return twins.every(
    ({ id }) => retiringConfigs(context, id) <= 1 && deployments.by('retiring', id).length === 0,
  );
}

/** Where nobody routes to the twins there is nothing to confirm. */
function isConfirmed(
  { draft, settings }: TurnContext,
  { switchTurn, twins }: RolloutProgress,
): boolean {
  if (switchTurn === undefined) return false;
  if (!settings.hasRouter || draft.confirmed.generation >= switchTurn) return true;
  return twins.every(({ id }) => {
    const app = draft.apps.get(id);
    return app === undefined || servicePortsOf(app).every((port) => port === 0);
  });
}

type Moving = Exclude<RolloutMove, { readonly kind: 'wait' | 'abort' }>;

function moved(
  context: TurnContext,
  progress: RolloutProgress,
  { move, gang }: { readonly move: Moving; readonly gang: Gang | undefined },
): RolloutProgress {
  const { now, state } = context;
  const { promoteAsked, ...rest } = progress;
  switch (move.kind) {
    case 'weigh':
      return { ...progress, stepSince: now };
    case 'step': {
      const { stepSince: _over, lacksSince: _lacked, ...onwards } = rest;
      return { ...onwards, step: move.step };
    }
    case 'enter': {
      const { missing: _found, roomSoughtAt: _then, lacksSince: _lacked, ...known } = rest;
      const { reserved, ...entered } = known;
      if (move.phase === 'promoted') promoteTwins(context, progress);
      const room = gang?.fits === true ? gang.reserved : reserved;
      const keepsRoom = move.phase !== 'switching' && !isPromoted({ phase: move.phase });
      const early = move.phase === 'starting' && promoteAsked === true;
      return {
        ...entered,
        phase: move.phase,
        since: now,
        ...(keepsRoom && room !== undefined ? { reserved: room } : {}),
        ...(early ? { promoteAsked } : {}),
        ...(move.phase === 'switching' ? { switchTurn: state.turn + 1 } : {}),
      };
    }
  }
}

function put(
  context: TurnContext,
  deployment: Deployment,
  { planned, index }: Place,
  progress: RolloutProgress,
): Deployment {
  const { draft, now } = context;
  const before = deployment.rollouts?.[index];
  const rollouts = (deployment.rollouts ?? []).map((one, at) => (at === index ? progress : one));
  const isMove = before?.phase !== progress.phase || before.step !== progress.step;
  const next = { ...deployment, rollouts, ...(isMove ? { progressAt: now } : {}) };
  draft.deployments.put(next.id, next);
  if (before?.phase !== progress.phase) {
    draft.events.push(rolloutChanged(deployment.id, planned.scope, progress));
  }
  for (const { id } of progress.twins) draft.dirty.add(id);
  return next;
}

/** When an app is to be looked at again for its rollout, though nothing happens. */
export function rolloutDeadline(
  context: TurnContext,
  { deployment, planned, progress }: Claim,
): Millis | undefined {
  if (deployment.paused !== undefined && deployment.status === 'running') return undefined;
  const { move } = lookAtRollout({
    settings: planned.settings,
    progress,
    now: context.now,
    twins: [],
    levelsAreUp: true,
    unattended: false,
    hasRoom: () => false,
    isConfirmed: false,
    left: () => 0,
    hooks: () => 'waiting',
  });
  if (move.kind !== 'wait') return undefined;
  if (move.on !== 'capacity') return move.until;
  // While hooks run before the start nobody looks for room: their end has it looked at.
  if (progress.roomSoughtAt === undefined || runsBeforeStart(deployment, planned)) return undefined;
  return roomSoughtNext(context, progress);
}
