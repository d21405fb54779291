import type { Case } from '../benchmark.js';
import { apiCase } from './api-case.js';
import { appIdAt } from './big-state.js';
import type { Stage } from './stage.js';

const SECONDS = 3;

export interface ReadSizes {
  readonly apps: number;
  readonly tasks: number;
}

/** 6a to 6d: reads of a state in which nothing happens. */
export function readCases(stage: Stage, sizes: ReadSizes): readonly Case[] {
  return [oneApp(stage, sizes), someApps(stage), allApps(stage, sizes), allTasks(stage, sizes)];
}

function oneApp(stage: Stage, { apps }: ReadSizes): Case {
  const connections = 32;
  const paths = Array.from({ length: 500 }, (_, n) => `/v2/apps/${appIdAt((n * 37) % apps)}`);
  const size = `${apps} apps, ${connections} connections`;
  return apiCase(stage, {
    name: 'one app',
    reference: {
      about: 'a trivial endpoint of Nest on Fastify',
      run: async ({ load, reference: { url } }) => {
        const all = { url, connections, seconds: SECONDS, paths: ['/v2/info'] };
        return measuresOf(await load.rate(all));
      },
    },
    subject: {
      about: 'GET of one app after another',
      run: async ({ load, service: { url } }) =>
        measuresOf(await load.rate({ url, connections, seconds: SECONDS, paths })),
    },
    rows: [
      { measure: 'rate', config: size, unit: '/s', goal: 'apiOneRate' },
      { measure: 'p99', config: size, unit: 'ms', goal: 'apiOneLatency' },
    ],
  });
}

function someApps(stage: Stage): Case {
  const connections = 10;
  const path = '/v2/apps?id=/team-0';
  return apiCase(stage, {
    name: '1,000 apps',
    reference: {
      about: 'as many ready bytes from Nest on Fastify',
      run: async (at) => {
        const sent = `/v2/bytes/${await bytesOf(at, path)}`;
        const all = { url: at.reference.url, connections, seconds: SECONDS, paths: [sent] };
        return measuresOf(await at.load.latency(all));
      },
    },
    subject: {
      about: 'GET of a list of 1,000 apps',
      run: async ({ load, service: { url } }) =>
        measuresOf(await load.latency({ url, connections, seconds: SECONDS, paths: [path] })),
    },
    rows: [
      { measure: 'rate', config: `${connections} connections`, unit: '/s', goal: 'apiListRate' },
      { measure: 'p99', config: `${connections} connections`, unit: 'ms' },
      { measure: 'MB', config: 'an answer', unit: 'MB' },
    ],
  });
}

function allApps(stage: Stage, { apps }: ReadSizes): Case {
  const connections = 4;
  const path = '/v2/apps';
  const size = `${apps} apps, ${connections} clients`;
  return apiCase(stage, {
    name: 'all apps',
    reference: {
      about: 'as many ready bytes from Nest on Fastify',
      run: async (at) => {
        const sent = `/v2/bytes/${await bytesOf(at, path)}`;
        const all = { url: at.reference.url, connections, seconds: SECONDS, paths: [sent] };
        return measuresOf(await at.load.latency(all));
      },
    },
    subject: {
      about: 'GET of all apps; the same with If-None-Match; each made anew',
      run: async (at) => {
        const { load, service } = at;
        const all = { url: service.url, connections, seconds: SECONDS };
        await at.loop();
        const sent = await load.latency({ ...all, paths: [path] });
        const headers = { 'if-none-match': await tagOf(`${service.url}${path}`) };
        const known = await load.latency({
          ...all,
          seconds: 1,
          paths: [path],
          headers,
          status: 304,
        });
        const anew = await load.latency({ ...all, paths: [`${path}?anew=@N@`] });
        const loop = await at.loop();
        return {
          ...measuresOf(sent),
          known: known.p99,
          anew: anew.p99,
          slice: loop.p99,
          longest: loop.max,
        };
      },
    },
    rows: [
      { measure: 'p99', config: size, unit: 'ms', goal: 'apiAllLatency' },
      { measure: 'known', config: `${size}, unchanged: p99`, unit: 'ms', goal: 'apiUnchanged' },
      { measure: 'anew', config: `${size}, made anew each time: p99`, unit: 'ms' },
      { measure: 'slice', config: `${size}, round of the loop: p99`, unit: 'ms' },
      { measure: 'longest', config: `${size}, round of the loop: longest`, unit: 'ms' },
      { measure: 'MB', config: 'an answer', unit: 'MB' },
    ],
  });
}

function allTasks(stage: Stage, { tasks }: ReadSizes): Case {
  const path = '/v2/tasks';
  const size = `${tasks} tasks`;
  return apiCase(stage, {
    name: 'all tasks',
    reference: {
      about: 'as many ready bytes from Nest on Fastify',
      run: async (at) => {
        const sent = `/v2/bytes/${await bytesOf(at, path)}`;
        const all = { url: at.reference.url, connections: 1, seconds: SECONDS, paths: [sent] };
        return measuresOf(await at.load.latency(all));
      },
    },
    subject: {
      about: 'GET of all tasks, made anew each time',
      run: async (at) => {
        await at.loop();
        const all = { url: at.service.url, connections: 1, seconds: SECONDS };
        const sent = await at.load.latency({ ...all, paths: [`${path}?anew=@N@`] });
        const loop = await at.loop();
        const { firstByte } = sent;
        return { ...measuresOf(sent), firstByte, slice: loop.p99, longest: loop.max };
      },
    },
    rows: [
      { measure: 'firstByte', config: `${size}, first byte`, unit: 'ms', goal: 'apiFirstByte' },
      { measure: 'slice', config: `${size}, round of the loop: p99`, unit: 'ms', goal: 'apiSlice' },
      { measure: 'longest', config: `${size}, round of the loop: longest`, unit: 'ms' },
      { measure: 'p99', config: `${size}, the whole answer`, unit: 'ms' },
      { measure: 'MB', config: 'an answer', unit: 'MB' },
    ],
  });
}

function measuresOf({
  rate,
  p99,
  bytes,
  requests,
}: {
  readonly rate: number;
  readonly p99: number;
  readonly bytes: number;
  readonly requests: number;
}) {
  return { rate, p99, MB: bytes / requests / 1e6 };
}

async function bytesOf({ service }: Stage, path: string): Promise<number> {
  const answer = await fetch(`${service.url}${path}`);
  return (await answer.arrayBuffer()).byteLength;
}

async function tagOf(url: string): Promise<string> {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  return answer.headers.get('etag') ?? '';
}
