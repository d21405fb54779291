import { isTerminalTaskState, seconds, type TaskId, type TaskStatus } from '@ekiden/kernel';
import {
  quantitiesOf,
  type FrameworkEvent,
  type FrameworkId,
  type MasterTurn,
  type Offer,
  type Resources,
  type TaskLaunch,
} from '@ekiden/offers';

import { roomFor, type Command, type Framework, type Say } from './framework.js';

export interface HelloOptions {
  readonly role: string;
  /** How many tasks are to finish. */
  readonly tasks: number;
  /** What each of them uses. */
  readonly needs: Resources;
  readonly runSeconds: number;
}

/** A batch: runs each of so many tasks until it has finished once, and then takes its leave. */
export class HelloFramework implements Framework {
  readonly id: FrameworkId;
  /** Tasks that finished. */
  finished = 0;
  /** Starts after a failure. */
  restarts = 0;
  ended = false;
  private readonly options: HelloOptions;
  private readonly say: Say;
  private readonly alive = new Set<TaskId>();
  private started = 0;

  constructor(name: string, options: HelloOptions, say: Say = () => undefined) {
    this.id = name as FrameworkId;
    this.options = options;
    this.say = say;
  }

  /** Tells who it is and what it needs, in one turn: with ASKS nothing else is offered to it. */
  join(turn: MasterTurn): void {
    const { id } = this;
    const roles = [this.options.role];
    turn.subscribe({ id, name: id, roles, capabilities: ['ASKS'], failoverTimeout: seconds(60) });
    this.ask(turn);
  }

  hear(turn: MasterTurn, events: readonly FrameworkEvent[]): void {
    if (this.ended) return;
    for (const event of events) {
      if (event.kind === 'offers') for (const offer of event.offers) this.answer(turn, offer);
      else if (event.kind === 'status') this.note(event.status);
    }
    if (this.finished < this.options.tasks) {
      this.ask(turn);
    } else {
      this.ended = true;
      turn.call(this.id, { kind: 'teardown' });
      this.say(this.id, `all ${this.finished} tasks have finished: good-bye`);
    }
  }

  /** Tasks that are neither finished nor on their way. */
  private get missing(): number {
    return this.options.tasks - this.finished - this.alive.size;
  }

  /** Asks are absolute: said again after every change, they can never drift. */
  private ask(turn: MasterTurn): void {
    const { role, needs } = this.options;
    const one = { id: 'task', role, shape: quantitiesOf(needs), count: this.missing };
    turn.call(this.id, { kind: 'ask', asks: [one] });
  }

  /** Takes as much as it has tasks for; the rest of the offer goes back by itself. */
  private answer(turn: MasterTurn, offer: Offer): void {
    const count = roomFor(offer, this.options.needs, this.missing);
    const launches = Array.from({ length: count }, () => this.launch());
    turn.call(this.id, { kind: 'accept', offerIds: [offer.id], launches });
    if (count > 0) this.say(this.id, `${count} on ${offer.hostname}`);
  }

  private launch(): TaskLaunch {
    this.started += 1;
    const taskId = `${this.id}.${this.started}` as TaskId;
    this.alive.add(taskId);
    const info: Command = { runSeconds: this.options.runSeconds };
    return { taskId, name: this.id, resources: this.options.needs, info };
  }

  /** An end that is no success makes room in `missing`: the next ask is for one more. */
  private note(status: TaskStatus): void {
    const { taskId, state } = status;
    if (!isTerminalTaskState(state) || !this.alive.delete(taskId)) return;
    if (state === 'TASK_FINISHED') {
      this.finished += 1;
    } else {
      this.restarts += 1;
      this.say(this.id, `${taskId} ended with ${state}: once more`);
    }
  }
}
