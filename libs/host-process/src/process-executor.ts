import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lanes, err, ok, seconds } from '@ekiden/kernel';
import type { Clock, Millis, Result, TaskId } from '@ekiden/kernel';
import type {
  AdoptedTask,
  Executor,
  HostFailure,
  OutputBytes,
  OutputRequest,
  Retention,
  TaskExit,
  TaskFiles,
  TaskSessions,
  TaskOutputs,
  TaskSpec,
  TaskStarted,
} from '@ekiden/host';
import { Fetcher } from '@ekiden/fetcher';
import { problemOf } from './check-spec.js';
import type { ExecOutcome } from './exec-in-task.js';
import { holdTask, type HeldTask } from './held-task.js';
import type { HostLog } from './host-log.js';
import { folderOf, Layout } from './layout.js';
import { exitOutOfMemory } from './memory-exit.js';
import { LocalVolumes } from './local-volumes.js';
import { OutputKeeper } from './output-keeper.js';
import { OutputTimes } from './output-times.js';
import { ProcessFiles } from './process-files.js';
import { ProcessSessions } from './process-sessions.js';
import { PortLeases, type LeaseOwner } from './port-leases.js';
import { readHeldTask } from './read-held-task.js';
import { Reaper } from './reaper.js';
import { readOutput } from './read-output.js';
import type { OutputLimits } from './rotate-file.js';
import { bytesShort } from './disk-shortage.js';
import { stampSandbox, sweepSandboxes } from './sandboxes.js';
import { installSupervisor } from './scripts.js';
import { TaskCgroups, type Isolation } from './task-cgroups.js';
import { TaskLauncher } from './task-launcher.js';
import { TaskPreparer, cancelled } from './task-preparer.js';
import { failureOfError } from './world-error.js';

export interface ProcessExecutorOptions {
  /** Sandboxes and bookkeeping; one executor per directory. */
  readonly dataDir: string;
  /** Where relative uris of `fetch` are looked up, without a `fetcher`. */
  readonly fetchRoot: string;
  /** Stays the caller's to close; absent = one of its own, with its cache in the data directory. */
  readonly fetcher?: Fetcher;
  /** Default `none`. */
  readonly isolation?: Isolation;
  /** Default 2 files of 10 MiB for each stream. */
  readonly output?: OutputLimits | 'unlimited';
  readonly clock: Clock;
  readonly log: HostLog;
  /** Where PATH, LANG, LC_ALL and TZ come from; default: the service's environment. */
  readonly baseEnv?: Readonly<Record<string, string | undefined>>;
  /** Shared by all services of the machine; default: `ekiden-ports` in the temporary folder. */
  readonly portLeaseDir?: string;
  /** How often everything is looked at, beside the watch. */
  readonly pollEvery?: Millis;
}

const OUTPUT: OutputLimits = { maxBytes: 10 * 2 ** 20, files: 2 };

interface Parts {
  readonly layout: Layout;
  readonly leases: PortLeases;
  readonly script: string;
  readonly fetcher: Fetcher;
  readonly cgroups: TaskCgroups;
}

/**
 * Plain commands as supervised process groups (see README). All it knows is on disk and in `/proc`,
 * so any later object on the same data directory can go on from there.
 */
export class ProcessExecutor implements Executor, TaskOutputs {
  readonly kind = 'process';
  readonly files: TaskFiles;
  readonly sessions: TaskSessions;
  private readonly options: ProcessExecutorOptions;
  private readonly parts: Parts;
  private readonly layout: Layout;
  private readonly preparer: TaskPreparer;
  private readonly launcher: TaskLauncher;
  private readonly reaper: Reaper;
  private readonly output: OutputKeeper | undefined;
  private readonly lanes = new Lanes<TaskId>();
  /** Tasks whose launch is to be given up as soon as possible. */
  private readonly aborting = new Set<TaskId>();
  private readonly preparing = new Map<TaskId, AbortController>();
  private readonly tasks = new Map<TaskId, HeldTask>();
  private readonly sandboxSizes = new Map<string, number>();
  private closed = false;

  private constructor(options: ProcessExecutorOptions, parts: Parts) {
    const { clock, log } = options;
    const { layout, leases, cgroups, script, fetcher } = parts;
    const owner = ({ taskId }: TaskSpec): LeaseOwner => ({ dataDir: layout.dataDir, taskId });
    const tasks = (): Iterable<HeldTask> => this.tasks.values();
    this.options = options;
    this.parts = parts;
    this.layout = layout;
    this.files = new ProcessFiles((taskId) => this.tasks.get(taskId)?.sandbox, layout);
    const volumes = new LocalVolumes(layout.dataDir);
    this.preparer = new TaskPreparer({ fetcher, layout, leases, owner, volumes });
    this.launcher = new TaskLauncher({
      ...{ clock, layout, cgroups, script },
      serviceEnv: options.baseEnv ?? process.env,
      started: ({ spec }, holders) => leases.rebind(spec.ports, owner(spec), holders),
    });
    this.sessions = new ProcessSessions((taskId) => this.tasks.get(taskId), this.launcher);
    const { output: limits = OUTPUT } = options;
    if (limits !== 'unlimited') this.output = new OutputKeeper({ limits, clock, log, tasks });
    this.reaper = new Reaper({
      ...{ layout, clock, log, tasks },
      pollEvery: options.pollEvery ?? seconds(2),
      freed: (held, exit) => this.free(held, exit),
      orphaned: ({ spec }, process) => leases.rebind(spec.ports, owner(spec), [process]),
    });
  }

