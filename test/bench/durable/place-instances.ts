import { Home } from '../../support/home.js';
import type { RunHow } from '../benchmark.js';
import { cpuSecondsOf } from '../machine/index.js';
import { SpawnedServer, profileFlags, type DatabaseView } from '../service/index.js';
import type { Wish } from './wish.js';

export interface PlacingOptions {
  readonly main: string;
  /** For the service; perhaps through a proxy. */
  readonly databaseUrl: string;
  readonly view: DatabaseView;
  readonly agents: number;
  readonly wish: Wish;
  readonly limitMs: number;
  readonly how: RunHow;
  /** Called when all agents are there and nothing has been asked for. */
  readonly ready?: () => void;
}

export interface Placed {
  /** From the request until the last RUNNING row is committed. */
  readonly seconds: number;
  readonly turns: number;
  readonly serviceCpuSeconds: number;
  readonly databaseCpuSeconds: number;
}

const AGENTS_LIMIT_MS = 60_000;
const DEPLOYMENTS = 'SELECT least(count(*), 1) FROM deployments';
const STILL_DEPLOYING = `SELECT count(*) FROM deployments WHERE status = 'running'`;
export const RUNNING_INSTANCES = `SELECT count(*) FROM instances WHERE condition = 'Running'`;
const TURN = 'SELECT number FROM turn';

/** The service on simulated agents, from the request until everything runs, as committed. */
export async function placeInstances(options: PlacingOptions): Promise<Placed> {
  const { main, databaseUrl, agents, how } = options;
  const home = new Home();
  const server = await SpawnedServer.spawn({
    script: main,
    args: ['--data-dir', home.dir, '--simulated-agents', String(agents), '--log-level', 'error'],
    nodeFlags: profileFlags(how),
    env: { DATABASE_URL: databaseUrl },
  });
  home.noteService(server.pid);
  try {
    return await placeOn(server, options);
  } finally {
    await server.stop();
    await home.dispose();
  }
}

async function placeOn(server: SpawnedServer, options: PlacingOptions): Promise<Placed> {
  const { view, agents, wish, limitMs, ready } = options;
  await view.until('SELECT count(*) FROM agents', agents, AGENTS_LIMIT_MS);
  ready?.();
  const before = {
    turn: await view.number(TURN),
    database: view.cpuSeconds(),
    service: cpuSecondsOf(server.pid),
  };
  const begun = performance.now();
  await ask(server.url, wish);
  // A large request may be told to look later whether it was stored.
  await view.until(DEPLOYMENTS, 1, limitMs);
  // A deployment succeeds in the very turn in which its last instance is found running.
  await view.until(STILL_DEPLOYING, 0, limitMs);
  const seconds = (performance.now() - begun) / 1_000;
  const service = cpuSecondsOf(server.pid);
  const database = view.cpuSeconds();
  const running = await view.number(RUNNING_INSTANCES);
  if (running !== wish.instances) {
    throw new Error(`${running} of ${wish.instances} run:\n${server.logged}`);
  }
  return {
    seconds,
    turns: (await view.number(TURN)) - before.turn,
    serviceCpuSeconds: service - before.service,
    databaseCpuSeconds: database - before.database,
  };
}

async function ask(url: string, { path, body }: Wish): Promise<void> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok && answer.status !== 503) {
    throw new Error(`POST ${path}: ${answer.status} ${text.slice(0, 500)}`);
  }
}
