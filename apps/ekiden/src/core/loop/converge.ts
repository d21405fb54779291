import type { Steps } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import { failDeployment, failHold, takeBack } from '../commands/index.js';
import {
  advanceDeployment,
  advanceRollouts,
  failingHold,
  failingOf,
  isErrandId,
  placeInstances,
  reconcileApp,
  waitsForLook,
  wakeHeldOnes,
  wakeWaitingKills,
} from '../reconcile/index.js';
import type { Draft, TurnContext } from '../turn/index.js';

/** Our own fault while looking at one app, so that this app alone can be set aside. */
export class AppTurnFailed extends Error {
  override readonly name = 'AppTurnFailed';
  readonly app: PathId;

  constructor(app: PathId, cause: unknown) {
    super(`looking at ${app} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.app = app;
  }
}

/** Passes of "look at apps, move deployments, place instances" in one turn. */
const PASSES_MAX = 8;

/** Apps that are looked at in one step. */
const LOOKS_PER_STEP = 20;

/** Looks at what is dirty until nothing more follows from it. */
export function* converge(context: TurnContext): Steps<boolean> {
  const { draft } = context;
  let placeable = false;
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    yield* settleApps(context);
    placeable = placeInstances(context);
    wakeWaitingKills(context);
    if (draft.dirty.size === 0) return placeable;
  }
  for (const app of draft.dirty) context.leftOver.add(app);
  return true;
}

function* settleApps(context: TurnContext): Steps<void> {
  const { draft, state } = context;
  const seen = new Map<PathId, number>();
  let deployments = new Map<string, PathId[]>();
  while (draft.dirty.size > 0) {
    wakeHeldOnes(context);
    const apps = nextOf(draft.dirty);
    const waiting = new Set<string>();
    for (const [index, app] of apps.entries()) {
      if (index % LOOKS_PER_STEP === 0) yield;
      if (waitsForLook(context, app)) {
        // It stays dirty, and is looked at in the next pass; they are judged then.
        for (const id of deploymentsOf(draft, app)) waiting.add(id);
        continue;
      }
      draft.dirty.delete(app);
      const looks = (seen.get(app) ?? 0) + 1;
      seen.set(app, looks);
      if (looks > PASSES_MAX) {
        context.leftOver.add(app);
        continue;
      }
      if (!state.memory.frozen.has(app)) look(context, app);
      for (const id of deploymentsOf(draft, app)) noteLook(deployments, id, app);
    }
    for (const id of emptyDeployments(context)) deployments.set(id, []);
    const judged = inOrder(draft, deployments).filter(([id]) => !waiting.has(id));
    deployments = new Map([...deployments].filter(([id]) => waiting.has(id)));
    yield* advanceLooked(context, judged);
  }
  for (const id of emptyDeployments(context)) {
    const deployment = draft.deployments.get(id);
    if (deployment?.status === 'running') yield* advanceDeployment(context, deployment);
  }
}

/** Deployments of which apps have been looked at, with those. */
function* advanceLooked(
  context: TurnContext,
  looks: readonly (readonly [id: string, looked: readonly PathId[]])[],
): Steps<void> {
  const { draft } = context;
  for (const [id, looked] of looks) {
    const deployment = draft.deployments.get(id);
    if (deployment === undefined) continue;
    if (deployment.status !== 'running') {
      advanceRollouts(context, deployment);
      continue;
    }
    const opened = yield* advanceDeployment(context, deployment, looked);
    for (const app of opened) draft.dirty.add(app);
  }
  yield* takeBackFailed(context);
  for (const [id] of looks) yield* failIfItMust(context, id);
}

/** Those that an app says something about: which changes it, and which has generations of it. */
function deploymentsOf({ deployments }: Draft, app: PathId): ReadonlySet<string> {
  const all = (['app', 'twins', 'retiring'] as const).flatMap((one) => deployments.by(one, app));
  return new Set(all.map(({ id }) => id));
}

/**
 * Commands of hooks are looked at before all else: what they came to lets their apps do something,
 * and a deployment is judged only when those have been looked at. In the order of ids, so that the
 * outcome does not depend on what became dirty first.
 */
function nextOf(dirty: ReadonlySet<PathId>): readonly PathId[] {
  const all = [...dirty];
  const errands = all.filter(isErrandId);
  return (errands.length > 0 ? errands : all).sort();
}

/**
 * By when they were said, so that what one of them takes, or becomes, does not depend on which of
 * their apps happened to be looked at first.
 */
function inOrder<T>({ deployments }: Draft, byId: ReadonlyMap<string, T>): [string, T][] {
  const saidAt = (id: string) => deployments.get(id)?.plan.version ?? 0;
  return [...byId].sort(([a], [b]) => saidAt(a) - saidAt(b) || (a < b ? -1 : 1));
}

function noteLook(looks: Map<string, PathId[]>, deployment: string, app: PathId): void {
  const looked = looks.get(deployment);
  if (looked === undefined) looks.set(deployment, [app]);
  else looked.push(app);
}

/** Deployments without a step have no app that would bring them up; they end in their own turn. */
function emptyDeployments(context: TurnContext): string[] {
  return context.draft.deployments
    .changes()
    .flatMap(([id, row]) =>
      row?.status === 'running' && row.plan.changes.length === 0 ? [id] : [],
    );
}

/** One look changes what it sees, so the app is dirty again; a second look finds nothing to do. */
function look(context: TurnContext, app: PathId): void {
  try {
    reconcileApp(context, app);
  } catch (cause) {
    throw new AppTurnFailed(app, cause);
  }
}

/** Deployments that were found to have failed: the way back is a deployment of its own. */
function* takeBackFailed(context: TurnContext): Steps<void> {
  const { aborts } = context;
  const found = inOrder(context.draft, aborts);
  aborts.clear();
  for (const [id, reason] of found) {
    yield* takeBack(context, { id, ending: { status: 'cancelled', reason } });
  }
}

/** Those that cannot go on, by what their rollouts say of that. */
function* failIfItMust(context: TurnContext, id: string): Steps<void> {
  const deployment = context.draft.deployments.get(id);
  if (deployment === undefined) return;
  const failing = failingOf(context, deployment);
  if (failing !== undefined) yield* failDeployment(context, deployment, failing);
  const held = failingHold(context.draft, deployment, context.now);
  if (held !== undefined) yield* failHold(context, deployment, held);
}
