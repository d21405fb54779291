import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { seconds, type TaskId } from '@ekiden/kernel';
import { testRun } from '@ekiden/testkit';
import { expect } from 'chai';
import { HaproxyStage } from '../../../../testing/haproxy-stage.js';
import { startFreshLoad, startLoad, type Load, type LoadResult } from '../../../../testing/load.js';
import { routeTo, tableOf } from '../../../../testing/router-contract.js';
import type { Backend, Listen, Route } from '../../../core/traffic/index.js';

const LONG = testRun.long;

/** How long an answer to `/long` takes. */
const LONG_MS = LONG ? 5_000 : 1_000;

interface Instance {
  readonly backend: Backend;
  readonly server: Server;
}

async function instance(name: string): Promise<Instance> {
  const server = createServer((request, response) => {
    response.setHeader('X-Instance', name);
    if (request.url !== '/long') response.end(name);
    else {
      response.write(name);
      setTimeout(() => response.end('\n'), LONG_MS);
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { server, backend: { host: '127.0.0.1', port, weight: 1, taskId: name as TaskId } };
}

/** As a process ends that waits for nothing. */
async function end({ server }: Instance): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

describe('HAProxy under load', () => {
  let stage: HaproxyStage;
  let listen: Listen;
  let generation = 0;
  const alive = new Map<string, Instance>();
  let loads: readonly Load[] = [];

  beforeEach(async () => {
    stage = await HaproxyStage.make();
    listen = await stage.freeListen();
  });
  afterEach(async () => {
    // Of a test that has failed.
    await Promise.all(loads.map((load) => load.stop()));
    await stage.close();
    await Promise.all([...alive.values()].map(end));
    alive.clear();
  });

  /** Clients that keep their connections, such that do not, and such that wait for long answers. */
  function startLoads(url: string): void {
    loads = [
      startLoad({ url, connections: 20 }),
      startFreshLoad({ url, connections: 5 }),
      startLoad({ url: `${url}/long`, connections: 10 }),
    ];
  }

  async function lostNothing(): Promise<void> {
    const results = await Promise.all(loads.map((load) => load.stop()));
    loads = [];
    process.stdout.write(`      ${results.map(inWords).join('; ')}\n`);
    for (const { errors, bad, lost } of results) {
      expect([errors, bad, ...lost]).to.deep.equal([0, 0]);
    }
    expect(results[0]?.requests).to.be.greaterThan(500);
  }

  async function apply(...routes: readonly Route[]): Promise<void> {
    generation += 1;
    const applied = await stage.router.apply(tableOf(generation, routes));
    expect(applied.ok, JSON.stringify(applied)).to.equal(true);
  }

  async function start(name: string): Promise<Backend> {
    const made = await instance(name);
    alive.set(name, made);
    return made.backend;
  }

  function route(backends: readonly Backend[], at = listen): Route {
    return { ...routeTo(at, backends), mode: 'http', drain: seconds(30) };
  }

  /** Out of the routes, until nothing is under way to it, and then gone. */
  async function retire(name: string, ...routes: readonly Route[]): Promise<void> {
    for (;;) {
      generation += 1;
      const applied = await stage.router.apply(tableOf(generation, routes));
      expect(applied.ok, JSON.stringify(applied)).to.equal(true);
      if (applied.ok && !applied.value.draining.some(({ taskId }) => taskId === name)) break;
      await pause(20);
    }
    const gone = alive.get(name);
    alive.delete(name);
    if (gone !== undefined) await end(gone);
  }

  it('UPG-01: loses nothing while instances are replaced, weights change and routes are opened', async function () {
    this.timeout(LONG ? 600_000 : 20_000);
    const url = `http://127.0.0.1:${listen.port}`;
    let backends = [await start('v1-0'), await start('v1-1'), await start('v1-2')];
    await apply(route(backends));
    startLoads(url);
    const other = await stage.freeListen();
    for (let round = 0; round < (LONG ? 10 : 2); round += 1) {
      for (let at = 0; at < backends.length; at += 1) {
        const fresh = await start(`v${round + 2}-${at}`);
        const old = backends[at];
        await apply(route([...backends, fresh]));
        await apply(route([...backends, { ...fresh, weight: 3 }]));
        // Opened and closed again: a reload each.
        if (at === 0) await apply(route([...backends, fresh]), route([fresh], other));
        backends = backends.map((one) => (one === old ? fresh : one));
        if (old !== undefined) await retire(old.taskId, route(backends));
      }
    }
    await lostNothing();
  });

  it('BG-02: loses nothing while all goes to one version and back again', async function () {
    this.timeout(LONG ? 600_000 : 20_000);
    const both: Backend[] = [];
    for (const name of ['v1-0', 'v1-1', 'v2-0', 'v2-1']) both.push(await start(name));
    const toVersion = (version: string): Route =>
      route(both.map((one) => ({ ...one, weight: one.taskId.startsWith(version) ? 1 : 0 })));
    await apply(toVersion('v1'));
    startLoads(`http://127.0.0.1:${listen.port}`);
    for (let round = 0; round < (LONG ? 500 : 15); round += 1) {
      for (const version of ['v2', 'v1']) await apply(toVersion(version));
    }
    await lostNothing();
  });
});

function inWords({ requests, errors, bad, p99 }: LoadResult): string {
  return `${requests} requests, ${errors + bad} failed, p99 ${p99} ms`;
}
