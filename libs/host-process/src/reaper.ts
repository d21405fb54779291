import { readdir, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { err, millis, ok, seconds, type Clock, type Millis, type Result } from '@ekiden/kernel';
import { exitOfStatus, type HostFailure, type TaskExit } from '@ekiden/host';
import { isFull } from './disk-shortage.js';
import { unseenExit } from './exit-status.js';
import { ExitWatch } from './exit-watch.js';
import { processesOf, type HeldTask } from './held-task.js';
import type { HostLog } from './host-log.js';
import type { Layout } from './layout.js';
import { isAlive, type ProcessIdentity } from './proc.js';
import { ProcessTable } from './process-table.js';
import { killLeftovers, killSession, sessionMembers, terminateGroup } from './task-processes.js';
import { messageOf } from './world-error.js';

export interface ReaperOptions {
  readonly layout: Layout;
  readonly clock: Clock;
  readonly log: HostLog;
  readonly pollEvery: Millis;
  readonly tasks: () => Iterable<HeldTask>;
  /** The task is gone: gives back what it held; the exit again, with what is known of it now. */
  readonly freed: (held: HeldTask, exit: TaskExit) => Promise<TaskExit>;
  /** The supervisor is gone, the task lives. */
  readonly orphaned: (held: HeldTask, process: ProcessIdentity) => Promise<void>;
}

/** SIGKILL works within moments, or not at all (a process stuck in the kernel). */
const DEATH_PATIENCE = seconds(15);
const TICK_MS = 50;

/** Sees tasks end, and ends them. */
export class Reaper {
  private readonly options: ReaperOptions;
  private readonly table = new ProcessTable();
  private readonly watch: ExitWatch;
  private inspecting: Promise<void> | undefined;
  private again: 'noticed' | 'poll' | undefined;
  private closed = false;

  constructor(options: ReaperOptions) {
    this.options = options;
    this.watch = new ExitWatch({
      folder: options.layout.exits,
      every: options.pollEvery,
      log: options.log,
      noticed: () => this.inspect('noticed'),
      poll: () => this.inspect('poll'),
    });
  }

  close(): void {
    this.closed = true;
    this.watch.close();
    for (const held of this.options.tasks()) held.wake();
  }

  /**
   * Decides whether a running task has ended: by its exit record; without one, when neither its
   * supervisor nor its own process lives. `away`: it may have ended unseen long ago.
   */
  async look(held: HeldTask, seen: 'live' | 'away' = 'live'): Promise<void> {
    if (held.phase !== 'running') return;
    // Order matters: the record is written before the supervisor dies.
    const supervised = held.supervisor !== undefined && isAlive(held.supervisor);
    const status = await held.records.exitStatus();
    if (status !== undefined) {
      await this.settle(held, exitOfStatus(status, held.spec.command), seen);
      return;
    }
    if (supervised) return;
    if (held.process !== undefined && isAlive(held.process)) {
      if (held.orphaned) return;
      held.orphaned = true;
      this.options.log.warn({ taskId: held.spec.taskId }, 'a task has lost its supervisor');
      await this.options.orphaned(held, held.process);
      return;
    }
    const why = (await isFull(held.records.folder))
      ? 'its supervisor could not record it, as the disk is full'
      : 'its supervisor was killed';
    await this.settle(held, unseenExit(why), seen);
  }

  /** The start failed: takes away whatever there is. */
  async finish(held: HeldTask, exit: TaskExit): Promise<void> {
    await this.settle(held, exit, 'live');
  }

  /** SIGTERM, grace, SIGKILL; a repeated call can only bring the end of the grace nearer. */
  async terminate(held: HeldTask, grace: Millis): Promise<Result<void, HostFailure>> {
    const { clock } = this.options;
    const deadline = millis(clock.monotonic() + grace);
    if (held.kill === undefined) await this.askToEnd(held, grace);
    else held.kill.deadline = millis(Math.min(held.kill.deadline, deadline));
    while (held.phase === 'running' && clock.monotonic() < (held.kill?.deadline ?? 0)) {
      if (this.closed) return err({ kind: 'closed', message: 'The executor is closed' });
      const left = (held.kill?.deadline ?? 0) - clock.monotonic();
      await Promise.race([held.over, delay(Math.min(TICK_MS, left))]);
      if (held.orphaned) await this.look(held);
    }
    const patience = clock.monotonic() + DEATH_PATIENCE;
    while (this.isRunning(held) && clock.monotonic() < patience) {
      if (this.closed) return err({ kind: 'closed', message: 'The executor is closed' });
      const processes = processesOf(held);
      if (processes !== undefined) await killSession(processes, this.table);
      await Promise.race([held.over, delay(TICK_MS)]);
      await this.look(held);
    }
    if (!this.isRunning(held)) return ok(undefined);
    return err({ kind: 'unkillable', message: `Task ${held.spec.taskId} survives SIGKILL` });
  }

  /** Records the wish before it acts; one an earlier life recorded goes on with what is left. */
  private async askToEnd(held: HeldTask, grace: Millis): Promise<void> {
    const { clock } = this.options;
    const earlier = held.killRecord;
    const kill = { deadline: millis(clock.monotonic() + grace) };
    held.kill = kill;
    if (earlier !== undefined) {
      const left = Math.max(0, earlier.askedAt + earlier.grace - clock.now());
      kill.deadline = millis(Math.min(kill.deadline, clock.monotonic() + left));
      return;
    }
    const record = { askedAt: clock.now(), grace };
    await held.records.writeKill(record);
    held.killRecord = record;
    const processes = processesOf(held);
    if (grace > 0 && processes !== undefined) terminateGroup(processes);
  }

  private settle(held: HeldTask, exit: TaskExit, seen: 'live' | 'away'): Promise<void> {
    held.settling ??= this.bury(held, exit, seen).catch((error: unknown) => {
      held.settling = undefined;
      const { taskId } = held.spec;
      this.options.log.warn({ taskId, reason: messageOf(error) }, 'cannot clear up after a task');
    });
    return held.settling;
  }

  private async bury(held: HeldTask, exit: TaskExit, seen: 'live' | 'away'): Promise<void> {
    const { clock, layout, log, freed } = this.options;
    const processes = processesOf(held);
    if (processes !== undefined) {
      // What got SIGTERM with its parent may use the rest of the grace.
      while (held.kill !== undefined && clock.monotonic() < held.kill.deadline) {
        if ((await sessionMembers(processes, this.table)).length === 0) break;
        await delay(TICK_MS);
      }
      if (!(await killLeftovers(processes, this.table, seen === 'away'))) {
        log.warn({ taskId: held.spec.taskId }, 'processes of a task survive SIGKILL');
      }
    }
    const known = await freed(held, exit);
    await rm(layout.exitNotice(held.folder), { force: true });
    held.exit = known;
    held.phase = 'ended';
    held.wake();
  }

  /** Looks at what was noticed, or at everything; hints that come meanwhile cause one more round. */
  private inspect(what: 'noticed' | 'poll'): void {
    if (this.closed) return;
    if (this.inspecting !== undefined) {
      this.again = this.again === 'poll' ? 'poll' : what;
      return;
    }
    this.inspecting = this.round(what)
      .catch((error: unknown) => {
        this.options.log.warn({ reason: messageOf(error) }, 'cannot look after tasks');
      })
      .finally(() => {
        this.inspecting = undefined;
        const next = this.again;
        this.again = undefined;
        if (next !== undefined) this.inspect(next);
      });
  }

  private async round(what: 'noticed' | 'poll'): Promise<void> {
    const { layout, tasks } = this.options;
    const noticed = new Set(await readdir(layout.exits));
    for (const held of tasks()) {
      const isNoticed = noticed.delete(held.folder);
      if (held.phase !== 'running') {
        if (isNoticed) await rm(layout.exitNotice(held.folder), { force: true });
        continue;
      }
      if (held.settling !== undefined) continue;
      const supervised = held.supervisor !== undefined && isAlive(held.supervisor);
      // Not awaited: one task that is slow to die holds up no other.
      if (isNoticed || (what === 'poll' && !supervised)) void this.lookSafely(held);
    }
    await this.dropStrays(noticed);
  }

  /** A notice may come when its task is forgotten already. */
  private async dropStrays(folders: ReadonlySet<string>): Promise<void> {
    if (folders.size === 0) return;
    const recorded = new Set(await readdir(this.options.layout.tasks));
    for (const folder of folders) {
      if (!recorded.has(folder)) await rm(this.options.layout.exitNotice(folder), { force: true });
    }
  }

  private async lookSafely(held: HeldTask): Promise<void> {
    try {
      await this.look(held);
    } catch (error) {
      const { taskId } = held.spec;
      this.options.log.warn({ taskId, reason: messageOf(error) }, 'cannot look after a task');
    }
  }

  /** Reads the phase anew: it changes while we wait, which the compiler cannot know. */
  private isRunning(held: HeldTask): boolean {
    return held.phase === 'running';
  }
}
