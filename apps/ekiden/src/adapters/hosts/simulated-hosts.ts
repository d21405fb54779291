import {
  isTerminalTaskState,
  millis,
  type AgentId,
  type Clock,
  type TaskId,
  type TaskState,
  type TaskStatus,
} from '@ekiden/kernel';
import type { Timers } from '@ekiden/host';
import type { AgentInfo } from '@ekiden/offers';
import type { Effect } from '../../core/turn/index.js';
import {
  noTasks,
  type HealthProber,
  type HostListener,
  type HostTerm,
  type Hosts,
  type ProbeResult,
} from '../../ports/index.js';

export interface SimulatedHostsOptions {
  readonly agents: readonly AgentInfo[];
  readonly clock: Clock;
  readonly timers: Timers;
}

const START_DELAY = millis(5);
const STOP_DELAY = millis(5);
const REPEAT_AFTER = millis(1_000);

/**
 * Hosts that only pretend: tasks "run" until they are killed. For trying out a cluster of
 * thousands on one machine (`EKIDEN_SIMULATED_AGENTS`). Like real tasks they outlive the service:
 * what the state says ran before a restart is taken to run on. They are always well.
 */
export class SimulatedHosts implements Hosts, HealthProber {
  readonly tasks = noTasks({ kind: 'unknown', message: 'Tasks are simulated' });
  private readonly options: SimulatedHostsOptions;
  private readonly running = new Map<TaskId, TaskStatus>();
  private listener: HostListener | undefined;

  constructor(options: SimulatedHostsOptions) {
    this.options = options;
  }

  enter(term: HostTerm, listener: HostListener): void {
    this.listener = listener;
    const found = new Map<AgentId, { readonly taskId: TaskId; readonly epoch: number }[]>();
    for (const { taskId, agentId } of term.expected) {
      const entry = { taskId, epoch: term.epoch };
      const there = found.get(agentId);
      if (there === undefined) found.set(agentId, [entry]);
      else there.push(entry);
      if (!this.running.has(taskId)) this.report(agentId, taskId, 'TASK_RUNNING');
    }
    for (const agent of this.options.agents) {
      listener({ kind: 'agentRegistered', agent });
      listener({ kind: 'hostRecovered', agentId: agent.id, found: found.get(agent.id) ?? [] });
    }
  }

  leave(): void {
    this.listener = undefined;
  }

  /** There is no data. */
  measureVolumes(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  perform(effect: Effect): void {
    if (effect.kind === 'wipeVolume') {
      const { volumeId } = effect;
      this.options.timers.after(STOP_DELAY, () => {
        this.listener?.({ kind: 'volumeWiped', volumeId });
      });
      return;
    }
    const { agentId, taskId } = effect;
    switch (effect.kind) {
      case 'launch':
        if (this.running.has(taskId)) return;
        this.report(agentId, taskId, 'TASK_STARTING');
        this.later(START_DELAY, agentId, taskId, 'TASK_RUNNING');
        return;
      case 'kill':
        this.later(STOP_DELAY, agentId, taskId, 'TASK_KILLED');
        return;
      case 'acknowledge':
        if (isTerminalTaskState(effect.state)) this.running.delete(taskId);
        return;
    }
  }

  probe(): Promise<ProbeResult> {
    return Promise.resolve({ ok: true });
  }

  close(): Promise<void> {
    this.leave();
    return Promise.resolve();
  }

  private later(delay: typeof START_DELAY, agentId: AgentId, taskId: TaskId, to: TaskState): void {
    this.options.timers.after(delay, () => {
      const now = this.running.get(taskId)?.state;
      const over = now !== undefined && isTerminalTaskState(now);
      if (!over) this.report(agentId, taskId, to);
    });
  }

  private report(agentId: AgentId, taskId: TaskId, state: TaskState): void {
    const status: TaskStatus = {
      taskId,
      agentId,
      state,
      source: 'EXECUTOR',
      at: this.options.clock.now(),
    };
    this.running.set(taskId, status);
    this.deliver(status);
  }

  /** Until it is taken, and only while it is the latest of its task. */
  private deliver(status: TaskStatus): void {
    if (this.running.get(status.taskId) !== status) return;
    if (this.listener?.({ kind: 'hostStatus', status }) === true) return;
    this.options.timers.after(REPEAT_AFTER, () => {
      this.deliver(status);
    });
  }
}
