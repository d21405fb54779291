import {
  isTerminalTaskState,
  millis,
  seconds,
  type AgentId,
  type TaskId,
  type TaskState,
  type TaskStatus,
} from '@ekiden/kernel';
import type { TaskSpec } from '@ekiden/host';
import type { VolumeId } from '../../src/core/volume/index.js';
import type { Effect, FoundTask } from '../../src/core/turn/index.js';
import { NETWORK_DELAY } from './faults.js';
import { conductOf, ownEndOf } from './conduct.js';
import type { HeldTask, SimulatedHostOptions } from './simulated-host-parts.js';

const START_MAX = seconds(4);
const STOP_MAX = seconds(3);
const REPEAT_AFTER = seconds(3);
/** When the leader's side notices that nobody answers. */
const NOTICED_AFTER = seconds(15);
const PROBE_EVERY = seconds(20);
/** Once everything is well. */
const LOOK_AFTER = seconds(100);

/**
 * A machine as a host driver shows it: launches are idempotent by task id, statuses are repeated
 * until acknowledged, older terms are fenced off, tasks outlive terms. Beside that it fails in
 * every way its world's faults allow.
 */
export class SimulatedHost {
  readonly tasks = new Map<TaskId, HeldTask>();
  private readonly options: SimulatedHostOptions;
  /** Ends of tasks that are forgotten: a task runs once. */
  private readonly ended = new Map<TaskId, TaskStatus>();
  private readonly forgotten = new Set<TaskId>();
  private epoch = 0;
  private entered = false;
  private cut = false;
  private wellBehaved = false;
  private gap = 0;
  private frozen = false;
  /** What it was asked while it did nothing. */
  private backlog: { readonly effect: Effect; readonly epoch: number }[] = [];
  /** Counts wipes: what was still on its way from an earlier life arrives no more. */
  private life = 0;

  constructor(options: SimulatedHostOptions) {
    this.options = options;
    this.probe();
  }

  get id(): AgentId {
    return this.options.agent.id;
  }

  get isCut(): boolean {
    return this.cut;
  }

  /** Tasks whose process lives. */
  running(): TaskId[] {
    return [...this.tasks].flatMap(([id, task]) => (isTerminalTaskState(task.state) ? [] : [id]));
  }

  /** A task this machine lost all memory of: it may be launched here once more. */
  hasForgotten(task: TaskId): boolean {
    return this.forgotten.has(task);
  }

  /** A term begins: older ones are fenced off, the host says what it is and what it runs. */
  enter(epoch: number): void {
    this.epoch = epoch;
    this.entered = false;
    const delay = millis(this.options.chance.int(2_000));
    this.later(delay, () => {
      if (this.epoch === epoch && !this.cut) this.introduce();
    });
  }

  leave(): void {
    this.entered = false;
  }

  perform(effect: Effect): void {
    if (this.frozen && !this.cut && this.entered) {
      this.backlog.push({ effect, epoch: this.epoch });
      return;
    }
    if (this.cut || !this.entered) {
      this.options.note(`${this.id} does not hear of ${effect.kind}`);
      return;
    }
    switch (effect.kind) {
      case 'launch':
        this.launch({ ...(effect.info as TaskSpec), epoch: effect.epoch });
        return;
      case 'kill':
        if (this.options.faults.strikes('lostKill')) return;
        this.kill(effect.taskId);
        return;
      case 'acknowledge':
        if (this.options.faults.strikes('lostAcknowledgement')) return;
        this.acknowledge(effect.taskId, effect.state);
        return;
      case 'wipeVolume':
        this.wipeVolume(effect.volumeId);
        return;
    }
  }

  /** Nothing gets through in either direction for a while. */
  partition(): void {
    if (this.cut) return;
    this.cut = true;
    this.gap += 1;
    const gap = this.gap;
    this.options.note(`${this.id} is cut off`);
    this.later(NOTICED_AFTER, () => {
      if (!this.cut || this.gap !== gap || !this.entered) return;
      this.entered = false;
      this.options.tell({
        kind: 'agentUnreachable',
        agentId: this.id,
        reason: 'the host does not answer',
      });
    });
    this.later(this.options.faults.duration('partition'), () => {
      if (this.gap === gap) this.heal();
    });
  }

  heal(): void {
    if (!this.cut) return;
    this.cut = false;
    this.options.note(`${this.id} is back`);
    this.introduce();
  }

  /** It does nothing for a while; what it is asked it does afterwards, if the term is still on. */
  freeze(): void {
    if (this.frozen) return;
    this.frozen = true;
    this.options.note(`${this.id} freezes`);
    this.later(this.options.faults.duration('freeze'), () => {
      this.thaw();
    });
  }

  thaw(): void {
    this.frozen = false;
    for (const { effect, epoch } of this.backlog.splice(0)) {
      if (epoch === this.epoch) this.perform(effect);
    }
  }

