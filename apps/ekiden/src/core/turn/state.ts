import {
  DeadlineQueue,
  Table,
  type AgentId,
  type Millis,
  type TableView,
  type TaskId,
} from '@ekiden/kernel';
import type { FrameworkId, Master, MasterState } from '@ekiden/offers';
import {
  parentOf,
  restartsWhenLost,
  deploymentGroupOf,
  servicePortsOf,
  type AppDefinition,
  type PathId,
} from '../app/index.js';
import {
  needsHands,
  retiringIn,
  rolloutsUnderWay,
  suspendedIn,
  twinsOf,
  type Deployment,
  type TrafficRecord,
} from '../deployment/index.js';
import type { Group, RootView } from '../group/index.js';
import {
  isRestless,
  placedTally,
  sayOnAgent,
  standingTally,
  waitingTally,
  type Instance,
  type InstanceId,
  type LaunchDelay,
  type TaskFailure,
} from '../instance/index.js';
import type { Volume, VolumeId } from '../volume/index.js';
import type { AgentAddresses } from './command.js';
import { NOTHING_CONFIRMED, type ConfirmedRoutes, type Drain } from './drain.js';
import type { KillAsk } from './kill-ask.js';
import type { UnknownTask } from './unknown-task.js';

/** `<app id>@<version in ms>` */
export type AppVersionKey = `${PathId}@${number}`;

export function appVersionKey(id: PathId, version: Millis): AppVersionKey {
  return `${id}@${version}`;
}

/** The orchestrator's committed rows. */
export interface OrchestratorRows {
  /**
   * Indexes `parent` (the enclosing group), `servicePort`, `deploymentGroup` (of marathon-lb), and
   * `onLost` (`restart`): those with a rule that has them restarted for a dependency.
   */
  readonly apps: Table<PathId, AppDefinition>;
  /** Indexes `parent` and `onLost`, as of apps. */
  readonly groups: Table<PathId, Group>;
  /** Definitions that some instance or running deployment still refers to. Index `app`. */
  readonly appVersions: Table<AppVersionKey, AppDefinition>;
  /**
   * Indexes `app`: the live ones, which are its instances to everybody; `beside`: those of another
   * generation (rollouts.md, Generations); `hook`: commands of hooks. Of all: `task` and `agent` (of
   * the current task), `illOn` (its agent where its checks fail), `servicesAt` (the address the
   * current task was told), `reaches` (what they find in their scope) and `scopePort` (at which
   * ports); `scheduled` and `restless` (see `isRestless`) by app as well; `reserved` by app: those
   * with a reservation; `returning` (`yes`): of those, the ones that wait for their own agent.
   * Tallies `standing`, `waiting`, `placed` and `condition`.
   */
  readonly instances: Table<InstanceId, Instance>;
  /**
   * Indexes `status`; for running ones `app`: every app the plan changes, and `waitsFor`: those it
   * leaves alone and waits for until they are woken; `twins`: the apps that have two generations by
   * it, also when it has ended and keeps the old one warm; `retiring`: those whose old one is given up
   * with hooks around its end; `rollout` (`yes`): those with a rollout
   * that is not over; `errands` (`yes`): hooks of it are to be called, or what they wrote is to be
   * read.
   */
  readonly deployments: Table<string, Deployment>;
  /** Index `app`. */
  readonly launchDelays: Table<string, LaunchDelay>;
  readonly taskFailures: Table<PathId, TaskFailure>;
  /** Indexes `app`, `agent`, and `reservation` (what belongs together on an agent). */
  readonly volumes: Table<VolumeId, Volume>;
  /** Indexes `app` and `agent`. */
  readonly unknownTasks: Table<TaskId, UnknownTask>;
}

