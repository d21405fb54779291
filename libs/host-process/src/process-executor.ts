import { chown, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { err, ok, present, seconds } from '@ekiden/kernel';
import type { Clock, Millis, Result, TaskId } from '@ekiden/kernel';
import type {
  AdoptedTask,
  Executor,
  HostFailure,
  TaskExit,
  TaskSpec,
  TaskStarted,
} from '@ekiden/host';
import { accountOf, type Account } from './account.js';
import { problemOf } from './check-spec.js';
import { inheritedDescriptors } from './descriptors.js';
import { execInTask, type ExecOutcome } from './exec-in-task.js';
import { fetchFile } from './fetch-files.js';
import { holdTask, type HeldTask } from './held-task.js';
import type { HostLog } from './host-log.js';
import { Lanes } from './lanes.js';
import { folderOf, Layout } from './layout.js';
import { PortLeases, type LeaseOwner } from './port-leases.js';
import { portsInUse } from './port-probe.js';
import { bootId, ownIdentity } from './proc.js';
import { Reaper } from './reaper.js';
import { installSupervisor, runScript } from './scripts.js';
import { stampSandbox, sweepSandboxes, type Retention } from './sandboxes.js';
import { awaitStart, spawnSupervisor } from './supervise.js';
import { readHeldTask } from './read-held-task.js';
import { taskEnv } from './task-env.js';
import { findTools, type Tools } from './tools.js';
import { failureOfError } from './world-error.js';

export interface ProcessExecutorOptions {
  /** Sandboxes and bookkeeping; one executor per directory. */
  readonly dataDir: string;
  /** Where relative uris of `fetch` are looked up. */
  readonly fetchRoot: string;
  readonly clock: Clock;
  readonly log: HostLog;
  /** Where PATH, LANG, LC_ALL and TZ come from; default: the service's environment. */
  readonly baseEnv?: Readonly<Record<string, string | undefined>>;
  /** Shared by all services of the machine; default: `ekiden-ports` in the temporary folder. */
  readonly portLeaseDir?: string;
  /** How often everything is looked at, beside the watch. */
  readonly pollEvery?: Millis;
}

/** A shell that is slower than this to start is taken for stuck. */
const START_PATIENCE = seconds(30);

/**
 * Plain commands as supervised process groups (see README). All it knows is on disk and in `/proc`,
 * so any later object on the same data directory can go on from there.
 */
export class ProcessExecutor implements Executor {
  readonly kind = 'process';
  private readonly options: ProcessExecutorOptions;
  private readonly layout: Layout;
  private readonly leases: PortLeases;
  private readonly script: string;
  private readonly tools: Tools;
  private readonly inherited = inheritedDescriptors();
  private readonly reaper: Reaper;
  private readonly lanes = new Lanes<TaskId>();
  /** Tasks whose launch is to be given up as soon as possible. */
  private readonly aborting = new Set<TaskId>();
  private readonly tasks = new Map<TaskId, HeldTask>();
  private closed = false;

  private constructor(
    options: ProcessExecutorOptions,
    parts: { layout: Layout; leases: PortLeases; script: string },
  ) {
    this.options = options;
    this.layout = parts.layout;
    this.leases = parts.leases;
    this.script = parts.script;
    this.tools = findTools();
    this.reaper = new Reaper({
      layout: parts.layout,
      clock: options.clock,
      log: options.log,
      pollEvery: options.pollEvery ?? seconds(2),
      tasks: () => this.tasks.values(),
      freed: (held) => this.leases.release(held.spec.ports, this.owner(held.spec)),
      orphaned: (held, process) =>
        this.leases.rebind(held.spec.ports, this.owner(held.spec), [process]),
    });
  }

  /** Makes its folders; throws when the machine does not allow that or lacks a tool. */
  static async open(options: ProcessExecutorOptions): Promise<ProcessExecutor> {
    const layout = new Layout(options.dataDir);
    await mkdir(layout.sandboxes, { recursive: true, mode: 0o755 });
    await mkdir(layout.tasks, { recursive: true, mode: 0o700 });
    await mkdir(layout.exits, { recursive: true, mode: 0o700 });
    const script = await installSupervisor(layout.scripts);
    const leaseDir = options.portLeaseDir ?? join(tmpdir(), 'ekiden-ports');
    const leases = await PortLeases.open(leaseDir, options.log);
    return new ProcessExecutor(options, { layout, leases, script });
  }

  prepare(spec: TaskSpec): Promise<Result<void, HostFailure>> {
    const problem = problemOf(spec);
    const folder = folderOf(spec.taskId);
    if (problem !== undefined || folder === undefined) {
      return Promise.resolve(err({ kind: 'invalid', message: problem ?? 'Invalid task id' }));
    }
    return this.inLane(spec.taskId, 'Cannot prepare the task', async () => {
      let held = this.tasks.get(spec.taskId);
      if (held?.phase === 'running' || held?.phase === 'ended' || held?.ready) return ok(undefined);
      if (held === undefined) {
        if (await exists(this.layout.sandbox(folder))) {
          const message = `Task ${spec.taskId} has run on this host before`;
          return err({ kind: 'alreadyRan', message });
        }
        held = holdTask(this.layout, folder, spec);
        this.tasks.set(spec.taskId, held);
      }
      held.spec = spec;
      const made = await this.makeReady(held).catch((error: unknown) =>
        err(failureOfError(error, 'Cannot prepare the task')),
      );
      if (made.ok) held.ready = true;
      else await this.erase(held);
      return made;
    });
  }

  start(taskId: TaskId): Promise<Result<TaskStarted, HostFailure>> {
    return this.inLane(taskId, 'Cannot start the task', async () => {
      const held = this.tasks.get(taskId);
      if (held === undefined) return err(unknownTask(taskId));
      if (held.startedAt !== undefined) return ok({ startedAt: held.startedAt });
      if (held.phase === 'ended') {
        return err({ kind: 'cancelled', message: 'The task was shut down before its start' });
      }
      if (!held.ready) return err(unknownTask(taskId));
      if (this.aborting.has(taskId)) return err(cancelled());
      const started = await this.launch(held).catch((error: unknown) =>
        err(failureOfError(error, 'Cannot start the task')),
      );
      if (!started.ok) {
        await this.reaper.finish(held, { exitCode: null, message: started.error.message });
      }
      return started;
    });
  }

  async wait(taskId: TaskId): Promise<Result<TaskExit, HostFailure>> {
    const held = this.tasks.get(taskId);
    if (held === undefined) return err(unknownTask(taskId));
    if (held.exit === undefined && !this.closed) await held.over;
    return held.exit === undefined ? err(CLOSED) : ok(held.exit);
  }

  async shutdown(taskId: TaskId, grace: Millis): Promise<Result<void, HostFailure>> {
    this.aborting.add(taskId);
    const found = await this.inLane(taskId, 'Cannot shut down the task', async () => {
      this.aborting.delete(taskId);
      const held = this.tasks.get(taskId);
      if (held?.phase === 'prepared') {
        await this.erase(held);
        held.phase = 'ended';
        held.exit = { exitCode: null, message: 'The task was shut down before its start' };
        held.wake();
        this.tasks.set(taskId, held);
      }
      return ok(held);
    });
    if (!found.ok) return found;
    if (found.value?.phase !== 'running') return ok(undefined);
    return this.reaper.terminate(found.value, grace);
  }

  remove(taskId: TaskId): Promise<Result<void, HostFailure>> {
    return this.inLane(taskId, 'Cannot forget the task', async () => {
      const held = this.tasks.get(taskId);
      if (held === undefined) return ok(undefined);
      if (held.phase === 'running') {
        return err({ kind: 'stillRunning', message: `Task ${taskId} still runs` });
      }
      if (held.phase === 'prepared') {
        await this.erase(held);
        return ok(undefined);
      }
      await stampSandbox(held.sandbox, this.options.clock.now());
      await held.records.remove();
      await rm(this.layout.exitNotice(held.folder), { force: true });
      this.tasks.delete(taskId);
      return ok(undefined);
    });
  }

  async adopt(): Promise<Result<readonly AdoptedTask[], HostFailure>> {
    try {
      for (const folder of await readdir(this.layout.tasks)) await this.adoptFolder(folder);
    } catch (error) {
      return err(failureOfError(error, 'Cannot read the records of tasks'));
    }
    return ok([...this.tasks.values()].map(adoptedTask));
  }

  /**
   * Runs a command for `/bin/sh -c` in the sandbox of a running task, with its environment and as
   * its user; it is killed after `timeout`.
   */
  async exec(
    taskId: TaskId,
    shellCommand: string,
    timeout: Millis,
  ): Promise<Result<ExecOutcome, HostFailure>> {
    const held = this.tasks.get(taskId);
    if (held?.phase !== 'running') return err(unknownTask(taskId));
    const { tools, inherited } = this;
    const { sandbox, spec } = held;
    const account = await accountOf(spec.user);
    if (!account.ok) return account;
    const env = taskEnv({ service: this.serviceEnv(), sandbox, task: spec.env });
    const plan = { shellCommand, sandbox, env, account: account.value, tools, inherited, timeout };
    try {
      return ok(await execInTask(plan));
    } catch (error) {
      return err(failureOfError(error, 'Cannot run a command in the task'));
    }
  }

  /** Deletes sandboxes of forgotten tasks beyond the retention; the folders deleted. */
  sweep(retention: Retention): Promise<readonly string[]> {
    return sweepSandboxes(this.layout, retention, this.options.clock.now());
  }

  close(): Promise<void> {
    this.closed = true;
    this.reaper.close();
    return Promise.resolve();
  }

  private async makeReady(held: HeldTask): Promise<Result<void, HostFailure>> {
    const { spec } = held;
    const account = await accountOf(spec.user);
    if (!account.ok) return account;
    await held.records.create(spec);
    const ports = await this.reserve(spec);
    if (!ports.ok) return ports;
    await rm(held.sandbox, { recursive: true, force: true });
    await mkdir(held.sandbox, { recursive: true, mode: 0o755 });
    for (const item of spec.fetch) {
      if (this.aborting.has(spec.taskId)) return err(cancelled());
      const fetchRoot = resolve(this.options.fetchRoot);
      const fetched = await fetchFile(item, { sandbox: held.sandbox, fetchRoot });
      if (!fetched.ok) return fetched;
    }
    if (this.aborting.has(spec.taskId)) return err(cancelled());
    if (account.value !== undefined) await giveTo(held.sandbox, account.value);
    return ok(undefined);
  }

  private async reserve(spec: TaskSpec): Promise<Result<void, HostFailure>> {
    const { ports } = spec;
    const leased = await this.leases.acquire(ports, this.owner(spec), [ownIdentity()]);
    const taken = leased.length > 0 ? leased : await portsInUse(ports);
    if (taken.length === 0) return ok(undefined);
    const plural = taken.length === 1 ? 'port is' : 'ports are';
    const message = `Host ${plural} taken: ${taken.join(', ')}`;
    return err({ kind: 'portTaken', ports: taken, message });
  }

  private async launch(held: HeldTask): Promise<Result<TaskStarted, HostFailure>> {
    const { clock } = this.options;
    const { spec, sandbox, records } = held;
    const account = await accountOf(spec.user);
    if (!account.ok) return account;
    const env = taskEnv({ service: this.serviceEnv(), sandbox, task: spec.env });
    const command = present(spec.command, `command of ${spec.taskId}`);
    const about = { records: records.folder, env, account: account.value, tools: this.tools };
    await records.writeScript(runScript({ ...about, command }));
    const startedAt = clock.now();
    await records.writeLaunch({ startedAt, bootId: bootId() });
    const exitNotice = this.layout.exitNotice(held.folder);
    const { script, inherited } = this;
    const child = await spawnSupervisor({ ...about, script, inherited, exitNotice, sandbox });
    const gone = (): boolean => child.exitCode !== null || child.signalCode !== null;
    const seen = await awaitStart(records, { clock, patience: START_PATIENCE, gone });
    held.supervisor = seen.supervisor;
    held.process = seen.process;
    if (seen.process === undefined && seen.status === undefined) {
      child.kill('SIGKILL');
      if (await records.voidProcess()) {
        return err({ kind: 'resources', message: 'The supervisor of the task did not get going' });
      }
      // It did at the last moment; the look below finds it without its supervisor.
      held.process = await records.process();
    }
    held.startedAt = startedAt;
    held.phase = 'running';
    const holders = [seen.supervisor, seen.process].filter((each) => each !== undefined);
    await this.leases.rebind(spec.ports, this.owner(spec), holders);
    await this.reaper.look(held);
    return ok({ startedAt });
  }

  private async adoptFolder(folder: string): Promise<void> {
    const { clock, log } = this.options;
    // A launch under way holds its task before it makes the folder: never touch its records.
    for (const { folder: known } of this.tasks.values()) if (known === folder) return;
    const held = await readHeldTask(this.layout, folder, { clock, log });
    if (held === undefined || this.tasks.has(held.spec.taskId)) return;
    this.tasks.set(held.spec.taskId, held);
    if (held.phase === 'running') await this.reaper.look(held, 'away');
  }

  /** Takes away a task that has not run: nothing of it is worth keeping. */
  private async erase(held: HeldTask): Promise<void> {
    await this.leases.release(held.spec.ports, this.owner(held.spec));
    await rm(held.sandbox, { recursive: true, force: true });
    await held.records.remove();
    this.tasks.delete(held.spec.taskId);
  }

  private serviceEnv(): Readonly<Record<string, string | undefined>> {
    return this.options.baseEnv ?? process.env;
  }

  private owner({ taskId }: TaskSpec): LeaseOwner {
    return { dataDir: this.layout.dataDir, taskId };
  }

  /** One call per task at a time; what the operating system refuses becomes a value. */
  private inLane<T>(
    taskId: TaskId,
    doing: string,
    work: () => Promise<Result<T, HostFailure>>,
  ): Promise<Result<T, HostFailure>> {
    return this.lanes.run(taskId, async () => {
      if (this.closed) return err(CLOSED);
      try {
        return await work();
      } catch (error) {
        return err(failureOfError(error, doing));
      }
    });
  }
}

const CLOSED: HostFailure = { kind: 'closed', message: 'The executor is closed' };

function unknownTask(taskId: TaskId): HostFailure {
  return { kind: 'unknownTask', message: `No task ${taskId} was prepared here` };
}

function cancelled(): HostFailure {
  return { kind: 'cancelled', message: 'The launch was given up' };
}

function adoptedTask(held: HeldTask): AdoptedTask {
  return {
    taskId: held.spec.taskId,
    epoch: held.spec.epoch,
    phase: held.phase === 'ended' ? 'exited' : held.phase,
    killAsked: held.killRecord !== undefined,
    killGracePeriod: held.spec.killGracePeriod,
    ...(held.exit === undefined ? {} : { exit: held.exit }),
    ...(held.startedAt === undefined ? {} : { startedAt: held.startedAt }),
  };
}

async function giveTo(sandbox: string, { uid, gid }: Account): Promise<void> {
  const inside = await readdir(sandbox, { recursive: true });
  for (const path of ['.', ...inside]) await chown(join(sandbox, path), uid, gid);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
