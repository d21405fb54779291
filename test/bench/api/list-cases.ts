import { setTimeout as delay } from 'node:timers/promises';
import type { Case } from '../benchmark.js';
import { apiCase } from './api-case.js';
import { change, settled } from './service-calls.js';
import type { LoopSlices, Stage } from './stage.js';

const OWN = '/bench-lists';
const AS_JSON = 'application/json';

interface List {
  readonly path: string;
  readonly accept?: string;
}

/** Every list there is; `@version@` = that of the root, `@deployment@` = the one that waits. */
const LISTS: readonly List[] = [
  { path: '/v2/apps' },
  { path: '/v2/apps?label=tier==backend' },
  { path: '/v2/apps?embed=apps.tasks' },
  { path: '/v2/apps?embed=apps.taskStats&embed=apps.readiness' },
  { path: '/v2/apps/*' },
  { path: '/v2/apps/*/tasks' },
  { path: '/v2/tasks' },
  { path: '/v2/tasks?status=running' },
  { path: '/v2/tasks?containerNetworks=*', accept: 'text/plain' },
  { path: '/v2/groups' },
  { path: '/v2/groups?embed=group.groups&embed=group.apps&embed=group.apps.tasks' },
  { path: '/v2/groups/apps' },
  { path: '/v2/groups/versions' },
  { path: '/v2/groups/versions/@version@' },
  { path: '/v2/deployments' },
  { path: '/v2/deployments?status=finished' },
  { path: '/v2/deployments?status=queued' },
  { path: '/v2/deployments/@deployment@' },
  { path: '/v2/queue' },
  { path: '/v2/queue?embed=lastUnusedOffers' },
  { path: '/v2/pods' },
  { path: '/v2/pods/::status' },
  { path: '/v2/agents' },
  { path: '/v2/offers' },
  { path: '/v2/roles' },
  { path: '/v2/volumes' },
  { path: '/v2/unknown-tasks' },
  { path: '/v2/maintenance/status' },
  { path: '/v2/maintenance/schedule' },
  { path: `/v2/why?id=${OWN}` },
  { path: '/v2/why?id=@deployment@' },
  { path: `/v2/why?id=${OWN}/app-7` },
  { path: '/metrics' },
  { path: '/metrics/prometheus' },
];

/** What is there beside the state of all cases: nothing of it finds a place. */
export interface ListSizes {
  /** Apps that wait, of one deployment. */
  readonly waiting: number;
  /** Pods that wait, each of a deployment of its own. */
  readonly pods: number;
}

/** How long each list holds the event loop at a time, asked for by one client. */
export function listCases(stage: Stage, { waiting, pods }: ListSizes): readonly Case[] {
  let runs = 0;
  return [
    apiCase(stage, {
      name: 'lists',
      reference: {
        about: 'a trivial endpoint of Nest on Fastify',
        run: async ({ reference }) => {
          await read(reference.url, { path: '/v2/info' });
          return {};
        },
      },
      subject: {
        about: `every list there is, while ${waiting} apps and ${pods} pods wait`,
        // the first one only warms up
        run: (at) => measured(at, { waiting, pods }, (runs += 1) === 1 ? 1 : READS),
      },
      rows: [
        { measure: 'all', config: 'all lists', unit: 'ms', goal: 'apiLists' },
        { measure: 'nothing', config: 'nothing asked for', unit: 'ms' },
        ...LISTS.map(nameOf).map((name) => ({ measure: name, config: name, unit: 'ms' })),
        ...HEAVY.map((path) => {
          return { measure: `heap ${path}`, config: `${path}: heap, garbage included`, unit: 'MB' };
        }),
      ],
    }),
  ];
}

/** Lists that take seconds; their memory is told. */
const HEAVY = ['/v2/queue', '/v2/queue?embed=lastUnusedOffers'];

/** Of so many the best one counts: turns go on meanwhile, and the garbage collector. */
const READS = 3;

/** How long the loop is looked at while nothing is asked for. */
const IDLE_MS = 2_000;

async function measured(
  at: Stage,
  sizes: ListSizes,
  reads: number,
): Promise<Readonly<Record<string, number>>> {
  const { url } = at.service;
  const { version, deployment } = await crowd(url, sizes);
  const nothing = await during(at, () => delay(IDLE_MS));
  let asked = Date.now();
  const longest: Record<string, number> = {};
  const heaps: Record<string, number> = {};
  for (const list of LISTS.filter(({ path }) => reads > 1 || !HEAVY.includes(path))) {
    const path = list.path.replace('@version@', version).replace('@deployment@', deployment);
    const rounds: LoopSlices[] = [];
    for (let n = 0; n < reads; n += 1) {
      // an URL that nobody asked for before, so that it is made anew
      asked += 1;
      const anew = `${path}${path.includes('?') ? '&' : '?'}anew=${asked}`;
      rounds.push(await during(at, () => read(url, { ...list, path: anew })));
    }
    longest[nameOf(list)] = Math.min(...rounds.map(({ max }) => max));
    heaps[`heap ${nameOf(list)}`] = Math.min(...rounds.map(({ heapMB }) => heapMB));
  }
  await change('DELETE', `${url}/v2/groups${OWN}?force=true`);
  await settled(url);
  const all = Math.max(...Object.values(longest));
  return { ...longest, ...heaps, nothing: nothing.max, all };
}

async function during(at: Stage, work: () => Promise<unknown>): Promise<LoopSlices> {
  await at.loop();
  await work();
  return at.loop();
}

/** What waits: the version of the root with it, and the deployment of the apps. */
interface Crowd {
  readonly version: string;
  readonly deployment: string;
}

/** Makes what waits: no two apps are alike. */
async function crowd(url: string, { waiting, pods }: ListSizes): Promise<Crowd> {
  const apps = Array.from({ length: waiting }, (_, n) => {
    return { id: `app-${n}`, cmd: 'sleep 1', cpus: 1_000, mem: 16 + n };
  });
  await change('PUT', `${url}/v2/groups`, JSON.stringify({ id: OWN, apps }));
  const [started] = (await (await fetch(`${url}/v2/deployments`)).json()) as { id: string }[];
  for (let n = 0; n < pods; n += 1) {
    const containers = [{ name: 'main', resources: { cpus: 1_000, mem: 16 }, ...COMMAND }];
    const pod = { id: `${OWN}/pod-${n}`, containers, scaling: { kind: 'fixed', instances: 1 } };
    await change('POST', `${url}/v2/pods`, JSON.stringify(pod));
  }
  const answer = await fetch(`${url}/v2/groups${OWN}?embed=group.groups`);
  const { version } = (await answer.json()) as { readonly version: string };
  return { version, deployment: started?.id ?? '' };
}

const COMMAND = { exec: { command: { shell: 'sleep 1' } } };

async function read(url: string, { path, accept = AS_JSON }: List): Promise<void> {
  const answer = await fetch(`${url}${path}`, { headers: { accept } });
  const bytes = (await answer.arrayBuffer()).byteLength;
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}, ${bytes} bytes`);
}

function nameOf({ path, accept }: List): string {
  return accept === undefined ? path : `${path} as text`;
}