  /** It is asked what it runs, though nothing has happened to it. */
  lookAgain(): void {
    if (this.cut || this.frozen || !this.entered) return;
    this.options.tell({ kind: 'hostRecovered', agentId: this.id, found: this.found() });
  }

  /** Every process dies; the machine remembers what it ran. */
  reboot(): void {
    this.options.note(`${this.id} reboots`);
    for (const task of this.tasks.values()) this.end(task, 'TASK_FAILED', 'the host was restarted');
  }

  /** Every process dies and the machine remembers nothing. */
  wipe(): void {
    this.options.note(`${this.id} loses everything`);
    this.life += 1;
    for (const id of this.tasks.keys()) this.forgotten.add(id);
    for (const id of this.ended.keys()) this.forgotten.add(id);
    this.tasks.clear();
    this.ended.clear();
    this.entered = false;
    if (!this.cut) this.introduce();
  }

  /** From now on every task does what it should. */
  behave(): void {
    this.wellBehaved = true;
    // As real hosts are from time to time; what arrived after it was asked last comes to light.
    this.later(LOOK_AFTER, () => {
      this.lookAgain();
    });
    for (const task of this.tasks.values()) {
      if (task.state === 'TASK_STAGING' || task.state === 'TASK_STARTING') this.bringUp(task);
      task.healthy = true;
      if (task.killed) this.end(task, 'TASK_KILLED', 'killed at last');
      else if (task.conduct.hook !== undefined) this.end(task, 'TASK_FINISHED', 'done at last');
    }
  }

  /** Says what this machine is and runs, then the present state of every task. */
  private introduce(): void {
    if (this.epoch === 0) return;
    const found = this.found();
    this.entered = true;
    this.options.tell({ kind: 'agentRegistered', agent: this.options.agent });
    this.options.tell({ kind: 'hostRecovered', agentId: this.id, found });
    for (const task of this.tasks.values()) {
      if (task.state !== 'TASK_STAGING') this.say(task, task.state);
    }
  }

  /** Also what it was asked to launch and has not got round to: drivers know of it, too. */
  private found(): FoundTask[] {
    const { tasks } = this;
    const held = [...tasks.values()].map(({ spec, startedAt }) => ({ ...spec, startedAt }));
    const waiting = this.backlog.flatMap(({ effect: e, epoch }) => {
      const isNew = epoch === this.epoch && e.kind === 'launch' && !tasks.has(e.taskId);
      return isNew ? [{ taskId: e.taskId, epoch }] : [];
    });
    return [...held, ...waiting];
  }

  private launch(spec: TaskSpec): void {
    const { clock, faults, note, chance } = this.options;
    const { taskId } = spec;
    if (spec.epoch < this.epoch) {
      note(`${this.id} refuses ${taskId} of term ${spec.epoch}`);
      this.options.onFenced(taskId);
      return;
    }
    const end = this.ended.get(taskId);
    if (end !== undefined) {
      this.options.tell({ kind: 'hostStatus', status: { ...end, at: clock.now() } });
      return;
    }
    if (this.tasks.has(taskId)) return;
    const task: HeldTask = {
      spec,
      startedAt: clock.now(),
      conduct: conductOf(spec),
      state: 'TASK_STAGING',
      healthy: true,
      killed: false,
      unacknowledged: [],
      repeating: false,
    };
    this.tasks.set(taskId, task);
    this.options.onStart(taskId);
    this.say(task, 'TASK_STARTING');
    const delay = millis(chance.int(START_MAX));
    this.later(delay, () => {
      if (!this.wellBehaved && faults.strikes('failedStart')) {
        this.end(task, 'TASK_FAILED', 'could not be started');
      } else if (this.wellBehaved || task.conduct.kind !== 'stuck') {
        this.bringUp(task);
      }
    });
  }

  private bringUp(task: HeldTask): void {
    const { chance, faults } = this.options;
    const waiting = task.state === 'TASK_STAGING' || task.state === 'TASK_STARTING';
    if (!waiting || this.tasks.get(task.spec.taskId) !== task) return;
    this.say(task, 'TASK_RUNNING');
    task.healthy = this.wellBehaved || task.conduct.kind !== 'sick';
    if (task.conduct.checked && faults.strikes('sickSpell')) this.sickSpell(task);
    const isWell = this.wellBehaved;
    const end = ownEndOf(task.conduct, { chance, isWell });
    if (end !== undefined) {
      this.later(end.after, () => {
        if (this.wellBehaved === isWell) this.end(task, end.state, end.message);
      });
    } else if (faults.strikes('crash')) {
      this.later(faults.duration('crash'), () => {
        if (!this.wellBehaved) this.end(task, 'TASK_FAILED', 'crashed after a while');
      });
    }
  }

