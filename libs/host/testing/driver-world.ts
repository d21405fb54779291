import { expect } from 'chai';
import { ManualClock, millis, type AgentId, type TaskId } from '@ekiden/kernel';
import type { TaskState, TaskStatus } from '@ekiden/kernel';
import { HostDriver, type HostDriverOptions, type TaskSpec } from '@ekiden/host';
import { FakeHost } from './fake-host.js';
import { ManualTimers } from './manual-timers.js';
import { taskSpec } from './task-spec-builder.js';

export const AGENT = 'agent-1' as AgentId;

/** A task of the fake host, its command as words. */
export function spec(taskId: string, words: string, changes: Partial<TaskSpec> = {}): TaskSpec {
  return taskSpec(taskId, { command: { kind: 'argv', value: words.split(' ') }, ...changes });
}

export function id(taskId: string): TaskId {
  return taskId as TaskId;
}

/** Lets everything happen that needs no timer. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** A driver on a fake host, with manual time; keeps every status it delivers. */
export class World {
  readonly clock = new ManualClock(millis(1_000));
  readonly timers = new ManualTimers(this.clock);
  readonly host = new FakeHost({ clock: this.clock, timers: this.timers });
  readonly statuses: TaskStatus[] = [];
  driver: HostDriver = this.newDriver();

  newDriver(options: Partial<HostDriverOptions> = {}): HostDriver {
    return new HostDriver({
      agentId: AGENT,
      executor: this.host.executor(),
      clock: this.clock,
      timers: this.timers,
      statuses: (status) => this.statuses.push(status),
      ...options,
    });
  }

  statesOf(taskId: string): TaskState[] {
    return this.statuses.filter((each) => each.taskId === taskId).map(({ state }) => state);
  }

  last(taskId: string): TaskStatus | undefined {
    return this.statuses.findLast((each) => each.taskId === taskId);
  }

  async launch(...specs: readonly TaskSpec[]): Promise<void> {
    for (const each of specs) expect(this.driver.launch(each).ok).to.equal(true);
    await settle();
  }

  async kill(taskId: string, grace?: number): Promise<void> {
    const asked = grace === undefined ? undefined : millis(grace);
    expect(this.driver.kill(id(taskId), asked).ok).to.equal(true);
    await settle();
  }

  async advance(ms: number): Promise<void> {
    this.timers.advance(millis(ms));
    await settle();
  }

  async restart(): Promise<readonly string[]> {
    await this.driver.close();
    this.statuses.length = 0;
    this.driver = this.newDriver();
    const found = await this.driver.recover();
    await settle();
    return found.ok ? found.value.map((task) => `${task.taskId} ${task.phase}`) : [];
  }
}
