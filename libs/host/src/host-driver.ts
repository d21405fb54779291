import {
  assertNever,
  err,
  isTerminalTaskState,
  millis,
  ok,
  present,
  type AgentId,
  type Clock,
  type Millis,
  type Result,
  type TaskId,
  type TaskState,
  type TaskStatus,
} from '@ekiden/kernel';
import type { AdoptedTask, Executor } from './executor.js';
import type { HostFailure } from './host-failure.js';
import { TaskGroups } from './group/index.js';
import { HOST_LIMITS, type HostLimits } from './host-limits.js';
import { LaunchGate } from './launch-gate.js';
import { DEADLINE_OF, isStopping, newLife, type Life, type Newcomer } from './life.js';
import { NOT_HERE, statusOfReport } from './status-of-report.js';
import { StatusQueue } from './status-queue.js';
import { steady } from './steady-executor.js';
import { TaskHistory } from './task-history.js';
import { nextStep, type Act, type LifeEvent, type Phase, type Report } from './task-life.js';
import type { TaskSpec } from './task-spec.js';
import type { Timers } from './timers.js';

export interface HostDriverOptions {
  readonly agentId: AgentId;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Called at least once per status, in order per task; must not throw. */
  readonly statuses: (status: TaskStatus) => void;
  /** Addresses tasks answer on when the executor names none. */
  readonly ipAddresses?: readonly string[];
  readonly limits?: Partial<HostLimits>;
  /** Asked before each step of a start, which may be long after the launch; absent = always. */
  readonly mayStart?: () => boolean;
}

/** Why the driver did not take a request. Nothing was done and no status will follow. */
export type DriverRefusal =
  | { readonly kind: 'fenced'; readonly epoch: number; readonly fence: number }
  | { readonly kind: 'notRecovered' }
  | { readonly kind: 'tooManyTasks'; readonly max: number }
  | { readonly kind: 'closed' };

/** What `recover` found on the host. */
export type RecoveredTask = AdoptedTask;

/** One task as the driver sees it. */
export interface HostTask {
  readonly taskId: TaskId;
  readonly epoch: number;
  readonly phase: Phase;
  /** Since when it is in this phase (wall clock). */
  readonly since: Millis;
  readonly startedAt: Millis | undefined;
  readonly ports: readonly number[] | undefined;
}

/**
 * Drives tasks through one executor and reports what becomes of them. Requests return at once;
 * their outcome comes as statuses, at least once each, until acknowledged. TASK_STAGING is implied
 * by the launch. What a phase does on an event stands in `task-life.ts`; this class performs it.
 */
export class HostDriver {
  private readonly options: HostDriverOptions;
  private readonly limits: HostLimits;
  private readonly groups: TaskGroups;
  private readonly lives = new Map<TaskId, Life>();
  /** Terminal statuses of tasks that are forgotten: tasks run once, kills are always answered. */
  private readonly history: TaskHistory;
  private readonly queue: StatusQueue;
  private readonly gate: LaunchGate<Life>;
  private epoch = 0;
  private recovered = false;
  private closed = false;

  constructor(options: HostDriverOptions) {
    this.groups = new TaskGroups(steady(options.executor));
    this.options = { ...options, executor: this.groups };
    this.limits = { ...HOST_LIMITS, ...options.limits };
    this.history = new TaskHistory(this.limits.historyMax);
    this.queue = new StatusQueue({
      deliver: options.statuses,
      timers: options.timers,
      redeliverAfter: this.limits.redeliverAfter,
      redeliverAfterMax: this.limits.redeliverAfterMax,
    });
    this.gate = new LaunchGate(this.limits.launchesMax, (life) => this.enter(life));
  }

  /** From now on launches of an older leadership term are refused. */
  fence(epoch: number): void {
    this.epoch = Math.max(this.epoch, epoch);
  }

  /**
   * Takes over everything of ours on the host and goes on waiting for it. To be called before
   * anything else (until it succeeded, launches and kills are refused: a kill would call tasks
   * unknown that live), and again whenever the host may have changed unseen.
   */
  async recover(): Promise<Result<readonly RecoveredTask[], HostFailure>> {
    const found = await this.options.executor.adopt();
    if (!found.ok) return found;
    this.recovered = true;
    for (const task of found.value) this.takeOver(task);
    return found;
  }