  private sickSpell(task: HeldTask): void {
    const { chance, faults } = this.options;
    this.later(millis(6_000 + chance.int(60_000)), () => {
      if (this.wellBehaved) return;
      task.healthy = false;
      this.later(faults.duration('sickSpell'), () => {
        task.healthy = true;
      });
    });
  }

  /** Asks all tasks for their health, as the leader's prober does, for ever. */
  private probe(): void {
    this.later(PROBE_EVERY, () => {
      this.probe();
      if (this.cut || !this.entered) return;
      for (const [taskId, { conduct, state, healthy: ok }] of this.tasks) {
        if (!conduct.checked || state !== 'TASK_RUNNING') continue;
        const at = this.options.clock.now();
        this.options.tell({ kind: 'healthResult', taskId, check: 0, at, ok });
      }
    });
  }

  /** The answer may get lost like any other. */
  private wipeVolume(volumeId: VolumeId): void {
    const { chance, faults } = this.options;
    const user = [...this.tasks.values()].find(
      ({ spec, state }) =>
        !isTerminalTaskState(state) && spec.volumes?.some(({ id }) => id === volumeId) === true,
    );
    if (user !== undefined) this.options.onWipedInUse(volumeId, user.spec.taskId);
    if (faults.strikes('lostStatus')) return;
    const { life } = this;
    this.later(millis(chance.int(NETWORK_DELAY)), () => {
      if (this.cut || !this.entered || this.life !== life) return;
      this.options.tell({ kind: 'volumeWiped', volumeId });
    });
  }

  private kill(taskId: TaskId): void {
    const { chance, faults } = this.options;
    const task = this.tasks.get(taskId);
    if (task === undefined) {
      const end = this.ended.get(taskId) ?? this.status(taskId, 'TASK_KILLED', 'No such task here');
      this.ended.set(taskId, end);
      this.options.tell({ kind: 'hostStatus', status: end });
      return;
    }
    if (isTerminalTaskState(task.state)) {
      this.say(task, task.state);
      return;
    }
    if (task.killed) return;
    task.killed = true;
    if (task.state === 'TASK_RUNNING' && chance.int(2) === 0) this.say(task, 'TASK_KILLING');
    const ignored = !this.wellBehaved && faults.strikes('ignoredKill');
    const delay = ignored ? faults.duration('ignoredKill') : millis(chance.int(STOP_MAX));
    if (ignored) this.options.note(`${taskId} ignores its kill`);
    this.later(delay, () => this.end(task, 'TASK_KILLED', 'killed'));
  }

  private end(task: HeldTask, state: TaskState, message: string): void {
    if (isTerminalTaskState(task.state) || this.tasks.get(task.spec.taskId) !== task) return;
    this.say(task, state, message);
  }

  private acknowledge(taskId: TaskId, state: TaskState): void {
    const task = this.tasks.get(taskId);
    if (task === undefined) return;
    const index = task.unacknowledged.findIndex((status) => status.state === state);
    task.unacknowledged = task.unacknowledged.slice(index + 1);
    if (task.state !== state || !isTerminalTaskState(state)) return;
    this.tasks.delete(taskId);
    this.ended.set(taskId, this.status(taskId, state, 'ended before'));
  }

  private say(task: HeldTask, state: TaskState, message?: string): void {
    task.state = state;
    const status = this.status(task.spec.taskId, state, message);
    task.unacknowledged.push(status);
    this.send(status);
    if (!task.repeating) this.repeat(task);
  }

  /** At least once: again until it was acknowledged. */
  private repeat(task: HeldTask): void {
    task.repeating = task.unacknowledged.length > 0;
    if (!task.repeating) return;
    this.later(REPEAT_AFTER, () => {
      if (this.tasks.get(task.spec.taskId) !== task) return;
      for (const status of task.unacknowledged) this.send(status);
      this.repeat(task);
    });
  }

  private send(status: TaskStatus): void {
    const { faults, chance } = this.options;
    if (faults.strikes('lostStatus')) return;
    const { life } = this;
    const copies = faults.strikes('repeatedStatus') ? 2 : 1;
    for (let i = 0; i < copies; i += 1) {
      const late = faults.strikes('lateStatus') ? faults.duration('lateStatus') : 0;
      this.later(millis(chance.int(NETWORK_DELAY) + late), () => {
        if (this.cut || !this.entered || this.life !== life) return;
        this.options.tell({ kind: 'hostStatus', status });
      });
    }
  }

  private status(taskId: TaskId, state: TaskState, message?: string): TaskStatus {
    return {
      taskId,
      agentId: this.id,
      state,
      source: 'EXECUTOR',
      at: this.options.clock.now(),
      ...(message === undefined ? {} : { message }),
    };
  }

  private later(delay: number, run: () => void): void {
    this.options.scheduler.after(millis(delay), run);
  }
}
