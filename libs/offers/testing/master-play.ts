import { assert, ChanceIdSource, millis, SeededChance, seconds } from '@ekiden/kernel';
import type { AgentId, TaskId, TaskState } from '@ekiden/kernel';

import type {
  FrameworkCapability,
  FrameworkId,
  Offer,
  OfferOperation,
} from '../src/framework/index.js';
import { createMaster, type MasterTurn } from '../src/master/index.js';
import {
  addResources,
  isPersistentVolume,
  limits,
  quantities,
  toMilli,
  withoutPorts,
  type Resource,
  type Resources,
} from '../src/resources/index.js';
import { bag } from './bag.js';
import { reserved, task, volume } from './master-stage.js';

const STATES: readonly TaskState[] = [
  'TASK_STARTING',
  'TASK_RUNNING',
  'TASK_KILLING',
  'TASK_UNREACHABLE',
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
];
const TOTALS = [
  'cpus:4;mem:1024;disk:100;ports:[31000-31009]',
  'cpus:1;mem:64;disk:40',
  'cpus:2;cpus(eng):2;mem:512;disk(eng):60;ports:[31000-31001]',
];
const SIZES = ['cpus:0.5;mem:32', 'cpus:1;mem:64;ports:[31000-31000]', 'cpus(eng):1', 'cpus:9'];
const ROLES = [['*'], ['eng'], ['eng/web', 'ops']] as const;
const CAPABILITIES: readonly (readonly FrameworkCapability[])[] = [
  ['ASKS', 'PARTITION_AWARE'],
  ['SHARED_RESOURCES', 'RESERVATION_REFINEMENT'],
  ['SHARED_RESOURCES', 'RESERVATION_REFINEMENT', 'TASK_KILLING_STATE'],
];

/** One thing that happens in a turn, with two numbers to vary it; `drop`: it is not committed. */
export interface Step {
  readonly act: number;
  readonly a: number;
  readonly b: number;
  readonly drop: boolean;
}

type Act = (play: Play, turn: MasterTurn, a: number, b: number) => void;

/** Every command of the master, in a small world of three agents and three frameworks. */
export class Play {
  readonly master = createMaster({
    lease: seconds(20),
    askBackAfter: seconds(8),
    preemptionNotice: seconds(5),
  });
  now = 1_000_000;
  private readonly chance = new SeededChance(4);
  private readonly ids = new ChanceIdSource(this.chance);
  private names = 0;

  begin(): MasterTurn {
    const { chance, ids } = this;
    return this.master.begin({ now: millis(this.now), epoch: 1, chance, ids });
  }

  act(turn: MasterTurn, { act, a, b }: Step): void {
    ACTS[act % ACTS.length]?.(this, turn, a, b);
    this.now += 700 * (b + 1);
  }

  offer(n: number): Offer | undefined {
    const offers = [...this.master.state.offers.values()];
    return offers[n % Math.max(1, offers.length)];
  }

  name(): string {
    this.names += 1;
    return `T${this.names}`;
  }
}

/** How many different acts there are; the first two register agents and subscribe frameworks. */
export function actCount(): number {
  return ACTS.length;
}

export function frameworkOf(n: number): FrameworkId {
  return `F${n % 3}` as FrameworkId;
}

function agentOf(n: number): AgentId {
  return `A${n % 3}` as AgentId;
}

const ACTS: readonly Act[] = [
  register,
  subscribe,
  launch,
  launch,
  launch,
  operateOnOffer,
  operateOnOffer,
  operateOnOffer,
  launchGroup,
  decline,
  report,
  report,
  report,
  ask,
  ask,
  transact,
  (_play, turn, a) => {
    turn.agentUnreachable(agentOf(a), 'silence');
  },
  (_play, turn, a) => {
    turn.agentReachable(agentOf(a));
  },
  withhold,
  (_play, turn, _a, b) => {
    turn.disconnect(frameworkOf(b));
  },
  remove,
  want,
  tend,
  operateAsOperator,
  setRole,
  update,
  answer,
];

function register(_play: Play, turn: MasterTurn, a: number, b: number): void {
  const attributes = [{ name: 'rack', type: 'TEXT' as const, text: `r${b % 2}` }];
  const id = agentOf(a);
  turn.registerAgent({ id, hostname: id, attributes, total: bag(TOTALS[b % 3] ?? '') });
}

