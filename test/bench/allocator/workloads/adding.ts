import type { AllocatorEvent } from '@ekiden/offers';
import { timed, type Measures, type Workload } from '../meter.js';
import { Rig } from '../rig.js';
import { agentFacts, bag, frameworkIds, userOf } from '../shapes.js';
import type { WorkloadSpec } from '../specs.js';

type Adding = Extract<WorkloadSpec, { kind: 'adding' }>;

const TOTAL = 'cpus:2;mem:1024;disk:4096;ports:[31000-32000]';
const MORE = `${TOTAL};cpus{REV}:10`;
const USED = 'cpus:1;mem:128;disk:1024;ports:[31126-31510,31512-31623,31810-31852,31854-31964]';

/** Passes before the first that is timed: until the code is compiled. */
const WARM_UPS = 10;

/**
 * A pass and the cluster it made, which is kept until the next one stands: while nothing of a kind
 * is alive, V8 drops the shapes that its compiled code relies on and the code with them, which a
 * master with agents never sees.
 */
interface Passed {
  readonly rig: Rig;
  readonly measures: Measures;
}

/** W2: a cluster comes up, and its agents tell of revocable resources. Every round anew. */
export function openAdding(spec: Adding): Workload {
  const pass = spec.first === 'frameworks' ? frameworksFirst : agentsFirst;
  let kept = pass(spec);
  for (let n = 1; n < WARM_UPS; n += 1) kept = pass(spec);
  return {
    round: () => {
      kept = pass(spec);
      return kept.measures;
    },
  };
}

function frameworksFirst({ agents, frameworks }: Adding): Passed {
  const rig = new Rig({ mode: 'batch' });
  const subscribing = frameworkIds(frameworks).map(subscription);
  const registering = numbers(agents).map((index): AllocatorEvent => {
    const holding = { frameworkId: userOf(index, frameworks), role: '*', resources: bag(USED) };
    const agent = agentFacts(index, bag(TOTAL));
    return { kind: 'agentAdded', agent, active: true, used: [holding] };
  });
  const updating = numbers(agents).map((index): AllocatorEvent => {
    return { kind: 'agentChanged', agent: agentFacts(index, bag(MORE)) };
  });
  const framework = timed(() => rig.feed(subscribing, { allocate: true }));
  const agent = timed(() => rig.feed(registering, { allocate: true }));
  const update = timed(() => rig.feed(updating, { allocate: true }));
  return {
    rig,
    measures: {
      times: {
        'add framework': (1_000 * framework.ms) / frameworks,
        'add agent': (1_000 * agent.ms) / agents,
        'update agent': (1_000 * update.ms) / agents,
      },
      counts: { offers: agent.value.length, 'offers of updates': update.value.length },
    },
  };
}

/** The first framework is offered everything; adding the others is what is timed, one per turn. */
function agentsFirst({ agents, frameworks }: Adding): Passed {
  const rig = new Rig({ mode: 'batch' });
  const registering = numbers(agents).map((index): AllocatorEvent => {
    return { kind: 'agentAdded', agent: agentFacts(index, bag(TOTAL)), active: true };
  });
  const [first, ...others] = frameworkIds(frameworks + 1).map(subscription);
  const agent = timed(() => rig.feed(registering, { allocate: true }));
  const all = timed(() => rig.turn(first));
  const framework = timed(() => {
    for (const event of others) rig.turn(event);
  });
  return {
    rig,
    measures: {
      times: {
        'add agent': (1_000 * agent.ms) / agents,
        'add first framework': all.ms,
        'add framework': (1_000 * framework.ms) / frameworks,
      },
      counts: { offers: all.value.length },
    },
  };
}

function subscription(frameworkId: ReturnType<typeof frameworkIds>[number]): AllocatorEvent {
  const capabilities = ['REVOCABLE_RESOURCES'] as const;
  return { kind: 'frameworkAdded', frameworkId, roles: ['*'], capabilities, active: true };
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
