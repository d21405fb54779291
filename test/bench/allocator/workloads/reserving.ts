import { present } from '@ekiden/kernel';
import type { AllocatorEvent, Resources } from '@ekiden/offers';
import { timed, type Measures, type Workload } from '../meter.js';
import { Rig } from '../rig.js';
import { agentFacts, bagOfJson, frameworkIds, scalarJson } from '../shapes.js';
import type { WorkloadSpec } from '../specs.js';

type Reserving = Extract<WorkloadSpec, { kind: 'reserving' }>;

const OPERATIONS = 20;

/** What every role has reserved; and once more, what is reserved and given up again. */
const EACH = { cpus: 1, gpus: 1, mem: 128, disk: 256 };

/** W12: one agent full of reservations with labels, and operations of one framework on it. */
export function openReserving({ roles }: Reserving): Workload {
  const rig = new Rig({ mode: 'batch' });
  const holders = frameworkIds(roles).map((id, at) => ({ id, role: `role${at + 1}` }));
  const first = present(holders[0], 'a holder');
  const free = bagOfJson(quad([]));
  const total = bagOfJson([...holders.flatMap(({ role }) => reserved(role, 'kept')), ...quad([])]);
  const used = holders.map(({ id, role }) => {
    const own = id === first.id ? [...reserved(role, 'kept'), ...quad([])] : reserved(role, 'kept');
    return { frameworkId: id, role, resources: bagOfJson(own) };
  });
  const subscribing = holders.map(({ id, role }): AllocatorEvent => {
    return { kind: 'frameworkAdded', frameworkId: id, roles: [role], active: true };
  });
  const agent = agentFacts(1, total);
  rig.feed(subscribing, { allocate: false });
  rig.feed([{ kind: 'agentAdded', agent, active: true, used }], { allocate: true });
  const taken = bagOfJson(reserved(first.role, 'comes and goes'));
  const conversion = (consumed: Resources, converted: Resources): AllocatorEvent => {
    const owner = { frameworkId: first.id, role: first.role, agentId: agent.id };
    return { kind: 'converted', ...owner, conversions: [{ consumed, converted }] };
  };
  const reserve = conversion(free, taken);
  const unreserve = conversion(taken, free);
  return { round: () => round(rig, reserve, unreserve, total.length) };
}

function round(
  rig: Rig,
  reserve: AllocatorEvent,
  unreserve: AllocatorEvent,
  objects: number,
): Measures {
  const times = { reserve: 0, unreserve: 0 };
  for (let n = 0; n < OPERATIONS; n += 1) {
    times.reserve += timed(() => rig.turn(reserve)).ms / OPERATIONS;
    times.unreserve += timed(() => rig.turn(unreserve)).ms / OPERATIONS;
  }
  return { times, counts: { objects } };
}

function reserved(role: string, label: string): readonly object[] {
  const labels = [{ key: 'label', value: label }];
  return quad([{ type: 'DYNAMIC', role, principal: `principal-${role}`, labels: { labels } }]);
}

function quad(reservations: readonly object[]): readonly object[] {
  return Object.entries(EACH).map(([name, value]) => scalarJson(name, value, reservations));
}
