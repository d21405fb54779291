import { expect } from 'chai';
import { problemOf, sleeper, useService } from '../support/index.js';

const MB = 1024 * 1024;

interface BadInput {
  readonly name: string;
  readonly body: unknown;
  readonly status: number;
  /** Paths of the details, in any order. */
  readonly paths?: readonly string[];
  /** What message or details must say. */
  readonly says?: RegExp;
}

const CASES: readonly BadInput[] = [
  {
    name: 'broken JSON',
    body: '{"id": "/bad", "cmd": "sleep 1",',
    status: 400,
    says: /Invalid JSON.*line 1 column \d+/,
  },
  { name: 'no body at all', body: '', status: 400 },
  { name: 'an array for an app', body: [], status: 422, says: /object/ },
  {
    name: 'wrong types',
    body: { id: '/bad', cmd: 'sleep 1', instances: 'three', cpus: '1', labels: { a: 1 } },
    status: 422,
    paths: ['/instances', '/cpus', '/labels/a'],
  },
  {
    name: 'an id with letters ids do not have',
    body: sleeper('/Bad_Id!', 1),
    status: 422,
    paths: ['/id'],
  },
  {
    name: 'a port out of range',
    body: sleeper('/bad', 1, { portDefinitions: [{ port: 70_000 }] }),
    status: 422,
    paths: ['/portDefinitions(0)/port'],
  },
  {
    name: 'no command and no image',
    body: { id: '/bad', instances: 1 },
    status: 422,
    says: /cmd|container/,
  },
  {
    name: 'several wrong shapes, all at once',
    body: { id: '/bad', instances: 'x', mem: -5, labels: 3, portDefinitions: [{ port: 70_000 }] },
    status: 422,
    // and nothing says what to run
    paths: ['/instances', '/mem', '/labels', '/portDefinitions(0)/port', '/'],
  },
  {
    name: 'several broken rules, all at once',
    body: sleeper('/bad', 1, {
      args: ['beside', 'cmd'],
      upgradeStrategy: { minimumHealthCapacity: 2, maximumOverCapacity: -1 },
      constraints: [['hostname', 'SOMEWHERE']],
    }),
    status: 422,
    paths: [
      '/',
      '/upgradeStrategy/minimumHealthCapacity',
      '/upgradeStrategy/maximumOverCapacity',
      '/constraints(0)',
    ],
  },
  {
    name: 'ten megabytes of the wrong type',
    body: { id: '/bad', cmd: ['x'.repeat(10 * MB)] },
    status: 422,
    paths: ['/cmd'],
  },
  {
    name: 'seventeen megabytes',
    body: { id: '/bad', cmd: 'x'.repeat(17 * MB) },
    status: 413,
    says: /large|limit|MB|bytes/i,
  },
  {
    name: 'a hundred thousand levels of arrays',
    body: `{"id": "/bad", "cmd": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    status: 400,
    says: /nested deeper/,
  },
];

describe('Bad input', () => {
  const running = useService();

  before('one good app', async () => {
    await running().api.ask('POST', '/v2/apps', sleeper('/good', 1));
    await running().settled('/good', 1);
  });

  for (const { name, body, status, paths, says } of CASES) {
    it(`${name}: is answered ${status}, and nothing is stored`, async () => {
      const { api } = running();
      const before = (await api.ask('GET', '/v2/apps')).text;
      const answer = await api.send('POST', '/v2/apps', body);
      expect(answer.status, answer.text.slice(0, 500)).to.equal(status);
      expect(answer.text.length).to.be.lessThan(5_000);
      const problem = problemOf(answer);
      expect(problem.message).not.to.equal('');
      if (paths !== undefined) {
        const details = typeof problem.details === 'object' ? problem.details : [];
        expect(details.map(({ path }) => path)).to.have.members([...paths]);
      }
      if (says !== undefined) expect(answer.text).to.match(says);
      expect((await api.ask('GET', '/v2/apps')).text).to.equal(before);
      expect((await api.send('GET', '/ping')).text.trim()).to.equal('pong');
    });
  }

  it('an id in the URL that cannot be one is answered, too', async () => {
    const { api } = running();
    for (const path of ['/v2/apps/%E0%A4%A', '/v2/apps/a..b', `/v2/apps/${'x'.repeat(5_000)}`]) {
      const { status } = await api.send('GET', path);
      expect(status, path.slice(0, 40)).to.be.within(400, 499);
    }
    expect((await api.apps()).map(({ id }) => id)).to.deep.equal(['/good']);
  });
});
