import { constants } from 'node:os';
import { err, ok, type Clock, type Millis, type Result, type TaskId } from '@ekiden/kernel';
import type {
  AdoptedTask,
  Cancel,
  Executor,
  HostFailure,
  TaskExit,
  TaskSpec,
  TaskStarted,
  Timers,
} from '@ekiden/host';

export type FakeCall = 'prepare' | 'start' | 'shutdown' | 'remove' | 'adopt';

interface FakeTask {
  readonly spec: TaskSpec;
  phase: 'prepared' | 'running' | 'exited';
  killAsked: boolean;
  startedAt: Millis | undefined;
  exit: TaskExit | undefined;
  killTimer: Cancel | undefined;
  readonly waiters: (() => void)[];
}

/**
 * A host without processes. Commands are words: `exit N`, `die N` (by signal), `run`, `stubborn`
 * (ignores SIGTERM), `later N` (exits N after a moment), `env`, `missing`. Tasks live in the host,
 * executors come and go. Tests may hold calls back, make them fail, and end tasks.
 */
export class FakeHost {
  readonly calls: string[] = [];
  private readonly clock: Clock;
  private readonly timers: Timers;
  private readonly tasks = new Map<TaskId, FakeTask>();
  private readonly ran = new Set<TaskId>();
  private readonly failures = new Map<string, HostFailure>();
  private readonly gates = new Map<string, { readonly open: Promise<void>; release(): void }>();

  constructor(options: { readonly clock: Clock; readonly timers: Timers }) {
    this.clock = options.clock;
    this.timers = options.timers;
  }

  executor(): Executor {
    return new FakeExecutor(this);
  }

  /** Calls of this kind for this task wait until the returned function is called. */
  hold(call: FakeCall, taskId: string): () => void {
    let release: () => void = () => undefined;
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.gates.set(`${call} ${taskId}`, { open, release });
    return release;
  }

  /** The next call of this kind for this task fails. */
  fail(call: FakeCall, taskId: string, failure: HostFailure): void {
    this.failures.set(`${call} ${taskId}`, failure);
  }

  isRunning(taskId: string): boolean {
    return this.tasks.get(taskId as TaskId)?.phase === 'running';
  }

  knows(taskId: string): boolean {
    return this.tasks.has(taskId as TaskId);
  }

  output(taskId: TaskId): string {
    const task = this.tasks.get(taskId);
    const [word] = wordsOf(task?.spec);
    if (task?.startedAt === undefined) return '';
    if (word !== 'env') return 'ready\n';
    return Object.entries(task.spec.env)
      .map(([name, value]) => `${name}=${value}\0`)
      .join('');
  }

  /** Ends a running task. */
  end(taskId: string, code: number): void {
    const task = this.tasks.get(taskId as TaskId);
    if (task?.phase !== 'running') return;
    task.killTimer?.();
    task.phase = 'exited';
    task.exit = exitOf(code);
    for (const wake of task.waiters.splice(0)) wake();
  }

  async enter(call: FakeCall, taskId: string): Promise<HostFailure | undefined> {
    const key = `${call} ${taskId}`;
    this.calls.push(key);
    await this.gates.get(key)?.open;
    const failure = this.failures.get(key);
    this.failures.delete(key);
    return failure;
  }

  taskOf(taskId: TaskId): FakeTask | undefined {
    return this.tasks.get(taskId);
  }

  prepare(spec: TaskSpec): Result<void, HostFailure> {
    const { taskId } = spec;
    if (this.tasks.has(taskId)) return ok(undefined);
    if (this.ran.has(taskId)) return err({ kind: 'alreadyRan', message: `${taskId} has run` });
    const [word, program] = wordsOf(spec);
    if (word === 'missing') {
      const command = program ?? '';
      return err({ kind: 'commandNotFound', command, message: `command not found: ${command}` });
    }
    this.tasks.set(taskId, {
      spec,
      phase: 'prepared',
      killAsked: false,
      startedAt: undefined,
      exit: undefined,
      killTimer: undefined,
      waiters: [],
    });
    return ok(undefined);
  }

  start(task: FakeTask): Result<TaskStarted, HostFailure> {
    if (task.startedAt !== undefined) return ok({ startedAt: task.startedAt });
    if (task.phase === 'exited') return err({ kind: 'cancelled', message: 'shut down before' });
    const startedAt = this.clock.now();
    task.startedAt = startedAt;
    task.phase = 'running';
    this.ran.add(task.spec.taskId);
    const { taskId } = task.spec;
    const [word, value = '0'] = wordsOf(task.spec);
    if (word === 'exit') this.end(taskId, Number(value));
    if (word === 'env') this.end(taskId, 0);
    if (word === 'die') this.end(taskId, 128 + Number(value));
    if (word === 'later') {
      this.timers.after(200 as Millis, () => this.end(taskId, Number(value)));
    }
    return ok({ startedAt });
  }

