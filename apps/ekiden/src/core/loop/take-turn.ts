import {
  assertNever,
  runSteps,
  type Chance,
  type IdSource,
  type Merging,
  type Millis,
  type Overlay,
  type Steps,
} from '@ekiden/kernel';
import {
  cancel,
  changeRoot,
  deleteVolume,
  enforceRole,
  killTasks,
  planMaintenance,
  noteSession,
  resetDelay,
  setRole,
  startQueued,
  tendAgent,
  tendUnknownTask,
  tendDeployment,
  wakeQueue,
} from '../commands/index.js';
import type { NumberedEvent } from '../events/index.js';
import { tellPoolChanges } from '../pool/index.js';
import {
  giveUpSilentAgents,
  connect,
  forgetTraffic,
  hearMaster,
  killBudgetOf,
  noteGoneAgents,
  noteEnd,
  noteLeaving,
  pruneHistory,
  loseHost,
  reconcileHost,
  takeConfirmedRoutes,
  takeHealthResult,
  takeHookNews,
  takeReadinessResult,
  takeTraffic,
  wakeWaitingKills,
  takeVolumeNews,
  tendPreviewPorts,
  askAgainFor,
} from '../reconcile/index.js';
import {
  Draft,
  StartBudget,
  growthIn,
  type Command,
  type Effect,
  type OrchestratorSettings,
  type Reply,
  type ServiceState,
  type TurnContext,
} from '../turn/index.js';
import { brokenInvariants } from './check-invariants.js';
import { converge } from './converge.js';
import { effectsOf } from './effects-of.js';

export interface TurnInput {
  readonly state: ServiceState;
  readonly batch: readonly Command[];
  readonly now: Millis;
  readonly ids: IdSource;
  readonly chance: Chance;
  readonly settings: OrchestratorSettings;
}

/** A decided turn: nothing of it has happened until it is committed and then merged. */
export interface Turn {
  readonly number: number;
  readonly draft: Draft;
  readonly context: TurnContext;
  /** One per command of the batch; `undefined` where nobody waits for an answer. */
  readonly replies: readonly (Reply | undefined)[];
  readonly events: readonly NumberedEvent[];
  readonly effects: readonly Effect[];
  /** Whether any stored row changes. */
  readonly hasWrites: boolean;
  /** Work was left for a further turn at once. */
  readonly more: boolean;
  /** A bound on work in bulk was reached. */
  readonly full: boolean;
}

/** What must always hold did not; the turn is not committed. */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
}

/** One turn at once, pure and synchronous (decisions, Structure). */
export function takeTurn(input: TurnInput): Turn {
  return runSteps(turnInSteps(input));
}

/**
 * One turn: takes the commands in order, looks at every app something happened to, places
 * instances, checks the invariants. The state it was given is not changed, so between two steps
 * readers see it as it was (ADR 0040); the runtime commits the result and then merges it.
 */
export function* turnInSteps(input: TurnInput): Steps<Turn> {
  const { state, now, ids, chance, settings } = input;
  const draft = new Draft(state);
  const master = state.master.begin({ now, chance, ids, epoch: state.epoch });
  const context: TurnContext = {
    draft,
    master,
    state,
    now,
    ids,
    chance,
    settings,
    leftOver: new Set(),
    launched: new Set(),
    offers: { incoming: 0, declined: 0 },
    starts: new StartBudget(settings.startsPerTurn, () => growthIn(state)),
    kills: killBudgetOf(draft, { now, settings }),
    effects: [],
    aborts: new Map(),
  };
  connect(context);
  yield* startQueued(context);
  const replies: (Reply | undefined)[] = [];
  for (const command of input.batch) {
    replies.push(yield* perform(context, command));
    yield;
  }
  giveUpSilentAgents(context);
  noteLeaving(context);
  wakeWaitingKills(context);
  noteGoneAgents(context);
  const isPlaceable = yield* converge(context);
  const more = wakeQueue(context) || isPlaceable;
  tendPreviewPorts(context);
  pruneHistory(context);
  forgetTraffic(context);
  tellPoolChanges(context);
  yield;
  const broken = yield* brokenInvariants(context);
  if (broken.length > 0) throw new InvariantBroken(broken.join('; '));
  return {
    number: state.turn + 1,
    draft,
    context,
    replies,
    events: draft.events.map((event, i) => ({ number: state.lastEvent + 1 + i, at: now, event })),
    effects: effectsOf(context, input.batch),
    hasWrites: hasWrites(context),
    more: more || context.leftOver.size > 0,
    full: context.leftOver.size > 0 || context.launched.size >= settings.launchesPerTurn,
  };
}

/**
 * Makes a turn the state, the one place where that changes. `provisional`: before its commit has
 * succeeded, so that the next turn can be decided meanwhile; readers see it from `confirmTurn` on,
 * and when the commit fails the whole state is dropped (ADR 0058).
 */
