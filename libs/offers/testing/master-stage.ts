import { assert, ChanceIdSource, millis, SeededChance, seconds } from '@ekiden/kernel';
import type { AgentId, Millis, TaskId, TaskState, TaskStatus } from '@ekiden/kernel';

import type {
  FrameworkCall,
  FrameworkEvent,
  FrameworkId,
  FrameworkInfo,
  Offer,
  OfferOperation,
  TaskLaunch,
} from '../src/framework/index.js';
import { createMaster, type Master, type MasterOptions } from '../src/master/index.js';
import type { AgentInfo, MasterEffect, MasterTurn } from '../src/master/index.js';
import { parseAttributes, quantities, reserve, type Resources } from '../src/resources/index.js';
import { bag } from './bag.js';

export const F = 'F' as FrameworkId;
export const G = 'G' as FrameworkId;
export const A = 'A' as AgentId;
export const B = 'B' as AgentId;
export const T = 'T' as TaskId;

/** The resources with a dynamic reservation for a role on top. */
export function reserved(text: string, role: string, principal?: string): Resources {
  const who = principal === undefined ? {} : { principal };
  const made = reserve(bag(text), { type: 'DYNAMIC', role, ...who });
  const converted = made.ok ? made.value[0]?.converted : undefined;
  if (converted === undefined) throw new Error('cannot be reserved');
  return converted;
}

/** A persistent volume of so much disk reserved for a role. */
export function volume(id: string, size: number, role: string, shared = false): Resources {
  return reserved(`disk:${size}`, role).map((object) => ({
    ...object,
    disk: {
      persistence: { id },
      volume: { containerPath: `/data/${id}`, mode: 'RW' as const },
    },
    ...(shared ? { shared: 1 } : {}),
  })) as readonly unknown[] as Resources;
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

export function ask(id: string, cpus: number, count: number, role = '*') {
  return { id, role, shape: quantities({ cpus }), count };
}

/** A launch of `T cpus:1;mem:100`. */
export function task(id: string, resources: string | Resources, priority?: number): TaskLaunch {
  return {
    taskId: id as TaskId,
    name: `task ${id}`,
    resources: typeof resources === 'string' ? bag(resources) : resources,
    info: { command: 'true' },
    ...(priority === undefined ? {} : { priority }),
  };
}

/** A master driven turn by turn; each turn is checked. */
export class Stage {
  readonly master: Master;
  now: Millis = millis(1_000_000);
  epoch = 1;
  effects: readonly MasterEffect[] = [];
  outcome: string | undefined;
  /** What every framework was told in the latest turn. */
  readonly heard = new Map<FrameworkId, readonly FrameworkEvent[]>();
  private readonly known = new Set<FrameworkId>([F]);
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
  turn(
    act: (turn: MasterTurn) => void = () => undefined,
    framework = F,
  ): readonly FrameworkEvent[] {
    const turn = this.begin();
    act(turn);
    turn.allocate(100);
    const breaches = turn.checkInvariants();
    assert(breaches.length === 0, breaches.join('; '));
    for (const id of this.known.add(framework)) this.heard.set(id, turn.takeEvents(id));
    this.effects = turn.takeEffects();
    turn.merge();
    return this.heard.get(framework) ?? [];
  }

  agent(id: string, total?: string, attributes?: string): readonly FrameworkEvent[] {
    return this.turn((turn) => {
      turn.registerAgent(agentInfo(id, total, attributes));
    });
  }

  subscribe(
    id = F,
    roles: readonly string[] = ['*'],
    more: Partial<FrameworkInfo> = {},
  ): readonly FrameworkEvent[] {
    return this.turn((turn) => {
      const info = { id, name: id, roles, failoverTimeout: seconds(60), ...more };
      assert(turn.subscribe(info).ok, `${id} may not subscribe`);
    }, id);
  }

  wait(time: number, framework = F): readonly FrameworkEvent[] {
    this.now = millis(this.now + seconds(time));
    return this.turn(undefined, framework);
  }

  call(call: FrameworkCall, framework = F): readonly FrameworkEvent[] {
    return this.turn((turn) => {
      turn.call(framework, call);
    }, framework);
  }

  /** Accepts with operations; nothing that is left over is filtered. */
  operate(
    offers: readonly Offer[],
    operations: readonly OfferOperation[],
    refuseSeconds = 0,
  ): readonly FrameworkEvent[] {
    const [first] = offers;
    const offerIds = offers.map((each) => each.id);
    const filters = { refuseSeconds };
    return this.call({ kind: 'accept', offerIds, operations, filters }, first?.frameworkId);
  }

  offer(events: readonly FrameworkEvent[]): Offer {
    const [first] = offersIn(events);
    if (first === undefined) throw new Error('no offer');
    return first;
  }

  /** Agent A and framework F, and a task T on it that has `cpus:1;mem:100`. */
  withTask(
    resources = 'cpus:1;mem:100',
    more: Partial<FrameworkInfo> = {},
  ): readonly FrameworkEvent[] {
    this.agent('A');
    const offer = this.offer(this.subscribe(F, ['*'], more));
    return this.launch([offer], ['T', resources]);
  }

  launch(
    offers: readonly Offer[],
    ...tasks: readonly (readonly [string, string])[]
  ): readonly FrameworkEvent[] {
    const launches = tasks.map(([id, text]) => task(id, text));
    const offerIds = offers.map((each) => each.id);
    return this.call({ kind: 'accept', offerIds, launches }, offers[0]?.frameworkId);
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
}

export function offersIn(events: readonly FrameworkEvent[]): readonly Offer[] {
  return events.flatMap((event) => (event.kind === 'offers' ? event.offers : []));
}

export function states(events: readonly FrameworkEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === 'status' ? [event.status.state] : []));
}

/** `RESERVE FINISHED`, `CREATE ERROR: why` */
export function operations(events: readonly FrameworkEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind !== 'operation') return [];
    const { operation, state, message } = event.status;
    return [`${operation} ${state}${message === undefined ? '' : `: ${message}`}`];
  });
}

export function kinds(events: readonly FrameworkEvent[]): readonly string[] {
  return events.map((event) => event.kind);
}