  terminate(task: FakeTask, grace: Millis): void {
    task.killAsked = true;
    if (task.phase === 'prepared') {
      task.phase = 'exited';
      task.exit = { exitCode: null, message: 'never started' };
      return;
    }
    const { taskId } = task.spec;
    if (wordsOf(task.spec)[0] !== 'stubborn' && grace > 0) {
      this.end(taskId, 143);
      return;
    }
    task.killTimer?.();
    task.killTimer = this.timers.after(grace, () => this.end(taskId, 137));
  }

  forget(taskId: TaskId): void {
    this.tasks.delete(taskId);
  }

  adopted(): readonly AdoptedTask[] {
    return [...this.tasks.values()].map((task) => ({
      taskId: task.spec.taskId,
      epoch: task.spec.epoch,
      phase: task.phase,
      killAsked: task.killAsked,
      killGracePeriod: task.spec.killGracePeriod,
      ...(task.spec.group === undefined ? {} : { group: task.spec.group }),
      ...(task.exit === undefined ? {} : { exit: task.exit }),
      ...(task.startedAt === undefined ? {} : { startedAt: task.startedAt }),
    }));
  }
}

class FakeExecutor implements Executor {
  readonly kind = 'process';
  private readonly host: FakeHost;
  private readonly cancelled = new Set<TaskId>();
  private closeAll: () => void = () => undefined;
  private readonly closing: Promise<void>;

  constructor(host: FakeHost) {
    this.host = host;
    this.closing = new Promise((resolve) => {
      this.closeAll = resolve;
    });
  }

  async prepare(spec: TaskSpec): Promise<Result<void, HostFailure>> {
    this.cancelled.delete(spec.taskId);
    const failure = await this.host.enter('prepare', spec.taskId);
    if (failure !== undefined) return err(failure);
    if (this.cancelled.has(spec.taskId)) return err({ kind: 'cancelled', message: 'cancelled' });
    return this.host.prepare(spec);
  }

  async start(taskId: TaskId): Promise<Result<TaskStarted, HostFailure>> {
    const failure = await this.host.enter('start', taskId);
    if (failure !== undefined) return err(failure);
    const task = this.host.taskOf(taskId);
    if (task === undefined) return err({ kind: 'unknownTask', message: `no task ${taskId}` });
    return this.host.start(task);
  }

  async wait(taskId: TaskId): Promise<Result<TaskExit, HostFailure>> {
    const task = this.host.taskOf(taskId);
    if (task === undefined) return err({ kind: 'unknownTask', message: `no task ${taskId}` });
    if (task.exit === undefined) {
      const ended = new Promise<void>((resolve) => task.waiters.push(resolve));
      await Promise.race([ended, this.closing]);
    }
    return task.exit === undefined ? err({ kind: 'closed', message: 'closed' }) : ok(task.exit);
  }

  async shutdown(taskId: TaskId, grace: Millis): Promise<Result<void, HostFailure>> {
    this.cancelled.add(taskId);
    const failure = await this.host.enter('shutdown', taskId);
    if (failure !== undefined) return err(failure);
    const task = this.host.taskOf(taskId);
    if (task === undefined || task.phase === 'exited') return ok(undefined);
    this.host.terminate(task, grace);
    await this.wait(taskId);
    return ok(undefined);
  }

  async remove(taskId: TaskId): Promise<Result<void, HostFailure>> {
    const failure = await this.host.enter('remove', taskId);
    if (failure !== undefined) return err(failure);
    if (this.host.isRunning(taskId)) {
      return err({ kind: 'stillRunning', message: `${taskId} runs` });
    }
    this.host.forget(taskId);
    return ok(undefined);
  }

  async adopt(): Promise<Result<readonly AdoptedTask[], HostFailure>> {
    const failure = await this.host.enter('adopt', '');
    return failure === undefined ? ok(this.host.adopted()) : err(failure);
  }

  close(): Promise<void> {
    this.closeAll();
    return Promise.resolve();
  }
}

function wordsOf(spec: TaskSpec | undefined): readonly string[] {
  return spec?.command?.kind === 'argv' ? spec.command.value : [];
}

function exitOf(code: number): TaskExit {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return signal === undefined
    ? { exitCode: code, message: `Command exited with status ${code}` }
    : { exitCode: code, signal, message: `Command terminated with signal ${signal}` };
}
