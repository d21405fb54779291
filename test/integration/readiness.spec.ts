import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until, useEmptyService, type AppBody, type TestService } from '../support/index.js';

/** Answers /ready with the status in the file READY, 503 without one; counts how often. */
const SERVER = `
  const { createServer } = require('node:http');
  const { readFileSync } = require('node:fs');
  let asked = 0;
  const status = () => {
    try { return Number(readFileSync(process.env.READY, 'utf8')) } catch { return 503 }
  };
  createServer((request, response) => {
    if (request.url === '/asked') return response.end(String(asked));
    asked += 1;
    response.writeHead(status(), { 'content-type': 'text/plain' }).end('not warm yet');
  }).listen(process.env.PORT0, '127.0.0.1');
`;

interface Result {
  readonly name: string;
  readonly taskId: string;
  readonly ready: boolean;
  readonly lastResponse?: { readonly status: number; readonly body: string };
}

describe('Readiness checks, on real processes', () => {
  const running = useEmptyService();
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ekiden-ready-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  function web(instances: number, version: string): AppBody {
    return {
      id: '/web',
      cmd: 'exec node -e "$SERVER"',
      env: { SERVER, READY: join(folder, version) },
      instances,
      cpus: 0.05,
      mem: 32,
      portDefinitions: [{ port: 0, name: 'http-api' }],
      readinessChecks: [
        { path: '/ready', intervalSeconds: 2, timeoutSeconds: 1, preserveLastResponse: true },
      ],
    };
  }

  function isReady(version: string): void {
    writeFileSync(join(folder, version), '200');
  }

  async function results(service: TestService): Promise<readonly Result[]> {
    const { body } = await service.api.ask('GET', '/v2/deployments');
    const [deployment] = body as { currentActions: { readinessCheckResults: Result[] }[] }[];
    return deployment?.currentActions.flatMap((each) => each.readinessCheckResults) ?? [];
  }

  it('hold a deployment back, show why, and let it go on (RDY-01, RDY-07, DPL-19)', async () => {
    const service = running();
    const { api } = service;
    await api.ask('POST', '/v2/apps', web(1, 'one'));
    const [waiting] = await until(async () => {
      const seen = await results(service);
      // Before it listens there is no answer, which shows as 504.
      return seen[0]?.lastResponse?.status === 503 && seen;
    }, 'a result of the readiness check');
    expect(waiting).to.deep.include({ name: 'readinessCheck', ready: false });
    expect(waiting?.lastResponse).to.deep.include({ status: 503, body: 'not warm yet' });
    const port = (await api.app('/web')).tasks[0]?.ports[0] ?? 0;
    const asked = async (): Promise<number> =>
      Number(await (await fetch(`http://127.0.0.1:${port}/asked`)).text());
    await until(async () => (await asked()) >= 3, 'three probes');
    expect(await results(service)).to.have.length(1);
    isReady('one');
    await service.settled('/web', 1);
    const { body } = await api.ask('GET', '/v2/apps/web?embed=app.readiness');
    const { app } = body as { app: { readinessCheckResults: Result[] } };
    expect(app.readinessCheckResults.map(({ ready }) => ready)).to.deep.equal([true]);
    const before = await asked();
    await api.ask('PUT', '/v2/apps/web', { instances: 2 });
    await service.settled('/web', 2);
    expect(await asked()).to.equal(before);
  });

  it('keep the old ones until the new ones are ready, also over a restart (RDY-03, LDR-09)', async () => {
    const service = running();
    const { api } = service;
    isReady('three');
    await api.ask('POST', '/v2/apps', web(2, 'three'));
    await service.settled('/web', 2);
    const old = (await api.app('/web')).tasks.map(({ id }) => id);
    await api.ask('PUT', '/v2/apps/web', web(2, 'four'));
    const both = await until(async () => {
      const { tasks } = await api.app('/web');
      return tasks.filter(({ state }) => state === 'TASK_RUNNING').length === 4 && tasks;
    }, 'old and new tasks side by side');
    await until(async () => (await results(service)).length === 4, 'results of all tasks');
    await service.kill();
    await service.start();
    const left = (await api.app('/web')).tasks.map(({ id }) => id);
    expect(left).to.have.members(both.map(({ id }) => id));
    isReady('four');
    const { tasks } = await service.settled('/web', 2);
    const wanted = both.map(({ id }) => id).filter((id) => !old.includes(id));
    expect(tasks.map(({ id }) => id)).to.have.members(wanted);
  });
});
