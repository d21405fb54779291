import {
  ChanceIdSource,
  ManualClock,
  SeededChance,
  isTerminalTaskState,
  millis,
  type AgentId,
  type Millis,
  type TaskId,
  type TaskState,
  type TaskStatus,
} from '@ekiden/kernel';
import { createMaster, type AgentInfo, type FrameworkId } from '@ekiden/offers';
import type { AppWire, PathId } from '../src/core/app/index.js';
import type { DomainEvent } from '../src/core/events/index.js';
import type { Instance } from '../src/core/instance/index.js';
import type { Volume, VolumeId } from '../src/core/volume/index.js';
import { mergeTurn, takeTurn, type Turn } from '../src/core/loop/index.js';
import {
  DEFAULT_SETTINGS,
  emptyMemory,
  emptyRows,
  viewOf,
  type ApiCommand,
  type Command,
  type Effect,
  type FoundTask,
  type OrchestratorSettings,
  type Reply,
  type RootChange,
  type ServiceState,
  type StateView,
  type WorldCommand,
} from '../src/core/turn/index.js';
import { buildState } from '../src/runtime/build-state.js';
import type { StoredState } from '../src/ports/index.js';
import { storedStateOf } from './stored-state.js';
import { agentOf } from './world/index.js';

/** How a simulated task of an app behaves; the default starts at once and runs for ever. */
export interface Behaviour {
  /** Never reports that it runs. */
  readonly stuck?: boolean;
  /** Ends by itself right after it has started. */
  readonly exit?: TaskState;
  /** Ignores kills until this is lifted. */
  readonly immortal?: boolean;
}

export interface SmallWorldOptions {
  readonly seed?: number;
  /** Mesos text per agent; default one agent with room for much. */
  readonly agents?: readonly string[];
  readonly attributes?: readonly string[];
  readonly settings?: Partial<OrchestratorSettings>;
}

const ROOMY = 'cpus:64;mem:65536;disk:100000;ports:[31000-32000]';

interface Dump {
  readonly stored: StoredState;
  readonly epoch: number;
}

interface SimulatedTask {
  readonly agentId: AgentId;
  readonly startedAt: Millis;
  state: TaskState;
  killAsked: boolean;
}

/**
 * The real cores on a virtual clock with hosts that follow a script: commands in, turns taken and
 * merged, effects answered by statuses. No database; nothing fails unless told to.
 */
export class SmallWorld {
  readonly clock = new ManualClock();
  readonly events: DomainEvent[] = [];
  readonly tasks = new Map<TaskId, SimulatedTask>();
  /** Most instances with a living task at any moment, by app. */
  readonly peak = new Map<string, number>();
  behaviour: (app: string, task: TaskId) => Behaviour = () => ({});
  /** Looks at what each turn is about to change. */
  onDecided: (turn: Turn) => void = () => undefined;
  /** Looks at what each turn has left. */
  onTurn: () => void = () => undefined;
  /** Everything hosts were asked for and heard of, in order. */
  readonly performed: Effect[] = [];
  /** While set, nothing that is asked of hosts arrives: the leader dies before it asks. */
  losesEffects = false;
  /** Volumes that hosts were told to wipe. */
  readonly wipes: VolumeId[] = [];
  /** While set, hosts do not say that they have wiped a volume. */
  wipesAreMute = false;
  private readonly chance: SeededChance;
  private readonly ids: ChanceIdSource;
  private readonly settings: OrchestratorSettings;
  readonly agents: readonly AgentInfo[];
  /** Agents that nothing gets to or from. */
  private readonly cut = new Set<AgentId>();
  private current: ServiceState;
  private inbox: Command[] = [];

  constructor(options: SmallWorldOptions = {}) {
    this.chance = new SeededChance(options.seed ?? 1);
    this.ids = new ChanceIdSource(this.chance);
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.current = {
      rows: emptyRows(),
      master: createMaster(),
      memory: emptyMemory(),
      frameworkId: 'small-world-0000' as FrameworkId,
      epoch: 1,
      rootVersion: millis(0),
      turn: 0,
      lastEvent: 0,
      blindSpot: { from: millis(0), until: millis(0), launched: new Set() },
      lastCommitAt: millis(0),
      masterDeadline: undefined,
    };
    const agents = options.agents ?? [ROOMY];
    this.agents = agents.map((text, i) => agentOf(i, text, options.attributes?.[i]));
    for (const agent of this.agents) this.inbox.push({ kind: 'agentRegistered', agent });
    this.settle();
  }

  get state(): ServiceState {
    return this.current;
  }

  get view(): StateView {
    return viewOf(this.state);
  }

  /** Sends a command and runs until nothing more happens. */
  send(command: ApiCommand): Reply {
    const reply = this.command(command);
    this.settle();
    return reply;
  }

