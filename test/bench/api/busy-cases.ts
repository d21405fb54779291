import { setTimeout as delay } from 'node:timers/promises';
import type { Case } from '../benchmark.js';
import { apiCase } from './api-case.js';
import { appIdAt } from './big-state.js';
import type { LoadResult } from './load/index.js';
import { change, settled } from './service-calls.js';
import type { Stage } from './stage.js';

const SECONDS = 6;
const SUBSCRIBERS = 100;
const EVENTS_PER_SECOND = 1_000;
const EVENTS_SECONDS = 5;

/** Apps that this benchmark makes and removes. */
const OWN = '/bench';

export interface BusySizes {
  /** Instances of a deployment that is under way. */
  readonly deployed: number;
}

/** 6e and 6f: the service while much happens. */
export function busyCases(stage: Stage, sizes: BusySizes): readonly Case[] {
  return [mixed(stage, sizes), events(stage)];
}

function mixed(stage: Stage, { deployed }: BusySizes): Case {
  const config = `while lists are read and ${deployed} instances are deployed`;
  return apiCase(stage, {
    name: 'small requests under load',
    reference: {
      about: 'the same of a service that has nothing else to do',
      run: async (at) => {
        const small = await smallRequests(at);
        await removeOwn(at);
        return small;
      },
    },
    subject: {
      about: 'GET of one app and POST of small apps',
      run: async (at) => {
        const { load, service } = at;
        const lists = { url: service.url, seconds: SECONDS };
        await at.loop();
        const all = [
          load.latency({ ...lists, connections: 4, paths: ['/v2/apps'] }),
          load.latency({ ...lists, connections: 1, paths: ['/v2/tasks'] }),
          deploy(at, deployed),
        ] as const;
        const small = await smallRequests(at);
        await Promise.all(all);
        const loop = await at.loop();
        await removeOwn(at);
        return { ...small, slice: loop.p99, longest: loop.max };
      },
    },
    rows: [
      { measure: 'GET', config: `${config}: p99`, unit: 'ms', goal: 'apiBusyReads' },
      { measure: 'POST', config: `${config}: p99`, unit: 'ms', goal: 'apiBusyWrites' },
      { measure: 'slice', config: `${config}, round of the loop: p99`, unit: 'ms' },
      { measure: 'longest', config: `${config}, round of the loop: longest`, unit: 'ms' },
    ],
  });
}

async function smallRequests({ load, service: { url } }: Stage) {
  const small = { url, seconds: SECONDS - 1 };
  const paths = Array.from({ length: 100 }, (_, n) => `/v2/apps/${appIdAt(n * 7)}`);
  const body = JSON.stringify({ id: `${OWN}/small-@N@`, cmd: 'sleep 1', instances: 0, cpus: 0.01 });
  const [reads, writes] = await Promise.all([
    load.latency({ ...small, connections: 4, everyMs: 10, paths }),
    load.latency({
      ...small,
      ...{ connections: 2, everyMs: 50, paths: ['/v2/apps'], method: 'POST', status: 201 },
      body,
    }),
  ]);
  return { GET: reads.p99, POST: writes.p99 } satisfies Record<string, LoadResult['p99']>;
}

async function deploy({ service: { url } }: Stage, instances: number): Promise<void> {
  const app = { id: `${OWN}/many`, cmd: 'sleep 1', instances, cpus: 0.01, mem: 16 };
  await change('POST', `${url}/v2/apps`, JSON.stringify(app));
}

async function removeOwn({ service: { url } }: Stage): Promise<void> {
  await change('DELETE', `${url}/v2/groups/${OWN}?force=true`);
  await settled(url);
}

/** Each placed instance is told of twice: it starts, it runs. */
const EVENTS_PER_INSTANCE = 2;
const BATCHES_PER_SECOND = 10;

function events(stage: Stage): Case {
  const config = `${SUBSCRIBERS} subscribers, ${EVENTS_PER_SECOND} events/s`;
  return apiCase(stage, {
    name: 'events',
    reference: {
      about: 'one subscriber',
      run: async (at) => {
        const { lag } = await followed(at, 1);
        return { lag };
      },
    },
    subject: { about: `${SUBSCRIBERS} subscribers`, run: (at) => followed(at, SUBSCRIBERS) },
    rows: [
      { measure: 'lag', config: `${config}: p99 of the last`, unit: 'ms', goal: 'apiEventLag' },
      { measure: 'missing', config, unit: '', goal: 'apiEventsMissing' },
      { measure: 'rate', config: 'events', unit: '/s' },
    ],
  });
}

async function followed(at: Stage, subscribers: number) {
  const { load, service } = at;
  const url = service.url;
  await load.followEvents(url, subscribers, 'status_update_event');
  const each = EVENTS_PER_SECOND / EVENTS_PER_INSTANCE / BATCHES_PER_SECOND;
  for (let batch = 0; batch < EVENTS_SECONDS * BATCHES_PER_SECOND; batch += 1) {
    const app = {
      id: `${OWN}/batch-${batch}`,
      cmd: 'sleep 1',
      instances: each,
      cpus: 0.01,
      mem: 16,
    };
    await Promise.all([
      change('POST', `${url}/v2/apps`, JSON.stringify(app)),
      delay(1_000 / BATCHES_PER_SECOND),
    ]);
  }
  await settled(url);
  const { p99, missing, events: count, seconds } = await load.endEvents();
  await removeOwn(at);
  return { lag: p99, missing, rate: count / seconds };
}
