import {
  Overlay,
  type AgentId,
  type Chance,
  type IdSource,
  type Millis,
  type TaskId,
} from '@ekiden/kernel';
import type { MasterTurn } from '@ekiden/offers';
import { ROOT_ID, ancestorsOf, type AppDefinition, type PathId } from '../app/index.js';
import { dependantsOf, type Deployment, type TrafficRecord } from '../deployment/index.js';
import { instanceChanged, killOrdered, type DomainEvent } from '../events/index.js';
import type { Group } from '../group/index.js';
import {
  isTerminal,
  launchDelayId,
  sayOnAgent,
  type Instance,
  type InstanceId,
  type LaunchDelay,
  type TaskFailure,
} from '../instance/index.js';
import type { Volume, VolumeId } from '../volume/index.js';
import type { AgentAddresses } from './command.js';
import type { ConfirmedRoutes, Drain } from './drain.js';
import type { Effect } from './effect.js';
import type { KillAsk, KillBudget } from './kill-ask.js';
import type { OrchestratorSettings } from './settings.js';
import type { StartBudget } from './start-budget.js';
import {
  appVersionKey,
  type AppVersionKey,
  type Eviction,
  type HealthHold,
  type LeavingAgent,
  type Orphan,
  type ServiceState,
} from './state.js';
import type { UnknownTask } from './unknown-task.js';

/** What a node of the tree became at a version of the root; without data: it was removed. */
export interface HistoryEntry<T> {
  readonly id: PathId;
  readonly version: Millis;
  readonly data: T | undefined;
}

/**
 * One turn's draft of the whole state: overlays over the committed rows, and what the decisions
 * have announced so far. Nothing outside the draft changes until it is merged after its commit.
 */
export class Draft {
  readonly apps: Overlay<PathId, AppDefinition>;
  readonly groups: Overlay<PathId, Group>;
  readonly appVersions: Overlay<AppVersionKey, AppDefinition>;
  readonly instances: Overlay<InstanceId, Instance>;
  readonly deployments: Overlay<string, Deployment>;
  readonly launchDelays: Overlay<string, LaunchDelay>;
  readonly taskFailures: Overlay<PathId, TaskFailure>;
  readonly volumes: Overlay<VolumeId, Volume>;
  readonly unknownTasks: Overlay<TaskId, UnknownTask>;
  readonly killAsks: Overlay<TaskId, KillAsk>;
  readonly drains: Overlay<TaskId, Drain>;
  confirmed: ConfirmedRoutes;
  readonly killsWaiting: Set<PathId>;
  readonly traffic: Overlay<string, TrafficRecord>;
  readonly healthHolds: Overlay<string, HealthHold>;
  readonly orphans: Overlay<TaskId, Orphan>;
  readonly served: Overlay<PathId, Millis>;
  readonly addresses: Overlay<AgentId, AgentAddresses>;
  readonly leaving: Overlay<AgentId, LeavingAgent>;
  readonly evictions: Overlay<TaskId, Eviction>;
  readonly events: DomainEvent[] = [];
  /** Agents on which what checks say of tasks has changed, and nobody has drawn a conclusion yet. */
  readonly judgedAnew = new Set<AgentId>();
  readonly dirty = new Set<PathId>();
  readonly wakes = new Map<PathId, Millis | undefined>();
  readonly roles: Set<string>;
  silenceEnds: Millis | undefined;
  windowsNext: Millis | undefined;
  /** Versions of the root made in this turn, oldest first, and what became of its nodes in each. */
  readonly rootVersions: Millis[] = [];
  readonly groupHistory: HistoryEntry<Group>[] = [];
  readonly appRemovals: HistoryEntry<never>[] = [];
  private root: Millis;

  constructor(state: Pick<ServiceState, 'rows' | 'memory' | 'rootVersion'>) {
    const { rows, memory } = state;
    this.apps = new Overlay(rows.apps);
    this.groups = new Overlay(rows.groups);
    this.appVersions = new Overlay(rows.appVersions);
    this.instances = new Overlay(rows.instances);
    this.deployments = new Overlay(rows.deployments);
    this.launchDelays = new Overlay(rows.launchDelays);
    this.taskFailures = new Overlay(rows.taskFailures);
    this.volumes = new Overlay(rows.volumes);
    this.unknownTasks = new Overlay(rows.unknownTasks);
    this.killAsks = new Overlay(memory.killAsks);
    this.drains = new Overlay(memory.drains);
    this.confirmed = memory.confirmed;
    this.killsWaiting = new Set(memory.killsWaiting);
    this.traffic = new Overlay(memory.traffic);
    this.healthHolds = new Overlay(memory.healthHolds);
    this.orphans = new Overlay(memory.orphans);
    this.served = new Overlay(memory.served);
    this.addresses = new Overlay(memory.addresses);
    this.leaving = new Overlay(memory.leaving);
    this.evictions = new Overlay(memory.evictions);
    this.root = state.rootVersion;
    this.roles = new Set(memory.roles);
    this.silenceEnds = memory.silenceEnds;
    this.windowsNext = memory.windowsNext;
    for (const app of memory.dirty) this.dirty.add(app);
  }

  get rootVersion(): Millis {
    return this.root;
  }

