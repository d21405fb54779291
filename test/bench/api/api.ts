import { machineClock, testDatabases } from '../../../libs/store/testing/index.js';
import type { Benchmark } from '../benchmark.js';
import { builtService } from '../service/index.js';
import { bigState } from './big-state.js';
import { busyCases } from './busy-cases.js';
import { groupCases } from './group-cases.js';
import { listCases } from './list-cases.js';
import { readCases } from './read-cases.js';
import { Stage } from './stage.js';
import { storeState } from './store-state.js';

const FULL = { apps: 10_000, instancesPerApp: 10, agents: 5_000 } as const;
const SMALL = { apps: 1_000, instancesPerApp: 10, agents: 500 } as const;

/** 6a to 6f, and 5e: the API of a service with a large state, put into its database. */
export const api: Benchmark = {
  name: 'api',
  about: `the API on a state of ${FULL.apps} apps and ${FULL.apps * FULL.instancesPerApp} tasks`,
  goals: [
    'apiOneRate',
    'apiOneLatency',
    'apiListRate',
    'apiAllLatency',
    'apiUnchanged',
    'apiFirstByte',
    'apiSlice',
    'apiLists',
    'apiBusyReads',
    'apiBusyWrites',
    'apiEventLag',
    'apiEventsMissing',
    'groupPut',
    'groupPutSlice',
  ],
  rounds: 5,
  async prepare({ quick, say }) {
    const main = builtService(say);
    const size = quick ? SMALL : FULL;
    const database = await testDatabases.create();
    const tasks = size.apps * size.instancesPerApp;
    say(`storing ${size.apps} apps and ${tasks} tasks`);
    await storeState(database.url, bigState(size, machineClock.now()));
    const stage = await Stage.open({ main, databaseUrl: database.url, agents: size.agents });
    return {
      cases: [
        ...readCases(stage, { apps: size.apps, tasks }),
        ...busyCases(stage, { deployed: quick ? 100 : 1_000 }),
        ...groupCases(stage, quick),
        ...listCases(stage, quick ? { waiting: 100, pods: 10 } : { waiting: 1_000, pods: 100 }),
      ],
      dispose: async () => {
        await stage.close();
        await testDatabases.stop();
      },
    };
  },
};