export function mergeTurn(turn: Turn, how: Merging = {}): void {
  const { draft, context } = turn;
  const { state } = context;
  const served = new Set(draft.served.changes().map(([app]) => app));
  state.memory.growth = { served, short: context.starts.short };
  for (const rows of overlaysOf(draft)) rows.merge(how);
  const ownDeadline = earlier(draft.silenceEnds, draft.windowsNext);
  state.masterDeadline = earlier(context.master.nextDeadline(), ownDeadline);
  context.master.merge(how);
  state.rootVersion = draft.rootVersion;
  if (turn.hasWrites || turn.events.length > 0) {
    state.turn = turn.number;
    if (context.now > state.lastCommitAt) state.lastCommitAt = context.now;
  }
  state.lastEvent += turn.events.length;
  for (const role of draft.roles) state.memory.roles.add(role);
  state.memory.confirmed = draft.confirmed;
  state.memory.silenceEnds = draft.silenceEnds;
  state.memory.windowsNext = draft.windowsNext;
  state.memory.killsWaiting.clear();
  for (const app of draft.killsWaiting) state.memory.killsWaiting.add(app);
  state.memory.dirty.clear();
  for (const app of context.leftOver) state.memory.dirty.add(app);
  for (const [app, at] of draft.wakes) {
    if (at === undefined) state.memory.wakes.delete(app);
    else state.memory.wakes.set(app, at);
  }
}

/** The commit of a turn that was merged provisionally has succeeded. */
export function confirmTurn({ draft, context }: Turn): void {
  for (const rows of overlaysOf(draft)) rows.confirm();
  context.master.confirm();
}

/** All of a draft that becomes state. */
function overlaysOf(draft: Draft): readonly Pick<Overlay<string, unknown>, 'merge' | 'confirm'>[] {
  return [
    draft.apps,
    draft.groups,
    draft.appVersions,
    draft.instances,
    draft.deployments,
    draft.launchDelays,
    draft.taskFailures,
    draft.volumes,
    draft.unknownTasks,
    draft.killAsks,
    draft.drains,
    draft.traffic,
    draft.healthHolds,
    draft.orphans,
    draft.served,
    draft.addresses,
    draft.leaving,
    draft.evictions,
  ];
}

function earlier(a: Millis | undefined, b: Millis | undefined): Millis | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

function hasWrites({ draft, master }: TurnContext): boolean {
  const { agents, frameworks, roles, tasks } = master.changes();
  const changed = [
    draft.apps.changes(),
    draft.groups.changes(),
    draft.instances.changes(),
    draft.deployments.changes(),
    draft.launchDelays.changes(),
    draft.taskFailures.changes(),
    draft.volumes.changes(),
    draft.unknownTasks.changes(),
    agents,
    frameworks,
    roles,
    tasks,
  ];
  return changed.some((rows) => rows.length > 0);
}

function* perform(context: TurnContext, command: Command): Steps<Reply | undefined> {
  switch (command.kind) {
    case 'changeRoot':
      return yield* changeRoot(context, command.change, command);
    case 'enforceRole':
      return enforceRole(context, command);
    case 'cancelDeployment':
      return yield* cancel(context, command);
    case 'tendDeployment':
      return yield* tendDeployment(context, command);
    case 'killTasks':
      return yield* killTasks(context, command);
    case 'resetDelay':
      return resetDelay(context, command.app);
    case 'noteSession':
      return noteSession(context, command.note);
    case 'setRole':
      return setRole(context, command);
    case 'planMaintenance':
      return planMaintenance(context, command.windows);
    case 'tendAgent': {
      const reply = tendAgent(context, command);
      hearMaster(context);
      return reply;
    }
    case 'deleteVolume':
      return deleteVolume(context, command);
    case 'tendUnknownTask':
      return tendUnknownTask(context, command);
    case 'hostStatus':
      hearStatus(context, command);
      return undefined;
    case 'healthResult':
      takeHealthResult(context, command);
      return undefined;
    case 'readinessResult':
      takeReadinessResult(context, command);
      return undefined;
    case 'agentRegistered':
      hearAgent(context, command);
      return undefined;
    case 'agentUnreachable':
      loseHost(context, command);
      hearMaster(context);
      return undefined;
    case 'hostRecovered':
      reconcileHost(context, command);
      hearMaster(context);
      askAgainFor(context, command.agentId);
      return undefined;
    case 'volumeWiped':
    case 'volumesMeasured':
      takeVolumeNews(context, command);
      return undefined;
    case 'routesConfirmed':
      takeConfirmedRoutes(context, command);
      return undefined;
    case 'trafficSeen':
      takeTraffic(context, command);
      return undefined;
    case 'hookResult':
    case 'hookOutput':
      takeHookNews(context, command);
      return undefined;
    case 'wake':
      return undefined;
    default:
      return assertNever(command);
  }
}

function hearAgent(
  { draft, master }: TurnContext,
  { agent, addresses }: Extract<Command, { kind: 'agentRegistered' }>,
): void {
  master.registerAgent(agent);
  if (addresses !== undefined) draft.addresses.put(agent.id, addresses);
}

function hearStatus(context: TurnContext, command: Extract<Command, { kind: 'hostStatus' }>): void {
  const { status } = command;
  context.master.status(status);
  noteEnd(context, status);
  hearMaster(context);
}
