import { testDatabases } from '../../../libs/store/testing/index.js';
import type { Benchmark, BenchmarkSetting, Case, RowPlan, RunHow, Sample } from '../benchmark.js';
import { DatabaseView, builtService } from '../service/index.js';
import { placeInstances, type Placed } from './place-instances.js';
import { RecordingProxy } from './recording-proxy.js';
import { replay, type Recording } from './replay.js';
import { CONNECTIONS, singleRowCommits } from './single-rows.js';
import { wishOf, type Wish } from './wish.js';

const AGENTS = 5_000;
const INSTANCES = 20_000;
const INSTANCES_LONG = 100_000;
const APPS = 100;
/** Marathon's own test of many small apps. */
const LONE_APPS = 10_000;

const LIMIT_MS = 5 * 60_000;
const LIMIT_LONG_MS = 60 * 60_000;

/**
 * 2c, 2d: placements per second, and seconds for many small apps, from the request until the
 * RUNNING rows are committed, against the very statements of such a run sent to the same Postgres
 * without the service.
 */
export const durable: Benchmark = {
  name: 'durable',
  about: `placements/s, committed, on ${AGENTS} simulated agents: one app, ${APPS}, ${LONE_APPS} of one`,
  goals: ['durablePlacements', 'manyApps'],
  rounds: 5,
  async prepare(setting) {
    const main = builtService(setting.say);
    // Started with the first database, outside of any round.
    await (await testDatabases.create()).drop();
    const instances = setting.long ? INSTANCES_LONG : INSTANCES;
    const recorder = new Recorder(main, setting);
    return {
      cases: [wishOf(instances, 1), wishOf(instances, APPS), wishOf(LONE_APPS, LONE_APPS)].map(
        (wish) => caseOf(main, wish, recorder, setting),
      ),
      dispose: () => testDatabases.stop(),
    };
  },
};

function caseOf(main: string, wish: Wish, recorder: Recorder, setting: BenchmarkSetting): Case {
  const row = (measure: string, what: string, unit: string): RowPlan => {
    return { measure, config: `${wish.name}, ${what}`, unit };
  };
  const size = `${wish.instances} instances, ${AGENTS} agents`;
  return {
    name: wish.name,
    reference: {
      about: 'its SQL statements replayed on one connection',
      run: async () => {
        const recording = await recorder.recordingOf(wish);
        return onFreshDatabase(async (url, view) => {
          const commits = await singleRowCommits(url, view);
          return sampleOf(await replay(view, recording), wish, commits);
        });
      },
    },
    subject: {
      about: 'the built service',
      run: async (how) => {
        const placed = await onFreshDatabase((databaseUrl, view) =>
          placeInstances({ ...placingOptions(main, wish, setting, how), databaseUrl, view }),
        );
        return sampleOf(placed, wish);
      },
    },
    rows: [
      wish.apps < wish.instances
        ? { ...row('rate', size, '/s'), goal: 'durablePlacements' }
        : { ...row('seconds', size, 's'), goal: 'manyApps' },
      row('commits', `instances / commits of single rows on ${CONNECTIONS} connections`, '/s'),
      row('turns', 'turns', ''),
      row('client CPU', 'CPU per instance: service / replaying client', 'ms'),
      row('database CPU', 'CPU per instance: Postgres', 'ms'),
    ],
  };
}

function placingOptions(main: string, wish: Wish, { long }: BenchmarkSetting, how: RunHow) {
  return { main, wish, how, agents: AGENTS, limitMs: long ? LIMIT_LONG_MS : LIMIT_MS };
}

/** `commits`: of single rows per second; of the service, an instance is as good as one. */
function sampleOf(placed: Placed, { instances }: Wish, commits?: number): Sample {
  const { seconds, turns, serviceCpuSeconds, databaseCpuSeconds } = placed;
  return {
    measures: {
      rate: instances / seconds,
      commits: commits ?? instances / seconds,
      seconds,
      turns,
      'client CPU': (1_000 * serviceCpuSeconds) / instances,
      'database CPU': (1_000 * databaseCpuSeconds) / instances,
    },
    cpuSeconds: serviceCpuSeconds + databaseCpuSeconds,
  };
}

/** Makes recordings, each when it is first asked for; keeps the last one, they are large. */
class Recorder {
  private readonly main: string;
  private readonly setting: BenchmarkSetting;
  private last: { readonly wish: Wish; readonly recording: Recording } | undefined;

  constructor(main: string, setting: BenchmarkSetting) {
    this.main = main;
    this.setting = setting;
  }

  async recordingOf(wish: Wish): Promise<Recording> {
    if (this.last?.wish === wish) return this.last.recording;
    this.last = undefined;
    this.setting.say(`${wish.name}: recording the statements of ${wish.instances} placements`);
    const recording = await onFreshDatabase((url, view) => this.record(url, view, wish));
    const timed = recording.statements.slice(recording.prelude);
    const bytes = timed.flatMap(({ values }) => values).reduce((n, v) => n + (v?.length ?? 0), 0);
    const size = `${timed.length} turns, ${Math.round(bytes / 2 ** 20)} MiB`;
    this.setting.say(`${wish.name}: recorded ${size} of parameters`);
    this.last = { wish, recording };
    return recording;
  }

  private async record(url: string, view: DatabaseView, wish: Wish): Promise<Recording> {
    const proxy = await RecordingProxy.open(url);
    let prelude = 0;
    try {
      await placeInstances({
        ...placingOptions(this.main, wish, this.setting, {}),
        databaseUrl: proxy.url,
        view,
        ready: () => {
          prelude = proxy.statements.length;
        },
      });
      const epoch = await view.number('SELECT epoch FROM lease');
      return { statements: proxy.statements, prelude, epoch, instances: wish.instances };
    } finally {
      await proxy.close();
    }
  }
}

async function onFreshDatabase<T>(
  use: (url: string, view: DatabaseView) => Promise<T>,
): Promise<T> {
  const database = await testDatabases.create();
  const view = await DatabaseView.open(database.url);
  try {
    return await use(database.url, view);
  } finally {
    await view.close();
    await database.drop();
  }
}
