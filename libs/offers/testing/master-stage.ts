import { assert, ChanceIdSource, millis, SeededChance, seconds } from '@ekiden/kernel';
import type { AgentId, Millis, TaskId, TaskState, TaskStatus } from '@ekiden/kernel';

import type { FrameworkCall, FrameworkEvent, FrameworkId, Offer } from '../src/framework/index.js';
import { createMaster, type Master, type MasterOptions } from '../src/master/index.js';
import type { AgentInfo, MasterEffect, MasterTurn } from '../src/master/index.js';
import { parseAttributes, parseResources, type Resources } from '../src/resources/index.js';

export const F = 'F' as FrameworkId;
export const A = 'A' as AgentId;
export const T = 'T' as TaskId;

export function bag(text: string): Resources {
  const read = parseResources(text);
  if (!read.ok) throw new Error(read.error.rule);
  return read.value;
}

export function agentInfo(
  id: string,
  total = 'cpus:4;mem:1024;ports:[31000-31009]',
  text = '',
): AgentInfo {
  const attributes = parseAttributes(text);
  if (!attributes.ok) throw new Error(attributes.error.rule);
  return {
    id: id as AgentId,
    hostname: `${id}.local`,
    attributes: attributes.value,
    total: bag(total),
  };
}

/** A master with one agent and one framework, driven turn by turn; each turn is checked. */
export class Stage {
  readonly master: Master;
  now: Millis = millis(1_000_000);
  epoch = 1;
  effects: readonly MasterEffect[] = [];
  private readonly chance = new SeededChance(11);
  private readonly ids = new ChanceIdSource(this.chance);

  constructor(options: MasterOptions = {}) {
    this.master = createMaster(options);
  }

  begin(): MasterTurn {
    const { now, epoch, chance, ids } = this;
    return this.master.begin({ now, epoch, chance, ids });
  }

  /** One whole turn: acts, allocates, checks, merges; returns what the framework is told. */
  turn(act: (turn: MasterTurn) => void, framework = F): readonly FrameworkEvent[] {
    const turn = this.begin();
    act(turn);
    turn.allocate(100);
    assert(turn.checkInvariants().length === 0, turn.checkInvariants().join('; '));
    const events = turn.takeEvents(framework);
    this.effects = turn.takeEffects();
    turn.merge();
    return events;
  }

  subscribe(id = F, roles: readonly string[] = ['*']): readonly FrameworkEvent[] {
    return this.turn((turn) => {
      const info = { id, name: id, roles, failoverTimeout: seconds(60) };
      assert(turn.subscribe(info).ok, `${id} may not subscribe`);
    }, id);
  }

  call(call: FrameworkCall, framework = F): readonly FrameworkEvent[] {
    return this.turn((turn) => {
      turn.call(framework, call);
    }, framework);
  }

  offer(events: readonly FrameworkEvent[]): Offer {
    const offers = events.flatMap((event) => (event.kind === 'offers' ? event.offers : []));
    const [first] = offers;
    if (first === undefined) throw new Error('no offer');
    return first;
  }

  /** Agent A and framework F, and a task T on it that has `cpus:1;mem:100`. */
  withTask(resources = 'cpus:1;mem:100'): readonly FrameworkEvent[] {
    this.turn((turn) => {
      turn.registerAgent(agentInfo('A'));
    });
    const offer = this.offer(this.subscribe());
    return this.launch([offer], ['T', resources]);
  }

  launch(
    offers: readonly Offer[],
    ...tasks: readonly (readonly [string, string])[]
  ): readonly FrameworkEvent[] {
    const launches = tasks.map(([id, text]) => ({
      taskId: id as TaskId,
      name: `task ${id}`,
      resources: bag(text),
      info: { command: 'true' },
    }));
    return this.call({ kind: 'accept', offerIds: offers.map((each) => each.id), launches });
  }

  status(state: TaskState, more: Partial<TaskStatus> = {}): readonly FrameworkEvent[] {
    const status: TaskStatus = {
      taskId: T,
      agentId: A,
      state,
      source: 'AGENT',
      at: this.now,
      ...more,
    };
    return this.turn((turn) => {
      this.outcome = turn.status(status);
    });
  }

  outcome: string | undefined;
}

export function states(events: readonly FrameworkEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === 'status' ? [event.status.state] : []));
}

export function kinds(events: readonly FrameworkEvent[]): readonly string[] {
  return events.map((event) => event.kind);
}