export function emptyRows(): OrchestratorRows {
  return {
    apps: new Table({
      parent: (row) => [parentOf(row.id)],
      servicePort: (row) => servicePortsOf(row).flatMap((port) => (port > 0 ? [`${port}`] : [])),
      deploymentGroup: (row) => [deploymentGroupOf(row) ?? []].flat(),
      onLost: (row) => (restartsWhenLost(row) ? ['restart'] : []),
    }),
    groups: new Table({
      parent: (row) => [parentOf(row.id)],
      onLost: (row) => (restartsWhenLost(row) ? ['restart'] : []),
    }),
    appVersions: new Table({ app: (row) => [row.id] }),
    instances: new Table<InstanceId, Instance>(
      {
        app: (row) => (isOwn(row) ? [row.appId] : NONE),
        beside: (row) => (row.generation === undefined ? NONE : [row.appId]),
        hook: (row) => (row.hook === undefined ? NONE : [row.appId]),
        task: (row) => (row.task === undefined ? NONE : [row.task.id]),
        agent: (row) => (row.task === undefined ? NONE : [row.task.agentId]),
        illOn: (row) =>
          row.task !== undefined && sayOnAgent(row) === 'ill' ? [row.task.agentId] : NONE,
        servicesAt: (row) => (row.task?.servicesAt === undefined ? NONE : [row.task.servicesAt]),
        // Looked at alone, where the rest of an app's instances make no difference.
        scheduled: (row) => (row.condition === 'Scheduled' ? [row.appId] : NONE),
        reaches: (row) => (row.scope === undefined ? NONE : Object.keys(row.scope.ports)),
        scopePort: scopePortsOf,
        restless: (row) => (isRestless(row) ? [row.appId] : NONE),
        reserved: (row) => (row.reservation === undefined ? NONE : [row.appId]),
        returning: (row) => (isReturning(row) ? ['yes'] : NONE),
      },
      {
        standing: standingTally,
        waiting: waitingTally,
        placed: placedTally,
        condition: (row) => [row.condition],
      },
    ),
    deployments: new Table({
      status: (row) => [row.status],
      app: (row) => (row.status === 'running' ? row.plan.changes.map(({ id }) => id) : []),
      twins: twinsOf,
      retiring: retiringIn,
      rollout: (row) => (rolloutsUnderWay(row).length > 0 ? ['yes'] : []),
      errands: (row) => (row.hooks?.some(needsHands) === true ? ['yes'] : []),
      waitsFor: (row) => (row.status === 'running' ? suspendedIn(row.plan) : []),
    }),
    launchDelays: new Table({ app: (row) => [row.appId] }),
    taskFailures: new Table(),
    volumes: new Table({
      app: (row) => [row.appId],
      agent: (row) => [row.agentId],
      reservation: (row) => [row.reservationId],
    }),
    unknownTasks: new Table({ app: (row) => [row.appId], agent: (row) => [row.agentId] }),
  };
}

/** One for all: most instances stand under nothing in most indexes, and change by the thousand. */
const NONE: readonly string[] = [];

/** Live, and a replica at all. */
function isOwn({ generation, hook }: Instance): boolean {
  return generation === undefined && hook === undefined;
}

function scopePortsOf({ scope }: Instance): readonly string[] {
  if (scope === undefined) return NONE;
  return Object.values(scope.ports).flatMap((ports) =>
    ports.flatMap((port) => (port === 0 ? [] : [`${port}`])),
  );
}

function isReturning({ condition, goal, reservation }: Instance): boolean {
  return condition === 'Scheduled' && goal === 'Running' && reservation !== undefined;
}

/** An agent whose instances are to be elsewhere, by the deadline if there is one. */
export interface LeavingAgent {
  readonly id: AgentId;
  readonly cause: 'drain' | 'maintenance';
  /** What is still there then is killed; absent = nothing is. */
  readonly deadline?: Millis;
  /** When its maintenance is over, if ever. */
  readonly until?: Millis;
}

/** An instance that was given notice, as an app of a higher priority needs its room. */
export interface Eviction {
  readonly taskId: TaskId;
  readonly agentId: AgentId;
  /** Its own app. */
  readonly appId: PathId;
  readonly forApp: PathId;
  /** When it is killed. */
  readonly at: Millis;
}

