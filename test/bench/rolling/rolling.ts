import { TestEngine, busyboxImage } from '@ekiden/host-docker/testing';
import { testDatabases } from '../../../libs/store/testing/index.js';
import type { Benchmark, Case, Sample } from '../benchmark.js';
import type { GoalKey } from '../goals.js';
import { builtService } from '../service/index.js';
import { EkidenContainers } from '../start/index.js';
import { EkidenApp } from './ekiden-app.js';
import { RawWindow } from './raw-window.js';
import { SwarmService } from './swarm-service.js';
import type { UpdatePlan } from './update-plan.js';

interface Sizes {
  readonly many: number;
  readonly window: number;
  readonly few: number;
}

const QUICK: Sizes = { many: 12, window: 4, few: 4 };
const USUAL: Sizes = { many: 50, window: 10, few: 10 };
const LONG: Sizes = { many: 100, window: 10, few: 20 };

interface Parts {
  readonly swarm: SwarmService;
  readonly raw: RawWindow;
  readonly ekiden: EkidenApp;
}

/**
 * 4a to 4d: rolling updates of containers, from the request until the
 * engine's own list has the new ones only, against Docker Swarm on the same engine, with the same
 * image, network and window; and against the engine's requests alone.
 */
export const rolling: Benchmark = {
  name: 'rolling',
  about: 'rolling updates of containers, against Docker Swarm and the raw engine in turn',
  goals: [
    'rollStartFirst',
    'rollRawWindow',
    'rollStopFirst',
    'rollOneStarted',
    'rollOneStopped',
    'rollChecked',
    'rollLost',
  ],
  rounds: 5,
  async prepare({ say, long, quick }) {
    const main = builtService(say);
    say('starting an engine of its own, in swarm mode');
    const engine = await TestEngine.make();
    const dispose = async (): Promise<void> => {
      await engine.dispose();
      await testDatabases.stop();
    };
    try {
      const image = await busyboxImage(engine.docker);
      const swarm = await SwarmService.begin(engine, image);
      const service = await EkidenContainers.open(main, engine, { routes: true });
      const parts = {
        swarm,
        raw: new RawWindow(engine.docker, image),
        ekiden: new EkidenApp(service, engine.docker, image),
      };
      return {
        cases: casesOf(parts, quick ? QUICK : long ? LONG : USUAL, quick),
        dispose: async () => {
          await service.close();
          await dispose();
        },
      };
    } catch (error) {
      await dispose();
      throw error;
    }
  },
};

function casesOf(parts: Parts, { many, window, few }: Sizes, quick: boolean): readonly Case[] {
  const started = { instances: many, window, order: 'start-first' } as const;
  const stopped = { instances: many, window, order: 'stop-first' } as const;
  const oneStarted = { instances: few, window: 1, order: 'start-first' } as const;
  const oneStopped = { instances: few, window: 1, order: 'stop-first' } as const;
  const goal = (key: GoalKey): { readonly goal?: GoalKey } => (quick ? {} : { goal: key });
  return [
    caseOf('Swarm', parts, started, goal('rollStartFirst')),
    caseOf('raw', parts, started, goal('rollRawWindow')),
    caseOf('Swarm', parts, stopped, goal('rollStopFirst')),
    caseOf('Swarm', parts, oneStarted, goal('rollOneStarted')),
    caseOf('Swarm', parts, oneStopped, goal('rollOneStopped')),
    underLoad(parts, started, quick),
  ];
}

function caseOf(
  against: 'Swarm' | 'raw',
  { swarm, raw, ekiden }: Parts,
  plan: UpdatePlan,
  goal: { readonly goal?: GoalKey },
): Case {
  const config = `${plan.instances} instances, window ${plan.window}, ${plan.order}`;
  const peer = against === 'Swarm' ? swarm : raw;
  return {
    name: `${config}, against ${against}`,
    reference: {
      about: against === 'Swarm' ? 'docker service update' : "the engine's requests alone",
      run: async () => sampleOf(await peer.update(plan), 0, plan),
    },
    subject: {
      about: 'PUT /v2/apps',
      run: async () => {
        const { seconds, cpuSeconds } = await ekiden.update(plan);
        return sampleOf(seconds, cpuSeconds, plan);
      },
    },
    rows: [
      { measure: 'time', config: `${config}, against ${against}`, unit: 's', ...goal },
      { measure: 'each', config: 'the same, per instance', unit: 'ms' },
    ],
  };
}

function sampleOf(seconds: number, cpuSeconds: number, { instances }: UpdatePlan): Sample {
  return { measures: { time: seconds, each: (1_000 * seconds) / instances }, cpuSeconds };
}

/** 4d: the same update as 4a, with checks and under load, against itself without them. */
function underLoad({ ekiden }: Parts, plan: UpdatePlan, quick: boolean): Case {
  const config = `${plan.instances} servers, window ${plan.window}, checks every second, load`;
  return {
    name: config,
    reference: {
      about: 'PUT /v2/apps, without checks and load',
      run: async () => {
        const { seconds, cpuSeconds } = await ekiden.update(plan);
        return sampleOf(seconds, cpuSeconds, plan);
      },
    },
    subject: {
      about: 'PUT /v2/apps, with both',
      run: async () => {
        const { seconds, cpuSeconds, requests, lost, reason } = await ekiden.updateServer(plan);
        if (reason !== undefined) process.stdout.write(`a request was lost: ${reason}\n`);
        const { measures } = sampleOf(seconds, cpuSeconds, plan);
        return { measures: { ...measures, requests, lost }, cpuSeconds };
      },
    },
    rows: [
      { measure: 'time', config, unit: 's', ...(quick ? {} : { goal: 'rollChecked' }) },
      {
        measure: 'lost',
        config: 'the same: requests lost',
        unit: '',
        ...(quick ? {} : { goal: 'rollLost' }),
      },
      { measure: 'requests', config: 'the same: requests', unit: '' },
    ],
  };
}
