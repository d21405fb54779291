import { millis, seconds, type Millis } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { Deployment } from './deployment.js';
import { verbOf, type DeploymentPlan, type PlannedEdge } from './plan.js';
import { stepChanging } from './step-changing.js';

/** How long a dependency may take to come up where its rule does not say. */
const PATIENCE = seconds(600);

/** How long one is waited for that nobody runs. */
const SUSPENDED_PATIENCE = seconds(60);

/** What can be seen of the dependencies of a deployment's apps. */
export interface GateView {
  readonly now: Millis;
  /** Whether the app is what the rule asks for; without a rule: its action is done. */
  isMet(edge: PlannedEdge): boolean;
  /** No instances of it are wanted at this moment. */
  isSuspended(app: PathId): boolean;
}

/** A dependency that keeps an app from having its turn. */
export interface EdgeWait {
  readonly on: PathId;
  readonly why: 'coming' | 'suspended' | 'late';
  readonly since: Millis;
  /** When its deadline is over; absent while the dependency has not had its own turn. */
  readonly until?: Millis;
  /** Something happens then; else it is only late. */
  readonly ends: boolean;
}

/** Whether the turn of an app has come. */
export type Gate =
  | { readonly kind: 'open' }
  /** `waits` is empty where only its step has to come. */
  | { readonly kind: 'held'; readonly waits: readonly EdgeWait[] }
  /** A dependency is late, and the rule says that the deployment fails then. */
  | { readonly kind: 'failed'; readonly wait: EdgeWait };

const OPEN: Gate = { kind: 'open' };

/**
 * Whether an app of a running deployment has its turn (DESIGN 7): what it depends on is there, or
 * is waited for no longer. Apps whose own dependencies are met do not wait for the rest of the
 * steps before theirs, so that one failing branch holds up no other (user-wants, row 16). What a
 * rollout replaces, and stops, keep to the order of the steps.
 */
export function gateOf(deployment: Deployment, app: PathId, view: GateView): Gate {
  const { plan, step, ahead } = deployment;
  const own = stepChanging(plan, app);
  if (own === undefined || ahead?.[app] !== undefined) return OPEN;
  const { mayGoAhead, firstLevel } = factsOf(plan);
  if (!goesWhenAsked(deployment, app)) return OPEN;
  const waits: EdgeWait[] = [];
  for (const edge of plan.edges?.[app] ?? []) {
    // With its step, all that it waits for by the order of steps is behind it.
    if (edge.inCircle === true || (own <= step && edge.suspended !== true)) continue;
    const wait = waitFor(deployment, edge, view);
    if (wait === undefined) continue;
    const fails = edge.rule?.onFailure === 'fail' && wait.why === 'late';
    if (fails && deployment.undoes === undefined) return { kind: 'failed', wait };
    waits.push(wait);
  }
  if (waits.length > 0) return { kind: 'held', waits };
  return own <= step || (mayGoAhead.has(app) && step >= firstLevel)
    ? OPEN
    : { kind: 'held', waits };
}

/**
 * The turn of an app does not come with its step: it goes ahead of it, or after somebody who is
 * suspended has been waited for. It is noted in `ahead` then.
 */
export function goesWhenAsked({ plan, step, ahead }: Deployment, app: PathId): boolean {
  const own = stepChanging(plan, app);
  if (own === undefined || ahead?.[app] !== undefined) return false;
  return own > step || (own === step && factsOf(plan).waitsForSuspended.has(app));
}

/** Apps that may have their turn once this one is what they wait for. */
export function dependantsOf(plan: DeploymentPlan, app: PathId): readonly PathId[] {
  return factsOf(plan).dependants.get(app) ?? [];
}

/** Those of them that do not wait for it for ever: their deadlines begin when its turn comes. */
export function impatientOf(plan: DeploymentPlan, app: PathId): readonly PathId[] {
  return factsOf(plan).impatient.get(app) ?? [];
}

/** Apps that a plan leaves alone, and that somebody in it waits for to be woken. */
export function suspendedIn(plan: DeploymentPlan): readonly PathId[] {
  return factsOf(plan).suspended;
}

/** Index of the first step that scales or restarts anything. */
export function firstLevelOf(plan: DeploymentPlan): number {
  return factsOf(plan).firstLevel;
}

/** Since when the app has its turn; `undefined`: it has not come yet, or is over. */
function turnSince({ plan, step, stepSince, ahead, startedAt }: Deployment, app: PathId) {
  return ahead?.[app] ?? (stepChanging(plan, app) === step ? (stepSince ?? startedAt) : undefined);
}