  /** Idempotent by task id: a known task is not launched again, an ended one repeats its end. */
  launch(spec: TaskSpec): Result<void, DriverRefusal> {
    const refusal = this.notReady();
    if (refusal !== undefined) return err(refusal);
    if (spec.epoch < this.epoch) {
      return err({ kind: 'fenced', epoch: spec.epoch, fence: this.epoch });
    }
    const past = this.history.get(spec.taskId);
    if (past !== undefined) {
      this.options.statuses(past);
      return ok(undefined);
    }
    let life = this.lives.get(spec.taskId);
    if (life === undefined) {
      if (this.lives.size >= this.limits.tasksMax) {
        return err({ kind: 'tooManyTasks', max: this.limits.tasksMax });
      }
      life = this.begin(spec, 'idle');
    }
    if (life.phase === 'idle') {
      life.spec = spec;
      life.epoch = spec.epoch;
      life.killGracePeriod = life.killGrace = spec.killGracePeriod;
    }
    this.step(life, 'launch');
    return ok(undefined);
  }

  /**
   * `grace` absent = the task's own. A task that is not here is reported TASK_KILLED at once, and a
   * launch of it that comes later is not carried out: a kill never gets stuck.
   */
  kill(taskId: TaskId, grace?: Millis): Result<void, DriverRefusal> {
    const refusal = this.notReady();
    if (refusal !== undefined) return err(refusal);
    const life = this.lives.get(taskId);
    if (life !== undefined) {
      life.killGrace = grace ?? life.killGracePeriod;
      this.step(life, 'kill');
      return ok(undefined);
    }
    const { agentId, clock } = this.options;
    const unknown = { taskId, agentId, at: clock.now(), ...NOT_HERE };
    const status = this.history.get(taskId) ?? unknown;
    this.history.add(status);
    this.options.statuses(status);
    return ok(undefined);
  }

  /** The status was stored: it is not delivered again, and an ended task is forgotten. */
  acknowledge(taskId: TaskId, state: TaskState): void {
    this.queue.acknowledge(taskId, state);
    const life = this.lives.get(taskId);
    if (life?.terminal === undefined || life.terminal.state !== state) return;
    this.lives.delete(taskId);
    this.history.add(life.terminal);
    // When this fails the next `recover` finds the task again and removes it then.
    void this.options.executor.remove(taskId);
  }

  /** Whether the task is or was here, or is in a group that is here; not before `recover`. */
  knows(taskId: TaskId): boolean {
    const whole = this.groups.groupOf(taskId) ?? taskId;
    return this.lives.has(whole) || this.history.has(whole);
  }

  tasks(): readonly HostTask[] {
    return [...this.lives.values()].map(({ taskId, epoch, phase, since, startedAt, ports }) => {
      return { taskId, epoch, phase, since, startedAt, ports };
    });
  }

  /** Delivers nothing more; tasks run on. */
  async close(): Promise<void> {
    this.closed = true;
    this.queue.close();
    for (const life of this.lives.values()) {
      life.deadline?.cancel();
      life.retry?.();
    }
    await this.options.executor.close();
  }

  private notReady(): DriverRefusal | undefined {
    if (this.closed) return { kind: 'closed' };
    return this.recovered ? undefined : { kind: 'notRecovered' };
  }

  private takeOver(task: AdoptedTask): void {
    if (this.history.has(task.taskId)) {
      void this.discard(task.taskId);
      return;
    }
    if (this.lives.has(task.taskId)) return;
    switch (task.phase) {
      case 'prepared':
        this.watchDeadline(this.begin(task, 'idle'));
        return;
      case 'running': {
        const life = this.begin(task, 'starting');
        this.step(life, 'started');
        if (task.killAsked) this.step(life, 'kill');
        return;
      }
      case 'exited': {
        const life = this.begin(task, task.killAsked ? 'killing' : 'running');
        life.exit = task.exit;
        this.step(life, 'exited');
        return;
      }
      default:
        assertNever(task.phase);
    }
  }

  private begin(task: Newcomer, phase: Phase): Life {
    const life = newLife(task, phase, this.options.clock.now());
    this.lives.set(task.taskId, life);
    return life;
  }

  /** The only place where a task moves on. */
  private step(life: Life, event: LifeEvent): void {
    if (this.closed) return;
    const { next, report, acts } = nextStep(life.phase, event);
    if (next !== life.phase) {
      life.phase = next;
      life.since = this.options.clock.now();
      this.watchDeadline(life);
    }
    if (report !== undefined) this.report(life, report);
    for (const act of acts ?? []) this.perform(life, act);
  }

