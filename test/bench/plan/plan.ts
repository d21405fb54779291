import type { PathId } from '../../../apps/ekiden/src/core/app/index.js';
import { assignServicePorts } from '../../../apps/ekiden/src/core/app/service-ports.js';
import { removal, type ProposedChange } from '../../../apps/ekiden/src/core/commands/index.js';
import { treeOf } from '../../../apps/ekiden/src/core/group/index.js';
import { DEFAULT_SETTINGS } from '../../../apps/ekiden/src/core/turn/index.js';
import type { Benchmark, Case, RowPlan, Sample, Side } from '../benchmark.js';
import { appOf, chainedApps, changed, plan, podOf, rootOf } from './trees.js';

/** Plans of one round; the fastest half counts, as a plan is too short for a whole round. */
const TIMES = 9;

/** 5a, 5b, 5c, 5f: plans of large trees, by the functions the service uses, in process. */
export const planning: Benchmark = {
  name: 'plan',
  about: 'deployment plans of trees of up to 20,000 apps, in process',
  goals: [
    'planOne',
    'planAll',
    'planGrowth',
    'planPairs',
    'planEmptied',
    'rootBuilt',
    'servicePorts',
  ],
  rounds: 7,
  prepare({ quick }) {
    const scale = quick ? 0.1 : 1;
    return Promise.resolve({
      cases: [
        chains(10_000 * scale),
        pairs(Math.ceil(901 * scale)),
        emptied(Math.ceil(330 * scale)),
        built(20_000 * scale),
        ports(10_000 * scale),
      ],
      dispose: () => Promise.resolve(),
    });
  },
};

/** 5a and 5f. */
function chains(count: number): Case {
  const apps = chainedApps(count);
  const root = rootOf(apps);
  const tenths = Array.from({ length: 10 }, () => tenthOf(count));
  const everyOne = apps.map(changed);
  const middle = apps.slice(count / 2, count / 2 + 1).map(changed);
  const config = `${count} apps in chains of ten`;
  return {
    name: '5a 5f plan of a large tree',
    reference: stringified(apps),
    subject: side('checked and planned', () => {
      const all = timed(() => plan(root, everyOne));
      const tenthsInTurn = timed(() => tenths.map((tenth) => plan(tenth.root, tenth.everyOne)));
      return {
        one: timed(() => plan(root, middle)),
        all,
        time: all,
        growth: all / (tenthsInTurn / 10),
      };
    }),
    rows: [
      { measure: 'one', config: `${config}, one changed`, unit: 'ms', goal: 'planOne' },
      { measure: 'all', config: `${config}, all changed`, unit: 'ms', goal: 'planAll' },
      {
        measure: 'growth',
        config: `${count} apps over ${count / 10}`,
        unit: 'x',
        goal: 'planGrowth',
      },
    ],
  };
}

/**
 * Ten of these, with the plans kept, are as much for the collector and the caches of the processor
 * as the large one.
 */
function tenthOf(count: number): {
  readonly root: ReturnType<typeof rootOf>;
  readonly everyOne: readonly ProposedChange[];
} {
  const apps = chainedApps(count / 10);
  return { root: rootOf(apps), everyOne: apps.map(changed) };
}

/** The yardstick of 5a: the same definitions as text. */
function stringified(specs: readonly object[]): Side {
  return side('JSON.stringify of the tree', () => {
    const time = timed(() => JSON.stringify(specs));
    return { time, one: time, all: time };
  });
}

/** 5b: Marathon's flat group of as many apps as pods, one of each added. */
function pairs(count: number): Case {
  const specs = Array.from({ length: count }, (_, n) => [
    appOf(`/flat/app-${n}`),
    podOf(`/flat/pod-${n}`),
  ]).flat();
  const root = rootOf(specs);
  const added: readonly ProposedChange[] = [appOf('/flat/app-new'), podOf('/flat/pod-new')].map(
    (after) => ({ id: after.id, after }),
  );
  return {
    name: '5b a pair added',
    reference: stringified(specs),
    subject: side('checked and planned', () => ({ time: timed(() => plan(root, added)) })),
    rows: [row(`${count} apps and ${count} pods, one of each added`, 'planPairs')],
  };
}

/** 5b: one group of many is emptied. */
function emptied(count: number): Case {
  const apps = Array.from({ length: count }, (_, n) => appOf(`/super-${n % 10}/app-${n}`));
  const root = rootOf(apps);
  const gone = '/super-3' as PathId;
  return {
    name: '5b a group emptied',
    reference: stringified(apps),
    subject: side('checked and planned', () => ({
      time: timed(() => plan(root, removal(treeOf(root.draft), gone).changes)),
    })),
    rows: [row(`${count} apps in ten groups, one of them emptied`, 'planEmptied')],
  };
}

/** 5c */
function built(count: number): Case {
  const apps = chainedApps(count);
  return {
    name: '5c a root built',
    reference: stringified(apps),
    subject: side('made the root', () => ({ time: timed(() => rootOf(apps)) })),
    rows: [row(`${count} apps`, 'rootBuilt')],
  };
}

/** 5c */
function ports(count: number): Case {
  const wanted = Array.from({ length: count }, (_, n) => {
    const after = appOf(`/ports/app-${n}`, { portDefinitions: [{ port: 0 }] });
    return { id: after.id, after };
  });
  return {
    name: '5c service ports',
    reference: stringified(wanted),
    subject: side('a service port for each', () => ({
      time: timed(() => {
        const given = assignServicePorts(
          wanted,
          { has: () => false },
          DEFAULT_SETTINGS.servicePorts,
        );
        if (!given.ok) throw new Error(given.error.message);
      }),
    })),
    rows: [row(`${count} apps of one port`, 'servicePorts')],
  };
}

function row(config: string, goal: RowPlan['goal'] & string): RowPlan {
  return { measure: 'time', config, unit: 'ms', goal };
}

function side(about: string, measure: () => Readonly<Record<string, number>>): Side {
  return {
    about,
    run: (): Promise<Sample> => {
      const before = process.cpuUsage();
      const measures = measure();
      const { user, system } = process.cpuUsage(before);
      return Promise.resolve({ measures, cpuSeconds: (user + system) / 1e6 });
    },
  };
}

/** The middle of several, in ms. */
function timed(work: () => unknown): number {
  const times = Array.from({ length: TIMES }, () => {
    const begun = performance.now();
    work();
    return performance.now() - begun;
  }).sort((a, b) => a - b);
  return times[Math.floor(TIMES / 2)] ?? 0;
}