function waitFor(deployment: Deployment, edge: PlannedEdge, view: GateView): EdgeWait | undefined {
  const { on, rule, suspended = false } = edge;
  const { startedAt, patientSince = startedAt, undoes } = deployment;
  const since = chanceSince(deployment, edge, patientSince);
  if (suspended && view.isSuspended(on)) {
    const patience = rule?.deadlineSeconds;
    const until = after(since, patience === undefined ? SUSPENDED_PATIENCE : seconds(patience));
    if (view.now < until) return { on, why: 'suspended', since, until, ends: true };
    // What takes something back cannot fail, and nobody in its plan wakes the dependency.
    const fails = rule?.onFailure === 'fail' && undoes === undefined;
    if (fails) return { on, why: 'late', since, until, ends: false };
  }
  const { lastStep, bound } = factsOf(deployment.plan);
  const last = lastStep.get(on);
  // One that comes up beside its old generation is there once it has been promoted.
  const met = bound.has(on) ? (last ?? 0) < deployment.step : view.isMet(edge);
  if (last === undefined || met) return undefined;
  const own = turnSince(deployment, on);
  if (own === undefined) return { on, why: 'coming', since: startedAt, ends: false };
  const turn = chanceSince(deployment, edge, own);
  const patience = rule?.deadlineSeconds;
  const until = after(turn, patience === undefined ? PATIENCE : seconds(patience));
  if (view.now < until) return { on, why: 'coming', since: turn, until, ends: isImpatient(edge) };
  if (rule?.onFailure === 'continue') return undefined;
  return { on, why: 'late', since: turn, until, ends: false };
}

/** Where the deployment has failed at the deadline and is tried again, its time begins anew. */
function chanceSince({ triedAgainAt }: Deployment, { rule }: PlannedEdge, since: Millis): Millis {
  if (rule?.onFailure !== 'fail' || triedAgainAt === undefined) return since;
  return millis(Math.max(since, triedAgainAt));
}

/** Its rule has something happen at the deadline. */
function isImpatient({ rule }: PlannedEdge): boolean {
  return rule !== undefined && rule.onFailure !== 'wait';
}

function after(since: Millis, patience: Millis): Millis {
  return millis(since + patience);
}

interface PlanFacts {
  readonly firstLevel: number;
  readonly mayGoAhead: ReadonlySet<PathId>;
  /** Apps with two generations, and those that follow them. */
  readonly bound: ReadonlySet<PathId>;
  readonly waitsForSuspended: ReadonlySet<PathId>;
  readonly suspended: readonly PathId[];
  readonly dependants: ReadonlyMap<PathId, readonly PathId[]>;
  readonly impatient: ReadonlyMap<PathId, readonly PathId[]>;
  /** Of each app the last step that acts on it. */
  readonly lastStep: ReadonlyMap<PathId, number>;
}

/** Of a plan, which never changes; asked for at each look at each of its apps. */
const known = new WeakMap<DeploymentPlan, PlanFacts>();

function factsOf(plan: DeploymentPlan): PlanFacts {
  const facts = known.get(plan) ?? findFacts(plan);
  known.set(plan, facts);
  return facts;
}

function findFacts({ steps, edges, rollouts = [] }: DeploymentPlan): PlanFacts {
  const bound = new Set(rollouts.flatMap(({ twins, replaced }) => [...twins, ...replaced]));
  const mayGoAhead = new Set<PathId>();
  const lastStep = new Map<PathId, number>();
  let firstLevel = steps.length;
  steps.forEach(({ actions, promotes }, index) => {
    for (const action of actions) {
      lastStep.set(action.app, index);
      const verb = verbOf(action);
      if (verb === 'Start' || verb === 'Stop') continue;
      firstLevel = Math.min(firstLevel, index);
      const free = edges !== undefined && promotes === undefined && !bound.has(action.app);
      if (free) mayGoAhead.add(action.app);
    }
  });
  const dependants = new Map<PathId, PathId[]>();
  const impatient = new Map<PathId, PathId[]>();
  const waitsForSuspended = new Set<PathId>();
  const suspended = new Set<PathId>();
  for (const [key, waits] of Object.entries(edges ?? {})) {
    const app = key as PathId;
    for (const edge of waits) {
      if (edge.inCircle === true) {
        mayGoAhead.delete(app);
        continue;
      }
      if (edge.suspended === true && !bound.has(app)) {
        waitsForSuspended.add(app);
        suspended.add(edge.on);
      }
      put(dependants, edge.on, app);
      if (isImpatient(edge)) put(impatient, edge.on, app);
    }
  }
  return {
    firstLevel,
    mayGoAhead,
    bound,
    waitsForSuspended,
    suspended: [...suspended],
    dependants,
    impatient,
    lastStep,
  };
}

function put(found: Map<PathId, PathId[]>, on: PathId, app: PathId): void {
  const others = found.get(on);
  if (others === undefined) found.set(on, [app]);
  else others.push(app);
}
