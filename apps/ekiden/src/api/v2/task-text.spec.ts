import { expect } from 'chai';
import type { AppDefinition, PortMapping } from '../../core/app/index.js';
import { definition, useFakeService } from '../fake-service.spec.js';
import { CART } from './sample-pod.spec.js';

const TEXT = { accept: 'text/plain' };

function mapping(given: Partial<PortMapping>): PortMapping {
  return {
    containerPort: 80,
    servicePort: 10_000,
    protocol: 'tcp',
    labels: {},
    networkNames: [],
    ...given,
  };
}

/** On container networks, with the port mappings given. */
function contained(id: string, portMappings: readonly PortMapping[]): AppDefinition {
  const { portDefinitions, ...rest } = definition(id);
  return {
    ...rest,
    networks: ['dc', 'front'].map((name) => ({ mode: 'container', name, labels: {} })),
    container: { type: 'MESOS', volumes: [], portMappings },
  };
}

describe('lists of tasks as text', () => {
  const { service, server } = useFakeService();

  async function lines(url: string): Promise<readonly string[]> {
    const { statusCode, headers, body } = await server().inject({ url, headers: TEXT });
    expect(statusCode, body).to.equal(200);
    expect(headers['content-type']).to.equal('text/plain; charset=utf-8');
    return body.split('\n').slice(0, -1);
  }

  it('have a line per service port, with a tab behind every endpoint', async () => {
    const portDefinitions = [10_004, 10_005].map((port) => ({
      port,
      protocol: 'tcp' as const,
      labels: {},
    }));
    const web = service.put(definition('/prod/web', { portDefinitions }));
    service.run(web, 'Running', { host: 'node1', hostPorts: [31_022, 31_023] });
    const expected = ['prod_web\t10004\tnode1:31022\t', 'prod_web\t10005\tnode1:31023\t'];
    expect(await lines('/v2/tasks')).to.deep.equal(expected);
    expect(await lines('/v2/apps/prod/web/tasks')).to.deep.equal(expected);
  });

  it('name the hosts of an app without service ports behind a blank', async () => {
    service.run(service.put(definition('/batch', { portDefinitions: [] })), 'Running');
    expect(await lines('/v2/tasks')).to.deep.equal(['batch\t \tnode1\t']);
  });

  it('are of apps alone, as are those in JSON', async () => {
    service.run(service.put(CART), 'Running');
    service.run(service.put(definition('/web')), 'Running');
    expect((await lines('/v2/tasks')).map((line) => line.split('\t')[0])).to.deep.equal(['web']);
  });

  it('refuse a generation that there is none of, as those in JSON do', async () => {
    service.put(definition('/web'));
    for (const path of ['/v2/tasks', '/v2/apps/web/tasks']) {
      const answer = await server().inject({ url: `${path}?generation=blue`, headers: TEXT });
      expect(answer.statusCode, path).to.equal(422);
    }
  });

  it('leave out what does not run', async () => {
    service.run(service.put(definition('/web')), 'Staging');
    expect(await lines('/v2/tasks')).to.deep.equal(['web\t10000\t']);
  });

  it('count only mappings with a host port among the host ports', async () => {
    const mixed = contained('/mixed', [
      mapping({ servicePort: 10_001 }),
      mapping({ servicePort: 10_002, hostPort: 0 }),
    ]);
    service.run(service.put(mixed), 'Running', {
      hostPorts: [31_500],
      ipAddresses: ['10.3.0.7'],
    });
    expect(await lines('/v2/tasks')).to.deep.equal([
      'mixed\t10001\t',
      'mixed\t10002\tnode1:31500\t',
    ]);
  });

  for (const [query, endpoint] of [
    ['', ''],
    ['?containerNetworks=other', ''],
    ['?containerNetworks=other,dc', '10.3.0.7:80\t'],
    ['?containerNetworks=*', '10.3.0.7:80\t'],
    ['?containerNetworks=x&containerNetworks=front', '10.3.0.7:80\t'],
  ] as const) {
    it(`show addresses on container networks that are asked for (${query})`, async () => {
      const inside = contained('/inside', [mapping({})]);
      service.run(service.put(inside), 'Running', { hostPorts: [], ipAddresses: ['10.3.0.7'] });
      expect(await lines(`/v2/tasks${query}`)).to.deep.equal([`inside\t10000\t${endpoint}`]);
    });
  }

  it('look at the networks of a mapping before those of the app', async () => {
    const inside = contained('/inside', [mapping({ networkNames: ['front'] })]);
    service.run(service.put(inside), 'Running', { hostPorts: [], ipAddresses: ['10.3.0.7'] });
    expect(await lines('/v2/tasks?containerNetworks=dc')).to.deep.equal(['inside\t10000\t']);
    expect(await lines('/v2/tasks?containerNetworks=front')).to.deep.equal([
      'inside\t10000\t10.3.0.7:80\t',
    ]);
  });

  for (const [accept, type] of [
    ['text/plain', 'text/plain'],
    ['text/*', 'text/plain'],
    ['text/plain, application/json;q=0.9', 'text/plain'],
    ['text/plain, */*', 'application/json'],
    ['*/*', 'application/json'],
    ['text/plain;q=0.5, application/json', 'application/json'],
    ['', 'application/json'],
  ] as const) {
    it(`are text only for who likes that better (${accept})`, async () => {
      service.put(definition('/web'));
      for (const url of ['/v2/tasks', '/v2/apps/web/tasks', '/v2/apps/*/tasks']) {
        const { statusCode, headers } = await server().inject({ url, headers: { accept } });
        expect([statusCode, String(headers['content-type']).split(';')[0]]).to.deep.equal([
          200,
          type,
        ]);
      }
    });
  }

  it('know nothing of an app that there is not', async () => {
    const { statusCode, headers } = await server().inject({
      url: '/v2/apps/x/tasks',
      headers: TEXT,
    });
    expect(statusCode).to.equal(404);
    expect(headers['content-type']).to.contain('application/json');
    const other = await server().inject({ url: '/v2/apps', headers: TEXT });
    expect(other.statusCode).to.equal(406);
    const killed = await server().inject({
      method: 'DELETE',
      url: '/v2/apps/x/tasks',
      headers: TEXT,
    });
    expect(killed.statusCode).to.equal(406);
  });
});
