import type { Offer } from '@ekiden/offers';
import type { AppDefinition, AppWire } from '../../../apps/ekiden/src/core/app/index.js';
import { matchOffers, type Demand } from '../../../apps/ekiden/src/core/matching/index.js';
import type { Benchmark, Case, Sample } from '../benchmark.js';
import type { GoalKey } from '../goals.js';
import { appOf, offersOf, roundChance, waitingOf, zonesOf } from './cluster.js';
import { matchPlainly } from './plain-matcher.js';

const AGENTS = 5_000;
const AGENTS_QUICK = 200;

/** What the reference places in a round at most: it gets slower the more there are. */
const PLAIN_LAUNCHES = 9_000;

/** Apps that differ only in their constraints and ports, and how many instances each has. */
interface Load {
  readonly name: string;
  readonly apps: number;
  readonly instances: number;
  readonly wires: readonly AppWire[];
  /** What the reference places, if less than usual. */
  readonly plainly?: number;
  readonly goal?: GoalKey;
}

const NO_PORTS: AppWire = { portDefinitions: [] };
const UNIQUE = ['hostname', 'UNIQUE'];
const GROUP_BY = ['@zone', 'GROUP_BY', '3'];
const MAX_PER = ['@zone', 'MAX_PER', '100'];

const LOADS: readonly Load[] = [
  {
    name: 'no constraints, a port each',
    apps: 100,
    instances: 200,
    wires: [{}],
    goal: 'matchingPlain',
  },
  {
    name: 'no constraints, no ports, one app',
    apps: 1,
    instances: 50_000,
    wires: [NO_PORTS],
    goal: 'matchingPlain',
  },
  {
    name: 'apps with UNIQUE, with GROUP_BY, with MAX_PER',
    apps: 30,
    instances: 300,
    wires: [UNIQUE, GROUP_BY, MAX_PER].map((each) => ({ constraints: [each] })),
    goal: 'matchingConstrained',
  },
  {
    name: 'apps with all three',
    apps: 30,
    instances: 300,
    wires: [{ constraints: [UNIQUE, GROUP_BY, MAX_PER] }],
    goal: 'matchingConstrained',
  },
  {
    name: 'one instance on every agent (UNIQUE)',
    apps: 1,
    instances: AGENTS,
    wires: [{ constraints: [UNIQUE] }],
    plainly: 1_500,
  },
  {
    name: 'GROUP_BY without a number, SPREAD over racks',
    apps: 30,
    instances: 300,
    wires: [
      {
        constraints: [
          ['@zone', 'GROUP_BY'],
          ['rack', 'SPREAD'],
        ],
      },
    ],
  },
];

/** 2a, 2b: placements per second of CPU time, matching alone, against the obvious matcher. */
export const matching: Benchmark = {
  name: 'matching',
  about: `placements/s of matching alone, in process, ${AGENTS} agents in 3 zones`,
  goals: ['matchingPlain', 'matchingConstrained'],
  rounds: 7,
  prepare({ quick }) {
    const offers = offersOf(quick ? AGENTS_QUICK : AGENTS);
    const loads = quick ? LOADS.map((each) => ({ ...each, apps: 3, instances: 60 })) : LOADS;
    return Promise.resolve({
      cases: loads.map((load) => caseOf(load, offers)),
      dispose: () => Promise.resolve(),
    });
  },
};

function caseOf(load: Load, offers: readonly Offer[]): Case {
  const { name, apps, instances, wires, goal } = load;
  const demands = Array.from({ length: apps }, (_, i) =>
    demandOf(appOf(`app-${i}`, instances, wires[i % wires.length])),
  );
  const total = apps * instances;
  const config = `${name}: ${apps} x ${instances}`;
  const plainly = Math.min(load.plainly ?? PLAIN_LAUNCHES, total);
  return {
    name,
    reference: {
      about: `first fit, counted anew each time (${plainly} placements)`,
      run: () =>
        rate(() => matchPlainly(demands, offers, { chance: roundChance(), launchesMax: plainly })),
    },
    subject: {
      about: 'one pass of the service',
      run: () =>
        rate(() => {
          const bounds = { launchesMax: total, launchesPerOffer: total };
          const outcome = matchOffers(demands, offers, { chance: roundChance(), ...bounds });
          if (outcome.launches.length < total) {
            throw new Error(`${outcome.launches.length} of ${total} were placed`);
          }
          return outcome.launches.length;
        }),
    },
    rows: [{ measure: 'rate', config, unit: '/s', ...(goal === undefined ? {} : { goal }) }],
  };
}

function demandOf(app: AppDefinition): Demand {
  const surroundings = { placed: [], known: zonesOf };
  return {
    app,
    waiting: waitingOf(app),
    surroundings: () => surroundings,
    placedOn: () => 0,
  };
}

/** CPU time: on a machine that others use as well it varies far less than the time that passes. */
function rate(place: () => number): Promise<Sample> {
  const before = process.cpuUsage();
  const placed = place();
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  return Promise.resolve({ measures: { rate: placed / cpuSeconds }, cpuSeconds });
}
