import { expect } from 'chai';
import { TestService, until, type TaskJson } from '../support/index.js';
import { containerApp } from './container-apps.js';
import { containersOf } from './containers.js';
import { settingsFor, useEngines } from './engines.js';

/** Engines have two ports each here. */
const NO_PORTS = { container: { portMappings: [] } };

/** Of engine1 to engine4. */
const DOMAINS = ['r1/z1', 'r1/z2', 'r2/z1', 'r2/z2'];

describe('Containers on four racks in two regions', () => {
  let service: TestService | undefined;

  afterEach('clear the service', async function clear() {
    this.timeout(30_000);
    await service?.clear();
  });

  const engines = useEngines(4);

  before('start the service', async () => {
    const places = (at: number) => ({
      attributes: `rack:k${at + 1}`,
      domain: DOMAINS[at] ?? '',
      resources: 'ports:[31500-31501]',
    });
    service = await new TestService(settingsFor(engines(), {}, places)).start();
    await until(() => service?.logged('"event":"docker-host"').length === 4, 'four engines');
  });

  after('end the service', async function end() {
    this.timeout(30_000);
    await service?.dispose();
  });

  /** Runs an app with these constraints to the end of its deployment; its hosts, sorted. */
  async function placed(
    id: string,
    instances: number,
    ...constraints: readonly (readonly string[])[]
  ): Promise<readonly string[]> {
    if (service === undefined) throw new Error('the service did not start');
    await service.api.ask(
      'POST',
      '/v2/apps',
      containerApp(id, instances, { constraints, ...NO_PORTS }),
    );
    return hostsOf((await service.settled(id, instances)).tasks);
  }

  function hostsOf(tasks: readonly TaskJson[]): readonly string[] {
    return tasks.map(({ host }) => host).sort();
  }

  /** How many instances are on each host that has any, the most first. */
  function counts(hosts: readonly string[]): readonly number[] {
    const all = [...new Set(hosts)].map((host) => hosts.filter((one) => one === host).length);
    return all.sort((a, b) => b - a);
  }

  it('CON-13: GROUP_BY of two groups uses exactly two racks of four, three and two', async () => {
    expect(counts(await placed('/two-racks', 5, ['rack', 'GROUP_BY', '2']))).to.deep.equal([3, 2]);
  });

  it('CON-21, CON-22: a region takes its engines alone, with a zone the one that is in both', async () => {
    const region = ['@region', 'IS', 'r2'];
    const [spread, both] = await Promise.all([
      placed('/region', 4, region, ['hostname', 'GROUP_BY', '2']),
      placed('/zone', 2, region, ['@zone', 'IS', 'z2']),
    ]);
    expect(spread).to.deep.equal(['engine3', 'engine3', 'engine4', 'engine4']);
    expect(both).to.deep.equal(['engine4', 'engine4']);
    const { body } = (await service?.api.ask('GET', '/v2/agents')) ?? {};
    const { agents } = body as { readonly agents: readonly { readonly domain?: object }[] };
    expect(agents.flatMap(({ domain }) => domain ?? [])).to.have.length(4);
  });

  it('PRT-11: a fixed port is had by who names it, and what may be any is another one', async () => {
    const portMappings = [
      { containerPort: 80, hostPort: 0 },
      { containerPort: 81, hostPort: 31_500 },
    ];
    const constraints = [['hostname', 'UNIQUE']];
    const app = containerApp('/ports', 4, { constraints, container: { portMappings } });
    await service?.api.ask('POST', '/v2/apps', app);
    const tasks = (await service?.settled('/ports', 4))?.tasks ?? [];
    expect(tasks.map(({ ports }) => ports)).to.deep.equal(Array(4).fill([31_501, 31_500]));
  });

  it('CON-01, CON-04, CON-11: each on an engine of its own, all on one, and as many on each', async () => {
    const [unique, together, even] = await Promise.all([
      placed('/unique', 4, ['hostname', 'UNIQUE']),
      placed('/together', 3, ['@hostname', 'CLUSTER']),
      placed('/even', 8, ['rack', 'GROUP_BY', '4']),
    ]);
    expect(counts(unique)).to.deep.equal([1, 1, 1, 1]);
    expect(counts(together)).to.deep.equal([3]);
    expect(counts(even)).to.deep.equal([2, 2, 2, 2]);
    const seen = await Promise.all(
      engines().map(async ({ docker }) => {
        const all = service === undefined ? [] : await containersOf(docker, service);
        return all.filter(({ appId }) => appId === '/even').length;
      }),
    );
    expect(seen).to.deep.equal([2, 2, 2, 2]);
  });
});
