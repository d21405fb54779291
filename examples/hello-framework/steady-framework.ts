import { isTerminalTaskState, seconds, type TaskId } from '@ekiden/kernel';
import { quantitiesOf } from '@ekiden/offers';
import type { FrameworkEvent, FrameworkId, MasterTurn, Offer, Resources } from '@ekiden/offers';

import { roomFor, type Command, type Framework, type Say } from './framework.js';

export interface SteadyOptions {
  readonly role: string;
  /** How many tasks are to run at any time. */
  readonly instances: number;
  readonly needs: Resources;
  /** How long a task lives before it has to be replaced; absent = for ever. */
  readonly runSeconds?: number;
}

/** A service: keeps so many tasks running for as long as it is there. */
export class SteadyFramework implements Framework {
  readonly id: FrameworkId;
  readonly alive = new Set<TaskId>();
  private readonly options: SteadyOptions;
  private readonly say: Say;
  private started = 0;

  constructor(name: string, options: SteadyOptions, say: Say = () => undefined) {
    this.id = name as FrameworkId;
    this.options = options;
    this.say = say;
  }

  join(turn: MasterTurn): void {
    const { id } = this;
    const roles = [this.options.role];
    turn.subscribe({ id, name: id, roles, capabilities: ['ASKS'], failoverTimeout: seconds(60) });
    this.ask(turn);
  }

  hear(turn: MasterTurn, events: readonly FrameworkEvent[]): void {
    if (events.length === 0) return;
    for (const event of events) {
      if (event.kind === 'offers') for (const offer of event.offers) this.answer(turn, offer);
      else if (event.kind === 'status' && isTerminalTaskState(event.status.state)) {
        this.alive.delete(event.status.taskId);
      }
    }
    this.ask(turn);
  }

  private ask(turn: MasterTurn): void {
    const { role, needs, instances } = this.options;
    const count = instances - this.alive.size;
    const one = { id: 'instance', role, shape: quantitiesOf(needs), count };
    turn.call(this.id, { kind: 'ask', asks: [one] });
  }

  private answer(turn: MasterTurn, offer: Offer): void {
    const { needs, instances, runSeconds } = this.options;
    const count = roomFor(offer, needs, instances - this.alive.size);
    const info: Command = runSeconds === undefined ? {} : { runSeconds };
    const launches = Array.from({ length: count }, () => {
      this.started += 1;
      const taskId = `${this.id}.${this.started}` as TaskId;
      this.alive.add(taskId);
      return { taskId, name: this.id, resources: needs, info };
    });
    turn.call(this.id, { kind: 'accept', offerIds: [offer.id], launches });
    if (count > 0) this.say(this.id, `${count} on ${offer.hostname}`);
  }
}
