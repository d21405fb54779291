import type { Chance } from '@ekiden/kernel';

import type { ReplayEvent } from '../replay/index.js';
import type { Line } from './scenario.js';

const AGENTS = ['A1', 'A2', 'A3', 'A4'];
const FRAMEWORKS = ['F1', 'F2', 'F3', 'F4'];
const ROLES = ['a', 'a/b', 'a/c', 'd', '*'];
const TOTALS = [
  'cpus:4;mem:4096;ports:[31000-31009]',
  'cpus:8;mem:1024;disk(a):100;cpus(a/b):2',
  'cpus:2;mem:2048;cpus{REV}:2;disk:50',
  'cpus(d):2;mem(d):512;cpus:1;mem:256',
];
const PARTS = ['cpus:1;mem:100', 'cpus:0.5', 'mem:256', 'ports:[31000-31001]', 'cpus(a/b):1'];
const QUOTAS = [
  { guarantees: 'cpus:2;mem:512', limits: 'cpus:4;mem:2048' },
  { limits: 'cpus:3' },
  { guarantees: 'mem:1024' },
  {},
];
const VOLUMES = ['disk(a)[v1:p:rw]:10', 'disk(a)[v2:p:rw]<SHARED>:10'];
const CAPABILITIES = ['REVOCABLE_RESOURCES', 'SHARED_RESOURCES', 'RESERVATION_REFINEMENT', 'ASKS'];
const REFUSALS = [0, 0.5, 2, 7, 100, null];
const DEMANDS = ['suppress', 'unsuppress', 'revive', 'clearFilters'];
const SWITCHES = ['deactivateAgent', 'activateAgent', 'activateAgent', 'removeAgent'];
const CONNECTIONS = [
  'deactivateFramework',
  'activateFramework',
  'activateFramework',
  'removeFramework',
];

/**
 * A history of commands as they come, on few agents and frameworks, so that many of them meet.
 * Told what was decided, it goes on with that: offers are accepted and declined, tasks end. Some
 * commands are refused. The same chance and the same decisions give the same history.
 */
export class RandomCommands {
  private readonly chance: Chance;
  private readonly first: Line[];
  private offers: Line[] = [];
  private used: Line[] = [];

  constructor(chance: Chance) {
    this.chance = chance;
    this.first = [
      ...AGENTS.map((id) => addAgent(id, chance)),
      ...FRAMEWORKS.map((id) => addFramework(id, chance)),
    ];
  }

  next(): Line {
    const { chance } = this;
    const begin = this.first.shift();
    if (begin !== undefined) return begin;
    switch (chance.int(6)) {
      case 0:
        return { op: 'advance', seconds: of(chance, [0.3, 1, 1, 3, 10]) };
      case 1:
        return this.accept();
      case 2:
        return this.decline();
      case 3:
        return {
          op: 'recover',
          ...(take(chance, this.used) ?? { ...holder(chance), resources: 'cpus:1' }),
        };
      default:
        return of(chance, MAKERS)(chance);
    }
  }

  /** Offers that were rescinded since are declined in vain; that happens. */
  saw(events: readonly ReplayEvent[]): void {
    for (const event of events) {
      if (event.event !== 'offer') continue;
      const { framework, role, agent, resources } = event;
      this.offers.push({ framework, role, agent, resources });
    }
    this.offers = this.offers.slice(-KEPT);
    this.used = this.used.slice(-KEPT);
  }

  private accept(): Line {
    const { chance } = this;
    const offer = take(chance, this.offers);
    if (offer === undefined) return { op: 'advance', seconds: 1 };
    const part = { ...offer, resources: of(chance, String(offer['resources']).split(';')) };
    this.used.push(part);
    return { op: 'accept', ...part, refuseSeconds: of(chance, REFUSALS) };
  }

  private decline(): Line {
    const { chance } = this;
    const refuseSeconds = of(chance, REFUSALS);
    const offer = take(chance, this.offers);
    if (offer === undefined || chance.int(4) === 0) {
      return { op: 'decline', ...pair(chance), refuseSeconds };
    }
    const resources = of(chance, String(offer['resources']).split(';'));
    if (chance.int(2) === 0) return { op: 'decline', ...offer, refuseSeconds };
    return { op: 'decline', ...offer, resources, refuseSeconds, reason: 'too small' };
  }
}

