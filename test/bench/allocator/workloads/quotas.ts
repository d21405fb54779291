import { assert } from '@ekiden/kernel';
import {
  limits,
  quantities,
  type AllocatorEvent,
  type FrameworkCapability,
  type Quota,
} from '@ekiden/offers';
import { Meter, timed, type Measures, type Workload } from '../meter.js';
import { Rig } from '../rig.js';
import { agentFacts, bag, frameworkIds } from '../shapes.js';
import type { WorkloadSpec } from '../specs.js';

type Quotas = Extract<WorkloadSpec, { kind: 'quotas' }>;
type QuotaOrNot = Extract<WorkloadSpec, { kind: 'quotaOrNot' }>;

const AGENT = 'cpus:2;mem:2048;disk:2048';
const SMALL = { cpus: 1, mem: 1_024, disk: 1_024 };
const LARGE = { cpus: 4, mem: 4_096, disk: 4_096 };

const EMPTY_CYCLES = 5;

interface Tenant {
  readonly role: string;
  readonly frameworks: number;
  readonly quota?: Quota;
}

/** W5: agents, then frameworks and quotas while nothing is allocated, then two kinds of cycles. */
export function openQuotas({ small, large }: Quotas): Workload {
  const tenants = [
    ...tenantsOf(small, 'small', 1, quotaOf(SMALL)),
    ...tenantsOf(large, 'large', 1, quotaOf(LARGE)),
  ];
  const agents = small / 5 + 5 * large;
  return keeping((rig) => round(rig, agents, tenants, ['RESERVATION_REFINEMENT']));
}

/** W5b: two frameworks in every role. */
export function openQuotaOrNot({ roles, quota }: QuotaOrNot): Workload {
  const tenants = tenantsOf(roles, 'role', 2, quota ? quotaOf(LARGE) : undefined);
  return keeping((rig) => round(rig, 2 * roles, tenants, []));
}

/** A new allocator in every round; the last one stays, so that its memory can be told. */
function keeping(run: (rig: Rig) => Measures): Workload {
  let last: Rig | undefined;
  return {
    round(): Measures {
      last = new Rig({ mode: 'batch' });
      return run(last);
    },
  };
}

function round(
  rig: Rig,
  agents: number,
  tenants: readonly Tenant[],
  capabilities: readonly FrameworkCapability[],
): Measures {
  const registering = Array.from({ length: agents }, (_, at): AllocatorEvent => {
    return { kind: 'agentAdded', agent: agentFacts(at + 1, bag(AGENT)), active: true };
  });
  const subscribing = subscriptionsOf(tenants, capabilities);
  const promising = tenants.flatMap(({ role, quota }): readonly AllocatorEvent[] =>
    quota === undefined ? [] : [{ kind: 'quotaChanged', role, quota }],
  );
  rig.feed(registering, { allocate: true });
  const framework = timed(() => rig.feed(subscribing, { allocate: false }));
  const promise = timed(() => rig.feed(promising, { allocate: false }));
  rig.advance();
  const first = timed(() => rig.cycle());
  const empty = new Meter();
  for (let n = 0; n < EMPTY_CYCLES; n += 1) {
    rig.advance();
    const none = empty.time(() => rig.cycle());
    assert(none.length === 0, `${none.length} offers beyond all limits`);
  }
  return {
    times: {
      'first cycle': first.ms,
      'empty cycle': empty.medianMs,
      'add framework': (1_000 * framework.ms) / subscribing.length,
      'set quota': (1_000 * promise.ms) / Math.max(1, promising.length),
    },
    counts: { offers: first.value.length, queued: rig.look((turn) => turn.queued) },
  };
}

function subscriptionsOf(
  tenants: readonly Tenant[],
  capabilities: readonly FrameworkCapability[],
): readonly AllocatorEvent[] {
  const roles = tenants.flatMap(({ role, frameworks }) =>
    Array.from({ length: frameworks }, () => [role]),
  );
  const ids = frameworkIds(roles.length);
  return ids.map((frameworkId, index): AllocatorEvent => {
    const own = roles[index] ?? [];
    return { kind: 'frameworkAdded', frameworkId, roles: own, capabilities, active: true };
  });
}

function tenantsOf(
  count: number,
  prefix: string,
  frameworks: number,
  quota: Quota | undefined,
): readonly Tenant[] {
  return Array.from({ length: count }, (_, at) => {
    const tenant = { role: `${prefix}${at + 1}`, frameworks };
    return quota === undefined ? tenant : { ...tenant, quota };
  });
}

/** Promised and not to be exceeded, as everywhere in these workloads. */
function quotaOf(units: Readonly<Record<string, number>>): Quota {
  return { guarantees: quantities(units), limits: limits(units) };
}