  /** Something that the world reports; runs until nothing more happens. */
  inject(command: WorldCommand): void {
    this.inbox.push(command);
    this.settle();
  }

  /** Sends a command in a turn of its own and lets nothing follow yet. */
  command(command: ApiCommand): Reply {
    const [reply] = this.turn([command]);
    if (reply === undefined) throw new Error(`no reply to ${command.kind}`);
    return reply;
  }

  change(change: RootChange, force = false): Reply {
    return this.send(changeCommand(change, force));
  }

  create(id: string, app: AppWire): Reply {
    return this.change({ kind: 'createApp', id: id as PathId, app });
  }

  update(id: string, app: AppWire, force = false): Reply {
    const entries = [{ id: id as PathId, app }];
    return this.change({ kind: 'upsertApps', entries, partial: true, mustExist: false }, force);
  }

  /** Takes turns until hosts have nothing to report and the core nothing to do. */
  settle(turnsMax = 200): void {
    for (let i = 0; i < turnsMax; i += 1) {
      const batch = this.inbox.splice(0);
      const before = this.state.turn;
      this.turn(batch);
      if (this.inbox.length === 0 && this.state.turn === before) return;
    }
    throw new Error(`did not settle in ${turnsMax} turns`);
  }

  /** Moves time on, turn by turn at every deadline on the way. */
  advance(by: Millis): void {
    const end = this.clock.now() + by;
    while (this.clock.now() < end) {
      const deadlines = [this.state.memory.wakes.next(), this.state.masterDeadline, millis(end)];
      const next = Math.min(...deadlines.flatMap((at) => at ?? []));
      this.clock.advance(millis(Math.max(1, Math.min(next, end) - this.clock.now())));
      this.settle();
    }
  }

  /** What a dump of the database would hold at this moment. */
  dump(): Dump {
    return { stored: storedStateOf(this.current), epoch: this.current.epoch };
  }

  /**
   * The leader dies and the next one begins: memory is read anew from what was stored (or from an
   * older dump), hosts say what they run and how it is.
   */
  newTerm(from: Dump = this.dump()): void {
    const { current, ids, clock } = this;
    const epoch = from.epoch + 1;
    this.losesEffects = false;
    this.current = buildState(from.stored, { epoch, ids, now: clock.now() });
    this.inbox = [];
    for (const agent of this.agents) {
      if (this.cut.has(agent.id)) continue;
      const here = [...this.tasks].filter(([, task]) => task.agentId === agent.id);
      const found = here.map((task) => foundOf(task, current.epoch));
      this.inbox.push({ kind: 'agentRegistered', agent });
      this.inbox.push({ kind: 'hostRecovered', agentId: agent.id, found });
      for (const [taskId, task] of here) this.tell(taskId, task);
    }
    this.settle();
  }

  /** Nothing gets to the agent or from it; with `reason`, that is noticed at once. */
  lose(agentId: AgentId, reason?: string): void {
    this.cut.add(agentId);
    if (reason === undefined) return;
    this.inbox.push({ kind: 'agentUnreachable', agentId, reason });
    this.settle();
  }

  /** The agent can be reached again; nobody has said so yet. */
  uncut(agentId: AgentId): void {
    this.cut.delete(agentId);
  }

  /** The agent is back and says what it runs; what ended there meanwhile, it reports. */
  giveBack(agentId: AgentId): void {
    this.uncut(agentId);
    const agent = this.agents.find(({ id }) => id === agentId);
    if (agent === undefined) throw new Error(`no agent ${agentId}`);
    const here = [...this.tasks].filter(([, task]) => task.agentId === agentId);
    const found = here.map((task) => foundOf(task, this.state.epoch));
    this.inbox.push({ kind: 'agentRegistered', agent });
    this.inbox.push({ kind: 'hostRecovered', agentId, found });
    for (const [taskId, task] of here) {
      if (isTerminalTaskState(task.state)) this.tell(taskId, task);
    }
    this.settle();
  }

  /** What the world reports or is asked for in one turn, beside what its hosts do by themselves. */
  hear(...commands: readonly Command[]): void {
    this.inbox.push(...commands);
    this.settle();
  }

  /** A host reports of a task; nothing more happens until the world is told to go on. */
  report(taskId: TaskId, state: TaskState, more: Partial<TaskStatus> = {}): void {
    const task = this.tasks.get(taskId);
    if (task === undefined) throw new Error(`no simulated task ${taskId}`);
    this.say(taskId, task, state, more);
  }