function subscribe(_play: Play, turn: MasterTurn, _a: number, b: number): void {
  const n = b % 3;
  const failoverTimeout = seconds(n === 0 ? 5 : 1_000);
  const roles = ROLES[n] ?? ['*'];
  const capabilities = CAPABILITIES[n] ?? [];
  turn.subscribe({ id: frameworkOf(n), name: 'F', roles, capabilities, failoverTimeout });
}

function launch(play: Play, turn: MasterTurn, a: number, b: number): void {
  const offer = play.offer(b);
  if (offer === undefined) return;
  const all = [...play.master.state.offers.values()].map(({ id }) => id);
  const offerIds = b === 7 ? all : [offer.id];
  const launches = [task(play.name(), SIZES[(a + b) % SIZES.length] ?? '', b % 3)];
  turn.call(offer.frameworkId, { kind: 'accept', offerIds, launches });
}

function launchGroup(play: Play, turn: MasterTurn, a: number, b: number): void {
  const offer = play.offer(b);
  if (offer === undefined) return;
  const tasks = Array.from({ length: a + 1 }, () => task(play.name(), 'cpus:0.5;mem:16'));
  const executor = { id: `executor ${b % 4}`, resources: bag('cpus:0.1') };
  const group: OfferOperation = { kind: 'LAUNCH_GROUP', tasks, ...(a === 0 ? {} : { executor }) };
  turn.call(offer.frameworkId, { kind: 'accept', offerIds: [offer.id], operations: [group] });
}

/** Something of what is offered is reserved, made a volume, resized, used or undone. */
function operateOnOffer(play: Play, turn: MasterTurn, a: number, b: number): void {
  const offer = play.offer(b);
  if (offer === undefined) return;
  const operations = [...undoing(offer, a), ...making(play, offer.role, a, b)];
  const filters = { refuseSeconds: b % 3 };
  turn.call(offer.frameworkId, { kind: 'accept', offerIds: [offer.id], operations, filters });
}

function making(play: Play, role: string, a: number, b: number): readonly OfferOperation[] {
  if (role === '*') return [];
  const name = `v${b % 2}`;
  const made = volume(name, 10, role, a === 1);
  const [first] = made;
  const [disk] = reserved('disk:5', role);
  assert(first !== undefined && disk !== undefined, 'a volume is an object');
  const uses = (): OfferOperation => ({
    kind: 'LAUNCH',
    tasks: [
      task(play.name(), made),
      task(play.name(), addResources(made, reserved('cpus:0.5', role))),
    ],
  });
  const steps: readonly OfferOperation[] = [
    { kind: 'RESERVE', resources: reserved('cpus:0.5;disk:15', role) },
    { kind: 'CREATE', volumes: made },
    a === 2 ? { kind: 'GROW_VOLUME', volume: first, addition: disk } : uses(),
  ];
  return b < 6 ? steps : [];
}

function undoing({ resources }: Offer, a: number): readonly OfferOperation[] {
  const volumes = keep(resources, isPersistentVolume);
  const dynamic = keep(resources, (object) => isDynamic(object) && !isPersistentVolume(object));
  const operations: OfferOperation[] = [];
  if (a === 0 && volumes.length > 0) operations.push({ kind: 'DESTROY', volumes });
  if (a < 2 && dynamic.length > 0) operations.push({ kind: 'UNRESERVE', resources: dynamic });
  const [first] = volumes;
  if (a === 2 && first !== undefined) {
    operations.push({ kind: 'SHRINK_VOLUME', volume: first, subtract: toMilli(3) });
  }
  return operations;
}

function decline(play: Play, turn: MasterTurn, a: number, b: number): void {
  const some = [...play.master.state.offers.values()].slice(0, b);
  for (const { id, frameworkId } of some) {
    const offerIds = [id];
    if (a === 0) turn.call(frameworkId, { kind: 'renew', offerIds });
    else turn.call(frameworkId, { kind: 'decline', offerIds, filters: { refuseSeconds: b } });
  }
}

function report(play: Play, turn: MasterTurn, a: number, b: number): void {
  const state = STATES[(a + b) % STATES.length] ?? 'TASK_RUNNING';
  for (const { id: taskId, agentId } of [...play.master.state.tasks.values()].slice(0, a + 1)) {
    turn.status({ taskId, agentId, state, source: 'AGENT', at: millis(play.now) });
  }
}

