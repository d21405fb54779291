import {
  millis,
  type AgentId,
  type Millis,
  type Result,
  type TaskId,
  type TaskStatus,
} from '@ekiden/kernel';
import type { HostDriver, HostFailure, TaskSpec, Timers } from '@ekiden/host';
import type { AgentInfo } from '@ekiden/offers';
import type { Effect } from '../../core/turn/index.js';
import type {
  HostListener,
  HostTerm,
  Hosts,
  Log,
  TaskCommandOrder,
  TaskCommandOutcome,
  TaskCommands,
} from '../../ports/index.js';

/** One agent and the driver that runs its tasks. */
export interface DrivenHost {
  readonly agent: AgentInfo;
  readonly driver: HostDriver;
  /** Where commands can be run beside a task; absent when its executor has no such ability. */
  readonly commands?: CommandsBesideTasks;
}

/** An executor that can run a command where a task of its runs. */
export interface CommandsBesideTasks {
  /** Fails when the task does not run here. `exitCode` is `null` when the time was up. */
  exec(
    taskId: TaskId,
    shellCommand: string,
    timeout: Millis,
  ): Promise<Result<{ readonly exitCode: number | null }, HostFailure>>;
}

export interface DrivenHostsOptions {
  readonly timers: Timers;
  readonly log: Log;
}

const RECOVER_RETRY = millis(1_000);

/** Real machines, each behind a host driver. */
export class DrivenHosts implements Hosts, TaskCommands {
  private readonly options: DrivenHostsOptions;
  private readonly hosts = new Map<AgentId, DrivenHost>();
  private listener: HostListener | undefined;
  private epoch = 0;

  constructor(options: DrivenHostsOptions) {
    this.options = options;
  }

  add(host: DrivenHost): void {
    this.hosts.set(host.agent.id, host);
  }

  /** Where drivers report to; false while nobody leads (drivers repeat what is not acknowledged). */
  hear(status: TaskStatus): boolean {
    return this.listener?.({ kind: 'hostStatus', status }) ?? false;
  }

  enter(term: HostTerm, listener: HostListener): void {
    this.epoch = term.epoch;
    this.listener = listener;
    for (const host of this.hosts.values()) {
      host.driver.fence(term.epoch);
      void this.recover(host, term.epoch);
    }
  }

  leave(): void {
    this.listener = undefined;
  }

  perform(effect: Effect): void {
    const host = this.hosts.get(effect.agentId);
    if (host === undefined) return;
    const { driver } = host;
    switch (effect.kind) {
      case 'launch':
        // Stored and read back as JSON; written by `taskSpecFor` alone.
        this.note(effect, driver.launch({ ...(effect.info as TaskSpec), epoch: effect.epoch }));
        return;
      case 'kill':
        this.note(effect, driver.kill(effect.taskId, effect.gracePeriod));
        return;
      case 'acknowledge':
        driver.acknowledge(effect.taskId, effect.state);
        return;
    }
  }

  async runCommand(order: TaskCommandOrder): Promise<TaskCommandOutcome> {
    const commands = this.hosts.get(order.agentId)?.commands;
    if (commands === undefined) {
      return { kind: 'notRun', reason: 'commands cannot be run on the host of this task' };
    }
    const ran = await commands.exec(order.taskId, order.command, order.timeout);
    if (!ran.ok) return { kind: 'notRun', reason: ran.error.message };
    const { exitCode } = ran.value;
    return exitCode === null ? { kind: 'timedOut' } : { kind: 'exited', exitCode };
  }

  async close(): Promise<void> {
    this.leave();
    await Promise.all([...this.hosts.values()].map(({ driver }) => driver.close()));
  }

  private async recover(host: DrivenHost, epoch: number): Promise<void> {
    const found = await host.driver.recover();
    if (this.epoch !== epoch || this.listener === undefined) return;
    if (!found.ok) {
      this.options.log({
        level: 'warn',
        event: 'host-unavailable',
        message: `the host cannot be asked what it runs: ${found.error.message}`,
        facts: { agentId: host.agent.id },
      });
      this.options.timers.after(RECOVER_RETRY, () => void this.recover(host, epoch));
      return;
    }
    this.listener({ kind: 'agentRegistered', agent: host.agent });
    this.listener({
      kind: 'hostRecovered',
      agentId: host.agent.id,
      found: found.value.map(({ taskId, epoch: launchedBy, phase }) => ({
        taskId,
        epoch: launchedBy,
        ...(phase === 'prepared' ? { waits: true } : {}),
        ...(phase === 'running' ? { runs: true } : {}),
      })),
    });
  }

  private note(effect: Effect, result: ReturnType<HostDriver['launch']>): void {
    if (result.ok) return;
    this.options.log({
      level: 'warn',
      event: 'host-refused',
      message: `the host did not take a ${effect.kind}: ${result.error.kind}`,
      facts: { agentId: effect.agentId, taskId: effect.taskId },
    });
  }
}