  instances(app: string): readonly Instance[] {
    return [...this.state.rows.instances.by('app', app)].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Those of another generation than the live one. */
  beside(app: string): readonly Instance[] {
    return [...this.state.rows.instances.by('beside', app)].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  volumes(app: string): readonly Volume[] {
    return [...this.state.rows.volumes.by('app', app)].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  conditions(app: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { condition } of this.instances(app)) {
      counts[condition] = (counts[condition] ?? 0) + 1;
    }
    return counts;
  }

  /** Types of events so far, in order, optionally only some. */
  eventTypes(...types: readonly DomainEvent['type'][]): string[] {
    return this.events
      .map(({ type }) => type)
      .filter((type) => types.length === 0 || types.includes(type));
  }

  private turn(batch: readonly Command[]): readonly (Reply | undefined)[] {
    const now = this.clock.now();
    for (const app of this.state.memory.wakes.due(now)) this.state.memory.dirty.add(app);
    const { state, ids, chance, settings } = this;
    const turn = takeTurn({ state, batch, now, ids, chance, settings });
    this.onDecided(turn);
    mergeTurn(turn);
    for (const { event } of turn.events) this.events.push(event);
    for (const effect of turn.effects) this.perform(effect);
    this.measure();
    this.onTurn();
    return turn.replies;
  }

  private measure(): void {
    const living = new Map<string, number>();
    for (const instance of this.state.rows.instances.values()) {
      const { task, appId } = instance;
      if (task === undefined || isTerminalTaskState(task.state)) continue;
      living.set(appId, (living.get(appId) ?? 0) + 1);
    }
    for (const [app, count] of living) {
      this.peak.set(app, Math.max(count, this.peak.get(app) ?? 0));
    }
  }

  private perform(effect: Effect): void {
    if (this.losesEffects || this.cut.has(effect.agentId)) return;
    this.performed.push(effect);
    switch (effect.kind) {
      case 'launch':
        this.launch(effect.agentId, effect.taskId);
        return;
      case 'kill': {
        const task = this.tasks.get(effect.taskId);
        if (task === undefined) {
          // As hosts do: a kill is always answered, also of a task that is not there.
          const { agentId } = effect;
          const startedAt = this.clock.now();
          const gone = { agentId, startedAt, state: 'TASK_KILLED', killAsked: true } as const;
          this.tell(effect.taskId, gone, { source: 'AGENT', reason: 'TASK_UNKNOWN' });
          return;
        }
        task.killAsked = true;
        if (this.behaviourOf(effect.taskId).immortal !== true) {
          this.say(effect.taskId, task, 'TASK_KILLED');
        }
        return;
      }
      case 'acknowledge':
        if (isTerminalTaskState(effect.state)) this.tasks.delete(effect.taskId);
        return;
      case 'wipeVolume':
        this.wipes.push(effect.volumeId);
        if (this.wipesAreMute) return;
        this.inbox.push({ kind: 'volumeWiped', volumeId: effect.volumeId });
        return;
    }
  }

  private launch(agentId: AgentId, taskId: TaskId): void {
    if (this.tasks.has(taskId)) return;
    const startedAt = this.clock.now();
    const task: SimulatedTask = { agentId, startedAt, state: 'TASK_STAGING', killAsked: false };
    this.tasks.set(taskId, task);
    const { stuck, exit } = this.behaviourOf(taskId);
    this.say(taskId, task, 'TASK_STARTING');
    if (stuck === true) return;
    this.say(taskId, task, 'TASK_RUNNING');
    if (exit !== undefined) this.say(taskId, task, exit, { message: `ended as told: ${exit}` });
  }

  private behaviourOf(taskId: TaskId): Behaviour {
    const app = taskId.slice(0, taskId.indexOf('.instance-')).replaceAll('_', '/');
    return this.behaviour(`/${app}`, taskId);
  }

  private say(
    taskId: TaskId,
    task: SimulatedTask,
    state: TaskState,
    more: Partial<TaskStatus> = {},
  ): void {
    if (isTerminalTaskState(task.state)) return;
    task.state = state;
    this.tell(taskId, task, more);
  }

  private tell(taskId: TaskId, task: SimulatedTask, more: Partial<TaskStatus> = {}): void {
    const { agentId, state } = task;
    if (this.cut.has(agentId)) return;
    const at = this.clock.now();
    const status: TaskStatus = { taskId, agentId, state, source: 'EXECUTOR', at, ...more };
    this.inbox.push({ kind: 'hostStatus', status });
  }
}

/** What is known of a task without ports when its host is asked. */
function foundOf(
  [taskId, { startedAt, state }]: [TaskId, SimulatedTask],
  epoch: number,
): FoundTask {
  const runs = state === 'TASK_RUNNING' ? { runs: true as const } : {};
  return { taskId, epoch, startedAt, hostPorts: [], ...runs };
}

export function changeCommand(change: RootChange, force = false): ApiCommand {
  return { kind: 'changeRoot', change, force, origin: { clientIp: '127.0.0.1', uri: '/v2/apps' } };
}