  private report(life: Life, report: Report): void {
    if (report === 'repeat') {
      if (life.terminal !== undefined) this.options.statuses(life.terminal);
      return;
    }
    const { failure, exit } = life;
    const stagingSeconds = Math.round(this.limits.stagingDeadline / 1000);
    const status: TaskStatus = {
      taskId: life.taskId,
      agentId: this.options.agentId,
      at: this.options.clock.now(),
      ...statusOfReport(report, { failure, exit, stagingSeconds }),
      ...this.addressesFor(life, report),
    };
    if (isTerminalTaskState(status.state)) life.terminal = status;
    this.queue.push(status);
  }

  private addressesFor(life: Life, report: Report): Pick<TaskStatus, 'ipAddresses'> {
    const ipAddresses = life.ipAddresses ?? this.options.ipAddresses;
    return report === 'running' && ipAddresses !== undefined ? { ipAddresses } : {};
  }

  private perform(life: Life, act: Act): void {
    switch (act) {
      case 'enqueue':
        this.gate.add(life);
        return;
      case 'prepare':
        void this.bringUp(life);
        return;
      case 'start':
        // Goes on in `bringUp`, in the same launch slot.
        return;
      case 'wait':
        void this.awaitExit(life);
        return;
      case 'shutdown':
        void this.stop(life);
        return;
      case 'discard':
        void this.discard(life.taskId);
        return;
      default:
        assertNever(act);
    }
  }

  private enter(life: Life): boolean {
    if (this.closed || life.phase !== 'queued') return false;
    this.step(life, 'slot');
    return true;
  }

  private async bringUp(life: Life): Promise<void> {
    const { executor } = this.options;
    try {
      if (this.leadsNoMore(life)) return;
      const prepared = await executor.prepare(present(life.spec, `spec of ${life.taskId}`));
      if (this.leadsNoMore(life)) return;
      if (!prepared.ok) {
        life.failure = prepared.error;
        this.step(life, 'failed');
        return;
      }
      this.step(life, 'prepared');
      if (this.phaseOf(life) !== 'starting' || this.closed) return;
      const started = await executor.start(life.taskId);
      if (started.ok) {
        life.ipAddresses = started.value.ipAddresses;
        life.startedAt = started.value.startedAt;
        this.step(life, 'started');
      } else {
        life.failure = started.error;
        this.step(life, 'failed');
      }
    } finally {
      this.gate.leave();
    }
  }

  /**
   * Whoever leads now decides what becomes of the task, and may be starting it at this moment: the
   * host is asked for nothing more, and what is there is found again with the next term.
   */
  private leadsNoMore(life: Life): boolean {
    if (this.options.mayStart?.() !== false) return false;
    life.deadline?.cancel();
    this.lives.delete(life.taskId);
    this.options.executor.abandon?.(life.taskId);
    return true;
  }

  private async awaitExit(life: Life): Promise<void> {
    const { executor } = this.options;
    for (;;) {
      const result = await executor.wait(life.taskId);
      if (this.closed || (!result.ok && result.error.kind === 'closed')) return;
      if (result.ok || !UNCERTAIN.has(result.error.kind)) {
        life.exit = result.ok ? result.value : { exitCode: null, message: result.error.message };
        this.step(life, 'exited');
        return;
      }
      await new Promise<void>((resolve) => {
        this.options.timers.after(this.limits.retryAfter, resolve);
      });
    }
  }

  private async stop(life: Life): Promise<void> {
    const result = await this.options.executor.shutdown(life.taskId, life.killGrace);
    if (result.ok || this.closed) return;
    life.retry?.();
    life.retry = this.options.timers.after(this.limits.retryAfter, () => {
      life.retry = undefined;
      if (isStopping(life.phase)) void this.stop(life);
    });
  }

  private async discard(taskId: TaskId): Promise<void> {
    const { executor } = this.options;
    const gone = await executor.shutdown(taskId, millis(0));
    if (gone.ok) await executor.remove(taskId);
  }

  private watchDeadline(life: Life): void {
    const kind = DEADLINE_OF[life.phase];
    if (life.deadline?.kind === kind) return;
    life.deadline?.cancel();
    life.deadline = undefined;
    if (kind === null) return;
    const { stagingDeadline, cancelDeadline } = this.limits;
    const delay = kind === 'cancel' ? cancelDeadline : stagingDeadline;
    const cancel = this.options.timers.after(delay, () => {
      life.deadline = undefined;
      this.step(life, 'deadline');
    });
    life.deadline = { kind, cancel };
  }

  /** Reads the phase anew: a step may have moved it, which the compiler cannot know. */
  private phaseOf(life: Life): Phase {
    return life.phase;
  }
}

/** Failures of a wait after which the task may well run on: it is waited for again. */
const UNCERTAIN: ReadonlySet<HostFailure['kind']> = new Set(['engineGone', 'fault']);
