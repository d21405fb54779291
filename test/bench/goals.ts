import { atLeast, atMost, type Bound } from './bounds.js';

/** All bounds of a bar or an aim hold, or it is missed. */
export interface Goal {
  /** As the list of goals numbers it. */
  readonly number: string;
  readonly about: string;
  /** Must hold for a release. */
  readonly bar: readonly Bound[];
  /** What to boast about. */
  readonly aim: readonly Bound[];
}

/**
 * Every bar and aim that a benchmark is held against; times in seconds, rates per second. Those of
 * the allocator are C++-equivalent CPU time, and say their unit.
 */
export const GOALS = {
  allocatorCycle10k: {
    number: '1a',
    about: 'cycle of 10,000 agents x 1,000 frameworks, ms',
    bar: [atMost('value', 50)],
    aim: [atMost('value', 20)],
  },
  allocatorCycle50k: {
    number: '1b',
    about: 'cycle of 50,000 agents x 1,000 frameworks, ms',
    bar: [atMost('value', 300)],
    aim: [atMost('value', 120)],
  },
  allocatorFiltered: {
    number: '1c',
    about: 'cycle of 1,000 agents x 200 frameworks, every pair filtered, ms',
    bar: [atMost('value', 10)],
    aim: [atMost('value', 1)],
  },
  allocatorIdle: {
    number: '1c',
    about: 'idle turn in incremental mode, ms',
    bar: [atMost('value', 1)],
    aim: [atMost('value', 1)],
  },
  allocatorQuotaFirst: {
    number: '1d',
    about: '3,000 agents x 3,000 roles with quota: first cycle, ms',
    bar: [atMost('value', 400)],
    aim: [atMost('value', 150)],
  },
  allocatorQuotaEmpty: {
    number: '1d',
    about: 'the same: empty cycle, ms',
    bar: [atMost('value', 20)],
    aim: [atMost('value', 2)],
  },
  allocatorQuotaMemory: {
    number: '1d',
    about: 'the same: memory, MB',
    bar: [atMost('value', 500)],
    aim: [atMost('value', 500)],
  },
  allocatorGrowth: {
    number: '1e',
    about: 'cycle of 50,000 agents over cycle of 10,000',
    bar: [atMost('value', 6.5)],
    aim: [atMost('value', 5.5)],
  },
  allocatorFreed: {
    number: '1f',
    about: 'one freed agent of 50,000 until its offer, ms',
    bar: [atMost('value', 1)],
    aim: [atMost('value', 0.1)],
  },
  allocatorDecline: {
    number: '1g',
    about: 'decline, us per offer',
    bar: [atMost('value', 6)],
    aim: [atMost('value', 2)],
  },
  allocatorAddAgent: {
    number: '1h',
    about: 'add an agent with used resources, us',
    bar: [atMost('value', 9)],
    aim: [atMost('value', 9)],
  },
  allocatorAddFramework: {
    number: '1h',
    about: 'add a framework with 10,000 agents present, us',
    bar: [atMost('value', 50)],
    aim: [atMost('value', 50)],
  },
  allocatorShared: {
    number: '1i',
    about: 'cycle of 10,000 agents with shared volumes x 1,000 frameworks, ms',
    bar: [atMost('value', 150)],
    aim: [atMost('value', 150)],
  },
  allocatorFragmented: {
    number: '1j',
    about: 'cycle of 5,000 agents with 399 free port ranges, ms',
    bar: [atMost('value', 130)],
    aim: [atMost('value', 130)],
  },
  allocatorTwoLoads: {
    number: '1k',
    about: '19,500 tasks of two kinds of load on one pool, s in all',
    bar: [atMost('value', 2)],
    aim: [atMost('value', 0.5)],
  },
  allocatorTwoLoadsTasks: {
    number: '1k',
    about: 'the same: tasks that are placed',
    bar: [atLeast('value', 19_500)],
    aim: [atLeast('value', 19_500)],
  },
  startMany: {
    number: '3a',
    about: 'containers started per second, against the raw engine at its best concurrency',
    bar: [atLeast('ratio', 0.9)],
    aim: [atLeast('ratio', 1)],
  },
  startCpu: {
    number: '3b',
    about: 'CPU of the service and its database per container started, ms',
    bar: [atMost('value', 20)],
    aim: [atMost('value', 8)],
  },
  startOne: {
    number: '3c',
    about: 'one container: POST until TASK_RUNNING, against create and start',
    bar: [atMost('ratio', 1.7)],
    aim: [atMost('ratio', 1.2)],
  },
  matchingPlain: {
    number: '2a',
    about: 'placements/s of CPU time, matching only, 5,000 agents, no constraints',
    bar: [atLeast('value', 30_000)],
    aim: [atLeast('value', 100_000)],
  },
  matchingConstrained: {
    number: '2b',
    about: 'the same with UNIQUE, GROUP_BY and MAX_PER on 3 zones',
    bar: [atLeast('value', 5_000)],
    aim: [atLeast('value', 20_000)],
  },
  durablePlacements: {
    number: '2c',
    about: 'durable placements, against the same SQL run raw',
    bar: [atLeast('ratio', 0.25), atLeast('value', 4_000)],
    aim: [atLeast('ratio', 0.25), atLeast('value', 10_000)],
  },
  rollStartFirst: {
    number: '4a',
    about: 'rolling update in a window of 10, start-first, against Docker Swarm',
    bar: [atMost('ratio', 1)],
    aim: [atMost('ratio', 0.9)],
  },
  rollRawWindow: {
    number: '4a',
    about: "the same, against the engine's requests in such a window",
    bar: [atMost('ratio', 1.1)],
    aim: [atMost('ratio', 1.1)],
  },
  rollStopFirst: {
    number: '4b',
    about: 'rolling update in a window of 10, stop-first, against Docker Swarm',
    bar: [atMost('ratio', 0.85)],
    aim: [atMost('ratio', 0.72)],
  },
  rollOneStarted: {
    number: '4c',
    about: 'rolling update one by one, start-first, against Docker Swarm',
    bar: [atMost('ratio', 0.8)],
    aim: [atMost('ratio', 0.65)],
  },
  rollOneStopped: {
    number: '4c',
    about: 'rolling update one by one, stop-first, against Docker Swarm',
    bar: [atMost('ratio', 0.35)],
    aim: [atMost('ratio', 0.25)],
  },
  rollChecked: {
    number: '4d',
    about: 'the update of 4a with health and readiness checks under load, against 4a',
    bar: [atMost('ratio', 1.3)],
    aim: [atMost('ratio', 1.3)],
  },
  rollLost: {
    number: '4d',
    about: 'the same: requests lost through the service port',
    bar: [atMost('value', 0)],
    aim: [atMost('value', 0)],
  },
  undoSeen: {
    number: 'undo',
    about: 'undo of a group that was switched: first answer of the old version, last of the new',
    bar: [atMost('value', 1)],
    aim: [atMost('value', 0.2)],
  },
  undoLost: {
    number: 'undo',
    about: 'the same: answers lost, or of two versions',
    bar: [atMost('value', 0)],
    aim: [atMost('value', 0)],
  },
  planOne: {
    number: '5a',
    about: 'deployment plan of 10,000 apps, one changed, ms',
    bar: [atMost('value', 10), atMost('ratio', 0.2)],
    aim: [atMost('value', 4), atMost('ratio', 0.2)],
  },
  planAll: {
    number: '5a',
    about: 'deployment plan of 10,000 apps, all changed, ms',
    bar: [atMost('value', 100), atMost('ratio', 2)],
    aim: [atMost('value', 40), atMost('ratio', 2)],
  },
  planGrowth: {
    number: '5f',
    about: 'plan of 10,000 changed apps over plan of 1,000',
    bar: [atMost('value', 12)],
    aim: [atMost('value', 10)],
  },
  planPairs: {
    number: '5b',
    about: '901 apps and 901 pods, one of each added, ms',
    bar: [atMost('value', 2)],
    aim: [atMost('value', 0.5)],
  },
  planEmptied: {
    number: '5b',
    about: '330 apps, one group emptied, ms',
    bar: [atMost('value', 2)],
    aim: [atMost('value', 0.5)],
  },
  rootBuilt: {
    number: '5c',
    about: 'root of 20,000 apps built, ms',
    bar: [atMost('value', 230)],
    aim: [atMost('value', 60)],
  },
  servicePorts: {
    number: '5c',
    about: 'service ports of 10,000 apps, ms',
    bar: [atMost('value', 5)],
    aim: [atMost('value', 2)],
  },
  manyApps: {
    number: '2d',
    about: '10,000 apps of one instance in one request until all run and are committed',
    bar: [atMost('value', 120)],
    aim: [atMost('value', 30)],
  },
  groupLarge: {
    number: '5d',
    about: 'group of about 100,000 apps on five levels: checked, normalised, converted',
    bar: [atMost('value', 2)],
    aim: [atMost('value', 0.8)],
  },
  groupLargeSlice: {
    number: '5d',
    about: 'the same: longest slice, ms',
    bar: [atMost('value', 50)],
    aim: [atMost('value', 50)],
  },
  groupPut: {
    number: '5e',
    about: 'PUT of a group of 2,000 apps until it is committed and answered',
    bar: [atMost('value', 1)],
    aim: [atMost('value', 0.4)],
  },
  groupPutSlice: {
    number: '5e',
    about: 'the same: longest round of the event loop, ms',
    bar: [atMost('value', 50)],
    aim: [atMost('value', 50)],
  },
  apiOneRate: {
    number: '6a',
    about: 'GET of one app, against a trivial endpoint of Nest on Fastify',
    bar: [atLeast('ratio', 0.5)],
    aim: [atLeast('ratio', 0.7)],
  },
  apiOneLatency: {
    number: '6a',
    about: 'the same: p99',
    bar: [atMost('ratio', 3)],
    aim: [atMost('ratio', 3)],
  },
  apiListRate: {
    number: '6b',
    about: 'GET of a list of 1,000 apps per second',
    bar: [atLeast('value', 370)],
    aim: [atLeast('value', 1_000)],
  },
  apiAllLatency: {
    number: '6c',
    about: 'GET of 10,000 apps by four clients: p99, ms',
    bar: [atMost('value', 250)],
    aim: [atMost('value', 120)],
  },
  apiUnchanged: {
    number: '6c',
    about: 'the same with If-None-Match: p99, ms',
    bar: [atMost('value', 5)],
    aim: [atMost('value', 5)],
  },
  apiFirstByte: {
    number: '6d',
    about: 'GET of 100,000 tasks: first byte, ms',
    bar: [atMost('value', 50)],
    aim: [atMost('value', 50)],
  },
  apiSlice: {
    number: '6d',
    about: 'the same: a round of the event loop meanwhile, p99, ms',
    bar: [atMost('value', 20)],
    aim: [atMost('value', 20)],
  },
  apiLists: {
    number: 'lists',
    about: 'every list made anew, 1,000 apps and 100 pods waiting: longest round of the loop, ms',
    bar: [atMost('value', 20)],
    aim: [atMost('value', 20)],
  },
  apiBusyReads: {
    number: '6e',
    about: 'small GETs while lists are read and 1,000 instances deployed: p99, ms',
    bar: [atMost('value', 50)],
    aim: [atMost('value', 20)],
  },
  apiBusyWrites: {
    number: '6e',
    about: 'POST of small apps meanwhile: p99, ms',
    bar: [atMost('value', 250)],
    aim: [atMost('value', 100)],
  },
  apiEventLag: {
    number: '6f',
    about: '100 subscribers, 1,000 events/s: lag of the last, p99, ms',
    bar: [atMost('value', 250)],
    aim: [atMost('value', 50)],
  },
  apiEventsMissing: {
    number: '6f',
    about: 'the same: events that some subscriber did not get',
    bar: [atMost('value', 0)],
    aim: [atMost('value', 0)],
  },
  bootEmpty: {
    number: '9a',
    about: 'spawn to first 200 of /v2/info, against a trivial Nest-Fastify server',
    bar: [atMost('ratio', 2)],
    aim: [atMost('ratio', 1.3)],
  },
  bootFirstRun: {
    number: '9c',
    about: 'all-in-one with embedded Postgres, first run: spawn to leading',
    bar: [atMost('value', 5)],
    aim: [atMost('value', 2.5)],
  },
  bootLaterRuns: {
    number: '9c',
    about: 'all-in-one with embedded Postgres, later runs: spawn to leading',
    bar: [atMost('value', 3)],
    aim: [atMost('value', 1.5)],
  },
  healthLateness: {
    number: '10a',
    about: '10,000 HTTP checks every 10 s from one process: sent so much after their time, p99, ms',
    bar: [atMost('value', 250)],
    aim: [atMost('value', 25)],
  },
} as const satisfies Readonly<Record<string, Goal>>;

export type GoalKey = keyof typeof GOALS;
