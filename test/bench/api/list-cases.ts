import type { Case } from '../benchmark.js';
import { apiCase } from './api-case.js';
import { change, settled } from './service-calls.js';
import type { Stage } from './stage.js';

const OWN = '/bench-lists';
const AS_JSON = 'application/json';

interface List {
  readonly path: string;
  readonly accept?: string;
}

/** Every list there is; `@version@` = that of the root. */
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
  { path: '/v2/queue' },
  { path: '/v2/queue?embed=lastUnusedOffers' },
  { path: '/v2/pods' },
  { path: '/v2/pods/::status' },
  { path: '/v2/agents' },
  { path: '/v2/offers' },
  { path: '/v2/roles' },
  { path: '/v2/volumes' },
  { path: '/v2/unknown-tasks' },
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
        run: (at) => measured(at, { waiting, pods }),
      },
      rows: LISTS.map((list) => ({
        measure: nameOf(list),
        config: 'longest round of the loop',
        unit: 'ms',
      })),
    }),
  ];
}

async function measured(at: Stage, sizes: ListSizes): Promise<Readonly<Record<string, number>>> {
  const { url } = at.service;
  const version = await crowd(url, sizes);
  let asked = Date.now();
  const longest: Record<string, number> = {};
  for (const list of LISTS) {
    const path = list.path.replace('@version@', version);
    const rounds: number[] = [];
    for (let n = 0; n < READS; n += 1) {
      // an URL that nobody asked for before, so that it is made anew
      asked += 1;
      const anew = `${path}${path.includes('?') ? '&' : '?'}anew=${asked}`;
      rounds.push(await held(at, { ...list, path: anew }));
    }
    longest[nameOf(list)] = Math.min(...rounds);
  }
  await change('DELETE', `${url}/v2/groups${OWN}?force=true`);
  await settled(url);
  return longest;
}

/** Of so many the best one counts: turns go on meanwhile, and the garbage collector. */
const READS = 3;

async function held(at: Stage, list: List): Promise<number> {
  await at.loop();
  await read(at.service.url, list);
  return (await at.loop()).max;
}

/** Makes what waits; answers the version of the root. */
async function crowd(url: string, { waiting, pods }: ListSizes): Promise<string> {
  const apps = Array.from({ length: waiting }, (_, n) => {
    return { id: `app-${n}`, cmd: 'sleep 1', cpus: 1_000, mem: 16 };
  });
  await change('PUT', `${url}/v2/groups`, JSON.stringify({ id: OWN, apps }));
  for (let n = 0; n < pods; n += 1) {
    const containers = [{ name: 'main', resources: { cpus: 1_000, mem: 16 }, ...COMMAND }];
    const pod = { id: `${OWN}/pod-${n}`, containers, scaling: { kind: 'fixed', instances: 1 } };
    await change('POST', `${url}/v2/pods`, JSON.stringify(pod));
  }
  const answer = await fetch(`${url}/v2/groups${OWN}?embed=group.groups`);
  return ((await answer.json()) as { readonly version: string }).version;
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