/** So many offers and used parts are remembered. */
const KEPT = 8;

type Maker = (chance: Chance) => Line;

const MAKERS: readonly Maker[] = [
  (chance) => addAgent(of(chance, AGENTS), chance),
  (chance) => addFramework(of(chance, FRAMEWORKS), chance),
  (chance) => ({ op: of(chance, SWITCHES), id: of(chance, AGENTS) }),
  (chance) => ({ op: of(chance, CONNECTIONS), id: of(chance, FRAMEWORKS) }),
  (chance) => ({ op: of(chance, DEMANDS), framework: of(chance, FRAMEWORKS) }),
  (chance) => ({ op: 'updateAgent', id: of(chance, AGENTS), resources: of(chance, TOTALS) }),
  (chance) => ({ op: 'updateAgent', id: of(chance, AGENTS), attributes: of(chance, ['a:b', '']) }),
  (chance) => ({ op: 'updateFramework', id: of(chance, FRAMEWORKS), roles: roles(chance) }),
  (chance) => ({
    op: 'operate',
    ...holder(chance),
    operation: of(chance, ['RESERVE', 'UNRESERVE']),
    resources: of(chance, ['cpus(a):1', 'mem(d):64', 'cpus:1']),
  }),
  (chance) => ({
    op: 'operate',
    agent: of(chance, AGENTS),
    operation: of(chance, ['CREATE', 'DESTROY']),
    resources: of(chance, VOLUMES),
  }),
  (chance) => ({
    op: 'operate',
    ...holder(chance),
    operation: of(chance, ['CREATE', 'DESTROY']),
    resources: of(chance, VOLUMES),
  }),
  (chance) => ({
    op: 'setQuota',
    role: of(chance, ROLES),
    ...of<Line>(chance, QUOTAS),
    force: of(chance, [true, true, false]),
  }),
  (chance) => ({ op: 'setWeight', role: of(chance, ROLES), weight: of(chance, [0.5, 1, 2, 3]) }),
  (chance) => ({
    op: 'setUnavailability',
    id: of(chance, AGENTS),
    unavailability: of(chance, [null, { startSeconds: 100 }, { startSeconds: 50 }]),
  }),
  (chance) => ({
    op: 'answerInverse',
    ...pair(chance),
    answer: of(chance, ['ACCEPT', 'DECLINE']),
    refuseSeconds: of(chance, REFUSALS),
  }),
  (chance) => ({
    op: 'ask',
    framework: of(chance, FRAMEWORKS),
    role: of(chance, ROLES),
    asks: of(chance, [[], [{ id: 'x', resources: of(chance, PARTS), count: 2 }]]),
  }),
  (chance) => ({
    op: 'letIn',
    ...of<Line>(chance, [{}, {}, { hostnames: ['A1', 'A2', 'A3'] }]),
  }),
  () => ({ op: 'recoverQuota', expectedAgents: 2, quotas: { d: { guarantees: 'cpus:1' } } }),
];

function addAgent(id: string, chance: Chance): Line {
  return { op: 'addAgent', id, hostname: id, resources: of(chance, TOTALS) };
}

function addFramework(id: string, chance: Chance): Line {
  const capabilities = CAPABILITIES.filter(() => chance.int(3) === 0);
  return { op: 'addFramework', id, roles: roles(chance), capabilities };
}

function roles(chance: Chance): readonly string[] {
  const some = ROLES.filter(() => chance.int(3) === 0);
  return some.length > 0 ? some : [of(chance, ROLES)];
}

function pair(chance: Chance): Line {
  return { framework: of(chance, FRAMEWORKS), agent: of(chance, AGENTS) };
}

function holder(chance: Chance): Line {
  return { ...pair(chance), role: of(chance, ROLES) };
}

function take(chance: Chance, lines: Line[]): Line | undefined {
  return lines.length === 0 ? undefined : lines.splice(chance.int(lines.length), 1)[0];
}

function of<T>(chance: Chance, items: readonly T[]): T {
  const item = items[chance.int(items.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
}