  /** Makes a new version of the root; what is put or removed from here on belongs to it. */
  advanceRoot(version: Millis): void {
    this.root = version;
    this.rootVersions.push(version);
  }

  /** Puts an instance; a change of condition or goal is announced and its app looked at. */
  putInstance(next: Instance): void {
    const before = this.instances.get(next.id);
    this.instances.put(next.id, next);
    this.dirty.add(next.appId);
    this.noteSay(before, next);
    if (before?.condition !== next.condition || before.goal !== next.goal) {
      this.tellOf(next, instanceChanged(next));
    }
    if (before?.kill === undefined && next.kill !== undefined && next.task !== undefined) {
      this.tellOf(next, killOrdered(next, next.task, next.kill));
    }
  }

  /**
   * Announces what happens to an instance. Clients know of the live generation only: a load
   * balancer that follows events never meets another one (rollouts.md, Generations).
   */
  tellOf({ generation, hook }: Instance, ...events: readonly DomainEvent[]): void {
    if (generation === undefined && hook === undefined) this.events.push(...events);
  }

  /** Marks a living task without an instance, to be stopped. */
  disown(orphan: Orphan): void {
    this.orphans.put(orphan.taskId, orphan);
    this.dirty.add(orphan.appId);
  }

  /** Forgets an instance; one that was not over is announced as such. */
  removeInstance(instance: Instance): void {
    this.instances.remove(instance.id);
    this.noteSay(instance, undefined);
    if (!isTerminal(instance.condition)) {
      this.tellOf(instance, instanceChanged({ ...instance, condition: 'Killed' }));
    }
    this.dirty.add(instance.appId);
    if (instance.task !== undefined) this.forgetKill(instance.task.id);
  }

  private noteSay(before: Instance | undefined, after: Instance | undefined): void {
    const said = before && sayOnAgent(before);
    const says = after && sayOnAgent(after);
    const [from, to] = [before?.task?.agentId, after?.task?.agentId];
    if (said === says && (from === to || says === undefined)) return;
    if (from !== undefined && said !== undefined) this.judgedAnew.add(from);
    if (to !== undefined && says !== undefined) this.judgedAnew.add(to);
  }

  /** A task that is over: nobody has it killed any more. */
  forgetKill(task: TaskId): void {
    this.killAsks.remove(task);
    this.drains.remove(task);
  }

  definitionOf(instance: Instance): AppDefinition | undefined {
    if (instance.hook !== undefined) return instance.hook.definition;
    // Nearly always the present one; asking for it first spares making a key.
    const app = this.apps.get(instance.appId);
    if (app?.version === instance.appVersion) return app;
    return this.appVersions.get(appVersionKey(instance.appId, instance.appVersion));
  }

  launchDelayOf(app: AppDefinition): LaunchDelay | undefined {
    return this.launchDelays.get(launchDelayId(app.id, app.versionInfo.lastConfigChangeAt));
  }

  runningDeploymentOf(app: PathId): Deployment | undefined {
    return this.deployments.by('app', app)[0];
  }

  putApp(app: AppDefinition): void {
    this.apps.put(app.id, app);
    this.appVersions.put(appVersionKey(app.id, app.version), app);
    this.dirtyWith(app.id);
    for (const id of ancestorsOf(app.id)) {
      if (id !== ROOT_ID && !this.groups.has(id)) {
        this.putGroup({ id, dependencies: [], enforceRole: false });
      }
    }
  }

  removeApp(id: PathId): void {
    this.apps.remove(id);
    this.served.remove(id);
    this.appRemovals.push({ id, version: this.root, data: undefined });
    this.dirtyWith(id);
  }

  /** An app, and those that wait until it is woken: however that comes about. */
  private dirtyWith(id: PathId): void {
    this.dirty.add(id);
    for (const { plan } of this.deployments.by('waitsFor', id)) {
      for (const app of dependantsOf(plan, id)) this.dirty.add(app);
    }
  }

  putGroup(group: Group): void {
    this.groups.put(group.id, group);
    this.groupHistory.push({ id: group.id, version: this.root, data: group });
  }

  removeGroup(id: PathId): void {
    this.groups.remove(id);
    this.groupHistory.push({ id, version: this.root, data: undefined });
  }
}

/** What decisions of a turn are made with. */
export interface TurnContext {
  readonly draft: Draft;
  readonly master: MasterTurn;
  readonly state: ServiceState;
  readonly now: Millis;
  readonly ids: IdSource;
  readonly chance: Chance;
  readonly settings: OrchestratorSettings;
  /** Apps whose turn's share was used up; the next turn goes on with them at once. */
  readonly leftOver: Set<PathId>;
  /** Tasks launched in this turn, for the bound on them. */
  readonly launched: Set<TaskId>;
  /** How many offers came in this turn, and on how many nothing was launched. */
  readonly offers: { incoming: number; declined: number };
  /** Deployments that are to be taken back at once, by id, and why: decided while looking. */
  readonly aborts: Map<string, string>;
  /** For instances created in this turn. */
  readonly starts: StartBudget;
  /** For kills passed on to hosts in this turn. */
  readonly kills: KillBudget;
  /** Beside what the master asks of hosts. */
  readonly effects: Effect[];
}