function ask(play: Play, turn: MasterTurn, a: number, b: number): void {
  const id = frameworkOf(b);
  const role = play.master.state.frameworks.get(id)?.info.roles[0] ?? '*';
  const shape = quantities({ cpus: b / 4 });
  const gang = a === 2 && b > 1 ? { gang: 2 } : {};
  const one = { id: 'a', role, shape, count: b, priority: a, ...gang };
  turn.call(id, { kind: 'ask', asks: b === 0 ? [] : [one] });
}

function transact(play: Play, turn: MasterTurn, a: number, b: number): void {
  const id = frameworkOf(b);
  const role = play.master.state.frameworks.get(id)?.info.roles[0] ?? '*';
  const agents = turn.snapshot()?.agents ?? [];
  const takings = agents.slice(0, a + 1).map(({ facts, version }) => ({
    agentId: facts.id,
    version: b === 7 ? version - 1 : version,
    launches: [task(play.name(), SIZES[b % SIZES.length] ?? '')],
  }));
  turn.call(id, { kind: 'transact', role, takings, mode: b % 2 === 0 ? 'all' : 'partial' });
}

/** Ports that none of our tasks has. */
function withhold(play: Play, turn: MasterTurn, a: number, b: number): void {
  const agentId = agentOf(a);
  const { tasks } = play.master.state;
  const ports = [31000, 31001 + b].filter((port) =>
    tasks.by('agent', agentId).every(({ resources }) => {
      return withoutPorts(resources, [port]) === resources;
    }),
  );
  turn.withholdPorts(agentId, ports, millis(play.now + 3_000));
}

function remove(_play: Play, turn: MasterTurn, a: number, b: number): void {
  if (b === 0) turn.removeAgent(agentOf(a), 'gone');
  else if (b === 1) turn.markAgentGone(agentOf(a), 'an operator says so');
  else if (b === 2 && a === 0) turn.call(frameworkOf(a), { kind: 'teardown' });
}

function want(_play: Play, turn: MasterTurn, a: number, b: number): void {
  const kind = (['suppress', 'unsuppress', 'revive', 'clearFilters'] as const)[b % 4] ?? 'revive';
  turn.call(frameworkOf(a), { kind });
}

function tend(play: Play, turn: MasterTurn, a: number, b: number): void {
  const id = agentOf(a);
  const start = millis(play.now + 2_000 * b);
  if (b === 0) turn.deactivateAgent(id);
  else if (b <= 3) turn.activateAgent(id);
  else if (b === 4) turn.drainAgent(id, { deadline: start });
  else if (b === 5) turn.setUnavailability(id);
  else turn.setUnavailability(id, { start });
}

function operateAsOperator(_play: Play, turn: MasterTurn, a: number, b: number): void {
  const agentId = agentOf(a);
  if (b < 4) {
    turn.operate(agentId, { kind: 'RESERVE', resources: reserved('cpus:0.5', 'eng') });
    return;
  }
  const total = turn.agent(agentId)?.total ?? bag('');
  const volumes = keep(total, isPersistentVolume);
  if (b < 6) turn.operate(agentId, { kind: 'DESTROY', volumes });
  else turn.operate(agentId, { kind: 'UNRESERVE', resources: keep(total, isDynamic) });
}

function setRole(_play: Play, turn: MasterTurn, a: number, b: number): void {
  const role = ['eng', 'eng/web', 'ops'][a] ?? 'eng';
  const quota = { guarantees: quantities({ cpus: b / 4 }), limits: limits({ cpus: b + 1 }) };
  if (b === 0) turn.setRole(role, { quota: null, weight: 1 });
  else turn.setRole(role, { quota, weight: b, force: b % 2 === 0 });
}

function update(_play: Play, turn: MasterTurn, a: number, b: number): void {
  const roles = ROLES[(a + b) % 3] ?? ['*'];
  const capabilities = CAPABILITIES[b % 3] ?? [];
  turn.call(frameworkOf(a), { kind: 'updateFramework', update: { roles, capabilities } });
}

function answer(_play: Play, turn: MasterTurn, a: number, b: number): void {
  const kind = b < 4 ? 'acceptInverse' : 'declineInverse';
  turn.call(frameworkOf(b), { kind, agentId: agentOf(a), filters: { refuseSeconds: b } });
  turn.call(frameworkOf(b), { kind: 'kill', taskId: `T${b}` as TaskId });
}

function isDynamic(object: Resource): boolean {
  return object.reservations?.at(-1)?.type === 'DYNAMIC';
}

function keep(resources: Resources, predicate: (object: Resource) => boolean): Resources {
  return resources.filter(predicate) as readonly unknown[] as Resources;
}