/** A task whose instance was given up while its host was lost, or a stale incarnation. */
export interface Orphan {
  readonly taskId: TaskId;
  readonly appId: PathId;
}

/** For a time no instance of an app, or none on one agent, is killed for its health. */
export interface HealthHold {
  /** `<app id>` or `@<agent id>` */
  readonly key: string;
  /** Those that have instances to be killed but for this. */
  readonly apps: readonly PathId[];
  /** What is wrong at large, one sentence. */
  readonly reason: string;
  readonly until: Millis;
  /** What was wrong at large is over; it lasts until all have been asked again. */
  readonly ending: boolean;
}

/**
 * What only the present leader needs to know and a new one finds out again by itself. Changed when
 * a turn is merged, like rows.
 */
export interface LeaderMemory {
  /** Apps that the next turn must look at. */
  readonly dirty: Set<PathId>;
  /** When to look at an app again although nothing happened. */
  readonly wakes: DeadlineQueue<PathId>;
  /** Kills that were passed on and whose end is not known. Indexes `app`; `open`: unanswered. */
  readonly killAsks: Table<TaskId, KillAsk>;
  /** Kills that wait until nothing is under way to their tasks. Index `app`. */
  readonly drains: Table<TaskId, Drain>;
  /** What the routers have confirmed in this term. */
  confirmed: ConfirmedRoutes;
  /** Apps with kills that wait until fewer are unanswered. */
  readonly killsWaiting: Set<PathId>;
  /** What routers have counted for rollouts that are judged by it; see `trafficKey`. */
  readonly traffic: Table<string, TrafficRecord>;
  /** Index `app`. */
  readonly healthHolds: Table<string, HealthHold>;
  /** Living tasks of ours that no instance owns, to be stopped. Index `app`. */
  readonly orphans: Table<TaskId, Orphan>;
  /** When apps that still wait for places were last given one. */
  readonly served: Table<PathId, Millis>;
  /** Those that the last turn has given any, and how many apps wanted more than it could make. */
  growth: { readonly served: ReadonlySet<PathId>; readonly short: number };
  /** Apps whose reconciliation failed by a fault of ours, with the reason; left alone and shown. */
  readonly frozen: Map<PathId, string>;
  /** Roles our framework is subscribed to. */
  readonly roles: Set<string>;
  /** Of agents that have registered in this term and said more than their name. */
  readonly addresses: Table<AgentId, AgentAddresses>;
  /** Agents that are drained or in maintenance: what we have there is to move. */
  readonly leaving: Table<AgentId, LeavingAgent>;
  /** Notices that stand. Indexes `app` (whose task it is) and `for` (who gets the room). */
  readonly evictions: Table<TaskId, Eviction>;
  /** Agents that have not registered by then in this term are given up; undefined = done. */
  silenceEnds: Millis | undefined;
  /** When the next maintenance of an agent begins or ends. */
  windowsNext: Millis | undefined;
}

/** Everything a leader holds in memory between turns. */
export interface ServiceState {
  readonly rows: OrchestratorRows;
  readonly master: Master;
  readonly frameworkId: FrameworkId;
  readonly memory: LeaderMemory;
  readonly epoch: number;
  /**
   * What the database did not see: from the last it knows of to the beginning of this term.
   * `launched`: tasks that it had launched by then and not heard from, which started in that time.
   */
  readonly blindSpot: {
    readonly from: Millis;
    readonly until: Millis;
    readonly launched: ReadonlySet<TaskId>;
  };
  /** Time of the newest commit. */
  lastCommitAt: Millis;
  rootVersion: Millis;
  turn: number;
  lastEvent: number;
  /** When the master wants to be asked again although nothing happens. */
  masterDeadline: Millis | undefined;
}

