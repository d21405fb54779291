import { err, ok, present, seconds } from '@ekiden/kernel';
import type { Clock, Millis, Result } from '@ekiden/kernel';
import type { HostFailure, SessionOrder, TaskSession, TaskStarted } from '@ekiden/host';
import { accountOf } from './account.js';
import { inheritedDescriptors } from './descriptors.js';
import { execInTask, type ExecOutcome } from './exec-in-task.js';
import type { HeldTask } from './held-task.js';
import type { Layout } from './layout.js';
import { bootId, type ProcessIdentity } from './proc.js';
import { runScript } from './scripts.js';
import { awaitStart, spawnSupervisor } from './supervise.js';
import type { TaskCgroups } from './task-cgroups.js';
import { taskEnv } from './task-env.js';
import { openTaskSession } from './task-session.js';
import { findTools, type Tools } from './tools.js';

export interface TaskLauncherOptions {
  readonly clock: Clock;
  readonly layout: Layout;
  readonly cgroups: TaskCgroups;
  /** Path of the supervisor script. */
  readonly script: string;
  readonly serviceEnv: Readonly<Record<string, string | undefined>>;
  /** The task runs, under these processes. */
  readonly started: (held: HeldTask, holders: readonly ProcessIdentity[]) => Promise<void>;
}

/** A shell that is slower than this to start is taken for stuck. */
const START_PATIENCE = seconds(30);

/** Starts processes: tasks under their supervisors, and commands beside them. */
export class TaskLauncher {
  private readonly options: TaskLauncherOptions;
  private readonly tools: Tools;
  private readonly inherited = inheritedDescriptors();

  /** Throws when the machine lacks a tool. */
  constructor(options: TaskLauncherOptions) {
    this.options = options;
    this.tools = findTools();
  }

  async launch(held: HeldTask): Promise<Result<TaskStarted, HostFailure>> {
    const { clock, layout, script, cgroups } = this.options;
    const { spec, sandbox, records, folder } = held;
    const account = await accountOf(spec.user);
    if (!account.ok) return account;
    const env = this.envOf(held);
    const command = present(spec.command, `command of ${spec.taskId}`);
    const about = { records: records.folder, env, account: account.value, tools: this.tools };
    await cgroups.create(folder, spec);
    await records.writeScript(runScript({ ...about, command, doors: cgroups.doors(folder) }));
    const startedAt = clock.now();
    await records.writeLaunch({ startedAt, bootId: bootId() });
    const exitNotice = layout.exitNotice(folder);
    const { inherited } = this;
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
      // It did at the last moment; the look that follows finds it without its supervisor.
      held.process = await records.process();
    }
    held.startedAt = startedAt;
    held.phase = 'running';
    const holders = [seen.supervisor, seen.process].filter((each) => each !== undefined);
    await this.options.started(held, holders);
    return ok({ startedAt });
  }

  /** Runs a command for `/bin/sh -c` as the task would; rejects when nothing could be started. */
  async exec(
    held: HeldTask,
    shellCommand: string,
    timeout: Millis,
  ): Promise<Result<ExecOutcome, HostFailure>> {
    const beside = await this.beside(held);
    return beside.ok ? ok(await execInTask({ ...beside.value, shellCommand, timeout })) : beside;
  }

  /** Runs a command as the task would, for somebody who stays; rejects as `exec` does. */
  async openSession(
    held: HeldTask,
    order: SessionOrder,
  ): Promise<Result<TaskSession, HostFailure>> {
    const beside = await this.beside(held);
    return beside.ok ? ok(await openTaskSession({ ...beside.value, order })) : beside;
  }

  /** What a command needs to run as the task does. */
  private async beside(held: HeldTask) {
    const { tools, inherited } = this;
    const { sandbox, spec, folder } = held;
    const account = await accountOf(spec.user);
    if (!account.ok) return account;
    const env = this.envOf(held);
    const doors = this.options.cgroups.doors(folder);
    return ok({ sandbox, env, account: account.value, doors, tools, inherited });
  }

  private envOf({ sandbox, spec }: HeldTask): Readonly<Record<string, string>> {
    return taskEnv({ service: this.options.serviceEnv, sandbox, task: spec.env });
  }
}
