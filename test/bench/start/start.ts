import { TestEngine, busyboxImage } from '@ekiden/host-docker/testing';
import { testDatabases } from '../../../libs/store/testing/index.js';
import type { Benchmark, Case, RunHow, Sample } from '../benchmark.js';
import type { GoalKey } from '../goals.js';
import { builtService, profileFlags } from '../service/index.js';
import { EkidenContainers } from './ekiden-containers.js';
import { RawContainers } from './raw-containers.js';

const MANY = 100;
/** Starts of one container that make one sample: their median. */
const SINGLES = 7;
/** What the raw engine is tried with; it is compared at what serves it best. */
const LANES = [4, 8, 16];
const TRIAL = 24;

interface Parts {
  readonly raw: RawContainers;
  /** As it runs; for a profile a service of its own, which leaves one behind. */
  readonly withEkiden: <T>(
    how: RunHow,
    use: (ekiden: EkidenContainers) => Promise<T>,
  ) => Promise<T>;
  readonly lanes: number;
}

/**
 * 3a to 3c: how fast containers start, from the request until the event that calls the last one
 * running, against create and start through the engine's API alone, and what that costs the service
 * and its database. On an engine of its own.
 */
export const start: Benchmark = {
  name: 'start',
  about: `containers: one instance, and ${MANY} of them with and without ports, against the raw engine`,
  goals: ['startOne', 'startMany', 'startCpu'],
  rounds: 5,
  async prepare({ say }) {
    const main = builtService(say);
    say('starting an engine of its own');
    const engine = await TestEngine.make();
    const dispose = async (): Promise<void> => {
      await engine.dispose();
      await testDatabases.stop();
    };
    try {
      await busyboxImage(engine.docker);
      const raw = new RawContainers(engine.docker);
      const lanes = await bestOf(raw, say);
      const ekiden = await EkidenContainers.open(main, engine);
      const parts: Parts = {
        raw,
        lanes,
        withEkiden: async (how, use) => {
          if (how.profileInto === undefined) return use(ekiden);
          const own = await EkidenContainers.open(main, engine, { nodeFlags: profileFlags(how) });
          return use(own).finally(() => own.close());
        },
      };
      return {
        cases: [one(parts), many(parts, false), many(parts, true)],
        dispose: async () => {
          await ekiden.close();
          await dispose();
        },
      };
    } catch (error) {
      await dispose();
      throw error;
    }
  },
};

async function bestOf(raw: RawContainers, say: (line: string) => void): Promise<number> {
  let best = { lanes: 1, rate: 0 };
  for (const lanes of LANES) {
    const rate = TRIAL / (await raw.start(TRIAL, lanes, false));
    await raw.removeAll();
    say(`raw engine, ${lanes} at once: ${rate.toFixed(1)} containers/s`);
    if (rate > best.rate) best = { lanes, rate };
  }
  return best.lanes;
}

function one({ raw, withEkiden }: Parts): Case {
  return {
    name: 'one instance',
    reference: {
      about: 'create and start',
      run: () =>
        singles(
          () => raw.start(1, 1, false),
          () => 0,
          () => raw.removeAll(),
        ),
    },
    subject: {
      about: 'POST /v2/apps until TASK_RUNNING',
      run: (how) =>
        withEkiden(how, (ekiden) =>
          singles(
            () => ekiden.start(1, false),
            () => ekiden.cpuSeconds(),
            () => ekiden.removeAll(),
          ),
        ),
    },
    rows: [{ measure: 'time', config: 'one instance, bridge', unit: 's', goal: 'startOne' }],
  };
}

function many({ raw, withEkiden, lanes }: Parts, withPorts: boolean): Case {
  const goal: GoalKey = 'startMany';
  const what = `${MANY} instances, bridge, ${withPorts ? 'a port each' : 'no ports'}`;
  const sample = (seconds: number, cpuSeconds: number): Sample => {
    const measures = { rate: MANY / seconds, 'service CPU': (1_000 * cpuSeconds) / MANY };
    return { measures, cpuSeconds };
  };
  return {
    name: what,
    reference: {
      about: `create and start, ${lanes} at once`,
      run: async () => {
        const seconds = await raw.start(MANY, lanes, withPorts);
        await raw.removeAll();
        return sample(seconds, 0);
      },
    },
    subject: {
      about: 'one POST /v2/apps',
      run: (how) =>
        withEkiden(how, async (ekiden) => {
          const before = ekiden.cpuSeconds();
          const seconds = await ekiden.start(MANY, withPorts);
          const cpuSeconds = ekiden.cpuSeconds() - before;
          await ekiden.removeAll();
          return sample(seconds, cpuSeconds);
        }),
    },
    rows: [
      { measure: 'rate', config: what, unit: '/s', goal },
      {
        measure: 'service CPU',
        config: `${what}: CPU of service and database per container`,
        unit: 'ms',
        goal: 'startCpu',
      },
    ],
  };
}

async function singles(
  run: () => Promise<number>,
  cpuSeconds: () => number,
  clear: () => Promise<void>,
): Promise<Sample> {
  const before = cpuSeconds();
  const times: number[] = [];
  for (let i = 0; i < SINGLES; i += 1) times.push(await run());
  const spent = cpuSeconds() - before;
  await clear();
  times.sort((a, b) => a - b);
  return { measures: { time: times[Math.floor(SINGLES / 2)] ?? NaN }, cpuSeconds: spent };
}