  /** Makes its folders; throws when the machine does not allow that or lacks a tool. */
  static async open(options: ProcessExecutorOptions): Promise<ProcessExecutor> {
    const { clock, log, fetchRoot } = options;
    const layout = new Layout(options.dataDir);
    await mkdir(layout.sandboxes, { recursive: true, mode: 0o755 });
    await mkdir(layout.tasks, { recursive: true, mode: 0o700 });
    await mkdir(layout.exits, { recursive: true, mode: 0o700 });
    const script = await installSupervisor(layout.scripts);
    const leaseDir = options.portLeaseDir ?? join(tmpdir(), 'ekiden-ports');
    const leases = await PortLeases.open(leaseDir, log);
    const { isolation = 'none' } = options;
    const cgroups = await TaskCgroups.open({ isolation, dataDir: layout.dataDir, log });
    await cgroups.sweep(new Set(await readdir(layout.tasks)));
    const cacheDir = layout.fetchCache;
    const fetcher = options.fetcher ?? (await Fetcher.open({ cacheDir, fetchRoot, clock, log }));
    return new ProcessExecutor(options, { layout, leases, script, fetcher, cgroups });
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
    this.preparing.get(taskId)?.abort();
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
      await this.parts.cgroups.remove(held.folder);
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
    try {
      return await this.launcher.exec(held, shellCommand, timeout);
    } catch (error) {
      return err(failureOfError(error, 'Cannot run a command in the task'));
    }
  }

  async readOutput(
    taskId: TaskId,
    request: OutputRequest,
  ): Promise<Result<OutputBytes, HostFailure>> {
    const folder = folderOf(taskId);
    if (folder === undefined) return err(unknownTask(taskId));
    const sandbox = this.tasks.get(taskId)?.sandbox ?? this.layout.sandbox(folder);
    if (!(await exists(sandbox))) return err(unknownTask(taskId));
    const { output = OUTPUT, clock } = this.options;
    const { stream, tail, since, stamped, follow, signal } = request;
    const isTimed = since !== undefined || stamped === true;
    const seen = isTimed ? await new OutputTimes(this.layout.timesOf(folder)).read(stream) : [];
    return ok(
      readOutput({
        ...{ tail, since, stamped, seen, follow, signal, now: () => clock.now() },
        path: join(sandbox, stream),
        files: output === 'unlimited' ? 1 : output.files,
        isOver: () => this.closed || this.tasks.get(taskId)?.phase !== 'running',
      }),
    );
  }

  /** Deletes what is left of forgotten tasks, as `sweepSandboxes` does; the folders deleted. */
  async sweep(retention: Retention, reservePercent = 0): Promise<readonly string[]> {
    const bytesWanted = await bytesShort(this.layout.dataDir, reservePercent);
    const facts = { now: this.options.clock.now(), bytesWanted, sizes: this.sandboxSizes };
    return sweepSandboxes(this.layout, retention, facts);
  }

  close(): Promise<void> {
    this.closed = true;
    this.reaper.close();
    this.output?.close();
    for (const controller of this.preparing.values()) controller.abort();
    return Promise.resolve();
  }

  private async launch(held: HeldTask): Promise<Result<TaskStarted, HostFailure>> {
    const started = await this.launcher.launch(held);
    if (started.ok) await this.reaper.look(held);
    return started;
  }

  private async makeReady(held: HeldTask): Promise<Result<void, HostFailure>> {
    const { taskId } = held.spec;
    const controller = new AbortController();
    this.preparing.set(taskId, controller);
    if (this.aborting.has(taskId)) controller.abort();
    try {
      const made = await this.preparer.prepare(held, controller.signal);
      return !made.ok && this.closed ? err(CLOSED) : made;
    } finally {
      this.preparing.delete(taskId);
    }
  }

  /** The task is gone: what it held is free, and how it ended is known. */
  private async free(held: HeldTask, exit: TaskExit): Promise<TaskExit> {
    const { cgroups } = this.parts;
    await this.releasePorts(held);
    await this.output?.look(held);
    if ((await cgroups.outOfMemoryKills(held.folder)) > 0) await held.records.writeOutOfMemory();
    await cgroups.remove(held.folder);
    if (!(await held.records.outOfMemory())) return exit;
    return exitOutOfMemory(exit, held.spec, held.killRecord !== undefined);
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
    await this.releasePorts(held);
    await rm(held.sandbox, { recursive: true, force: true });
    await held.outputTimes.remove();
    await held.records.remove();
    this.tasks.delete(held.spec.taskId);
  }

  private async releasePorts({ spec }: HeldTask): Promise<void> {
    const { taskId, ports } = spec;
    await this.parts.leases.release(ports, { dataDir: this.layout.dataDir, taskId });
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

function adoptedTask(held: HeldTask): AdoptedTask {
  return {
    taskId: held.spec.taskId,
    epoch: held.spec.epoch,
    phase: held.phase === 'ended' ? 'exited' : held.phase,
    killAsked: held.killRecord !== undefined,
    killGracePeriod: held.spec.killGracePeriod,
    ports: held.spec.ports,
    ...(held.spec.group === undefined ? {} : { group: held.spec.group }),
    ...(held.exit === undefined ? {} : { exit: held.exit }),
    ...(held.startedAt === undefined ? {} : { startedAt: held.startedAt }),
  };
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