export function emptyMemory(): LeaderMemory {
  return {
    dirty: new Set(),
    wakes: new DeadlineQueue(),
    killAsks: new Table({
      app: (ask) => [ask.appId],
      open: (ask) => (ask.answered ? [] : ['yes']),
    }),
    drains: new Table({ app: (drain) => [drain.appId] }),
    confirmed: NOTHING_CONFIRMED,
    killsWaiting: new Set(),
    traffic: new Table(),
    healthHolds: new Table({ app: (hold) => hold.apps }),
    orphans: new Table({ app: (orphan) => [orphan.appId] }),
    served: new Table(),
    growth: { served: new Set(), short: 0 },
    frozen: new Map(),
    roles: new Set(),
    addresses: new Table(),
    leaving: new Table(),
    evictions: new Table({ app: (row) => [row.appId], for: (row) => [row.forApp] }),
    silenceEnds: undefined,
    windowsNext: undefined,
  };
}

/** The committed state of the service, as readers see it: not what is merged provisionally. */
export interface StateView {
  /** Number of the last committed turn; a new number means something may have changed. */
  readonly turn: number;
  readonly root: RootView;
  readonly appVersions: TableView<AppVersionKey, AppDefinition>;
  readonly instances: TableView<InstanceId, Instance>;
  readonly deployments: TableView<string, Deployment>;
  readonly launchDelays: TableView<string, LaunchDelay>;
  readonly taskFailures: TableView<PathId, TaskFailure>;
  /** Indexes as in `OrchestratorRows`. */
  readonly volumes: TableView<VolumeId, Volume>;
  /** Indexes `app` and `agent`. */
  readonly unknownTasks: TableView<TaskId, UnknownTask>;
  /** Apps set aside after a fault of ours, with the reason. */
  readonly frozen: ReadonlyMap<PathId, string>;
  /** Index `app`. */
  readonly healthHolds: TableView<string, HealthHold>;
  /** Index `app`. */
  readonly killAsks: TableView<TaskId, KillAsk>;
  /** Kills that wait until nothing is under way to their tasks. Index `app`. */
  readonly drains: TableView<TaskId, Drain>;
  /** What the routers have confirmed in this term. */
  readonly confirmed: ConfirmedRoutes;
  /** What they have counted for rollouts, by `trafficKey`. */
  readonly traffic: TableView<string, TrafficRecord>;
  /** Ways to and from agents, where they are not the usual ones. */
  readonly addresses: TableView<AgentId, AgentAddresses>;
  /** Agents that are being left: drained, or in maintenance. */
  readonly leaving: TableView<AgentId, LeavingAgent>;
  /** Notices that stand. Indexes `app` (whose task it is) and `for` (who gets the room). */
  readonly evictions: TableView<TaskId, Eviction>;
  readonly master: { readonly state: MasterState };
  readonly frameworkId: FrameworkId;
}

export function viewOf(state: ServiceState): StateView {
  const { rows } = state;
  return {
    turn: state.turn,
    root: { version: state.rootVersion, groups: rows.groups.confirmed, apps: rows.apps.confirmed },
    appVersions: rows.appVersions.confirmed,
    instances: rows.instances.confirmed,
    deployments: rows.deployments.confirmed,
    launchDelays: rows.launchDelays.confirmed,
    taskFailures: rows.taskFailures.confirmed,
    volumes: rows.volumes.confirmed,
    unknownTasks: rows.unknownTasks.confirmed,
    frozen: state.memory.frozen,
    healthHolds: state.memory.healthHolds.confirmed,
    killAsks: state.memory.killAsks.confirmed,
    drains: state.memory.drains.confirmed,
    confirmed: state.memory.confirmed,
    traffic: state.memory.traffic.confirmed,
    addresses: state.memory.addresses.confirmed,
    leaving: state.memory.leaving.confirmed,
    evictions: state.memory.evictions.confirmed,
    master: { state: state.master.confirmed },
    frameworkId: state.frameworkId,
  };
}
