import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { useService } from '../support/index.js';

const HEALTH = {
  protocol: 'HTTP',
  path: '/health',
  portIndex: 0,
  gracePeriodSeconds: 10,
  intervalSeconds: 1,
  timeoutSeconds: 1,
};

/** Answers everything with 200, and notes who was asked for `/health`, at the first time. */
const SERVER = `
  let asked = false;
  require('node:http').createServer((request, response) => {
    if (request.url === '/health' && !asked) {
      asked = true;
      require('node:fs').appendFileSync(process.env.PROBES, process.env.NAME + '\\n');
    }
    response.end('ok');
  }).listen(Number(process.env.PORT0), '127.0.0.1');
`;

describe('Dependencies between processes', () => {
  const service = useService({ env: { EKIDEN_DOCKER_HOSTS: 'none' } });
  const folder = mkdtempSync(join(tmpdir(), 'ekiden-order-'));
  const probes = join(folder, 'probes');

  after(() => {
    rmSync(folder, { recursive: true });
  });

  const server = (name: string, dependencies: readonly string[] = []): object => ({
    id: name,
    args: [process.execPath, '-e', SERVER],
    env: { PROBES: probes, NAME: name },
    instances: 1,
    cpus: 0.1,
    mem: 32,
    dependencies,
    healthChecks: [HEALTH],
  });

  it('DEP-01: of three in a chain each is probed first when the one before it is up', async () => {
    // In an order that is not theirs.
    const apps = [server('frontend', ['service']), server('service', ['db']), server('db')];
    await service().api.ask('POST', '/v2/groups', { id: '/shop', apps });
    await service().allWell('/shop/frontend', 1, 18_000);
    const order = readFileSync(probes, 'utf8').trim().split('\n');
    expect(order).to.deep.equal(['db', 'service', 'frontend']);
  });
});
