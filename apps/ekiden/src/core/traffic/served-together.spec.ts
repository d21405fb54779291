import { millis, type TaskId } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';
import { resolveId, type AppDefinition, type AppWire } from '../app/index.js';
import { sampleApp, sampleContext } from '../app/sample-app.js';
import type { Instance } from '../instance/index.js';
import { RouteBook } from './route-book.js';
import { instance, route, stateOf, type Sample } from './sample-routes.js';
import type { Backend, Routing } from './route-table.js';
import { joined } from './served-together.js';

/** As `zdd` labels a pair: the second one has the alternative port as its service port. */
const PAIR = {
  HAPROXY_GROUP: 'external',
  HAPROXY_DEPLOYMENT_GROUP: 'web',
  HAPROXY_DEPLOYMENT_ALT_PORT: '10001',
  HAPROXY_0_PORT: '10000',
  HAPROXY_0_VHOST: 'web.example.com',
};
const GROUP = { HAPROXY_DEPLOYMENT_GROUP: 'web' };

function app(id: string, wire: AppWire = {}, version = 1_000): AppDefinition {
  const made = sampleApp(wire, sampleContext({ id: resolveId(id) }));
  return { ...made, version: millis(version) };
}

interface Part {
  readonly id: string;
  readonly wire: AppWire;
  /** Host ports of instances that run. */
  readonly at: readonly number[];
}

function sampleOf({ id, wire, at }: Part): Sample {
  const one = app(id, wire);
  return { app: one, instances: at.map((port): Instance => instance(one, {}, [port])) };
}

function parts(...given: readonly Part[]): Routing {
  return route(stateOf(...given.map(sampleOf)));
}

/** `<port> <kind> -> <host port>*<weight> ...` */
function inWords({ routes }: Pick<Routing, 'routes'>): readonly string[] {
  return routes.map(({ listen, kind, backends }) => {
    const places = backends.map(({ port, weight }) => `${port}*${weight}`).sort();
    return [listen.port, kind, '->', ...places].join(' ');
  });
}

type Case = readonly [
  name: string,
  given: readonly Part[],
  routes: readonly string[],
  conflicts: readonly string[],
];

const cases: readonly Case[] = [
  [
    'lead to the instances of both where they have one service port',
    [
      { id: '/web-blue', wire: { ports: [10_000], labels: GROUP }, at: [31_001, 31_002] },
      { id: '/web-green', wire: { ports: [10_000], labels: GROUP }, at: [31_003] },
    ],
    ['10000 service -> 31001*1 31002*1 31003*1'],
    [],
  ],
  [
    'lead to the one that has instances',
    [
      { id: '/web-blue', wire: { ports: [10_000], labels: GROUP }, at: [] },
      { id: '/web-green', wire: { ports: [10_000], labels: GROUP }, at: [31_003] },
    ],
    ['10000 service -> 31003*1'],
    [],
  ],
  [
    'lead to both from each of two service ports, which labels name too',
    [
      { id: '/web-blue', wire: { ports: [10_000], labels: PAIR }, at: [31_001] },
      { id: '/web-green', wire: { ports: [10_001], labels: PAIR }, at: [31_003] },
    ],
    ['10000 service -> 31001*1 31003*1', '10001 service -> 31001*1 31003*1'],
    [],
  ],
  [
    'are open at the alternative port before there is a second app',
    [{ id: '/web-blue', wire: { ports: [10_000], labels: PAIR }, at: [31_001] }],
    ['10000 service -> 31001*1', '10001 label -> 31001*1'],
    [],
  ],
  [
    'stay open at the first port when the first app is gone',
    [{ id: '/web-green', wire: { ports: [10_001], labels: PAIR }, at: [31_003] }],
    ['10001 service -> 31003*1', '10000 label -> 31003*1'],
    [],
  ],
  [
    'lead to instances of the same port, counted from 0',
    [
      { id: '/web-blue', wire: { ports: [10_000, 10_005], labels: GROUP }, at: [31_001] },
      { id: '/web-green', wire: { ports: [10_000], labels: GROUP }, at: [31_003] },
    ],
    ['10000 service -> 31001*1 31003*1', '10005 service ->'],
    [],
  ],
  [
    'do not meet at ports that are another one of each',
    [
      { id: '/web-blue', wire: { ports: [10_000, 10_005], labels: GROUP }, at: [] },
      { id: '/web-green', wire: { ports: [10_005], labels: GROUP }, at: [] },
    ],
    ['10000 service ->', '10005 service ->'],
    ['/web-green 10005 -> /web-blue'],
  ],
  [
    'keep apps of other groups apart',
    [
      { id: '/web-blue', wire: { ports: [10_000], labels: GROUP }, at: [31_001] },
      {
        id: '/web-green',
        wire: { ports: [10_000], labels: { HAPROXY_DEPLOYMENT_GROUP: 'other' } },
        at: [31_003],
      },
      { id: '/web-red', wire: { ports: [10_000] }, at: [31_004] },
    ],
    ['10000 service -> 31001*1'],
    ['/web-green 10000 -> /web-blue', '/web-red 10000 -> /web-blue'],
  ],
  [
    'leave a port to instances that take it themselves',
    [
      { id: '/web-blue', wire: { ports: [10_000], labels: GROUP }, at: [31_001] },
      {
        id: '/web-green',
        wire: { ports: [10_000], requirePorts: true, labels: GROUP },
        at: [10_000],
      },
    ],
    [],
    ['/web-blue 10000 -> /web-green'],
  ],
];

describe('routes of apps in one deployment group', () => {
  for (const [name, given, routes, conflicts] of cases) {
    it(name, () => {
      const found = parts(...given);
      expect(inWords(found)).to.deep.equal(routes);
      const told = found.conflicts.map((one) => `${one.app} ${one.servicePort} -> ${one.owner}`);
      expect(told).to.deep.equal(conflicts);
    });
  }

  it('have one virtual host, whichever of them is first', () => {
    const { routes } = parts(
      { id: '/web-a', wire: { ports: [10_001], labels: PAIR }, at: [31_003] },
      { id: '/web-b', wire: { ports: [10_000], labels: PAIR }, at: [31_001] },
    );
    const hosted = routes.filter(({ hosts = [] }) => hosts.includes('web.example.com'));
    expect(inWords({ routes: hosted })[0]).to.equal('10001 service -> 31001*1 31003*1');
  });

  it('of groups that are not served here meet at their service port, and have no other', () => {
    const state = stateOf(
      sampleOf({ id: '/blue', wire: { ports: [10_000], labels: PAIR }, at: [31_001] }),
      sampleOf({ id: '/green', wire: { ports: [10_000], labels: PAIR }, at: [31_003] }),
    );
    expect(inWords(route(state, '127.0.0.1', ['internal']))).to.deep.equal([
      '10000 service -> 31001*1 31003*1',
    ]);
    expect(inWords(route(state, '127.0.0.1', ['external']))).to.deep.equal([
      '10000 service -> 31001*1 31003*1',
      '10001 label -> 31001*1 31003*1',
    ]);
  });

  it('follow the instances and the labels of each', () => {
    const [blue, green] = ['/web-blue', '/web-green'].map((id) =>
      app(id, { ports: [10_000], labels: GROUP }),
    );
    if (blue === undefined || green === undefined) throw new Error('no apps');
    const [one, other] = [instance(blue, {}, [31_001]), instance(green, {}, [31_003])];
    const book = new RouteBook('127.0.0.1');
    const first = stateOf({ app: blue, instances: [one] });
    book.update(first, [[one.id, one]]);
    expect(inWords(book.routing())).to.deep.equal(['10000 service -> 31001*1']);

    const second = stateOf({ app: blue, instances: [one] }, { app: green, instances: [other] });
    expect(book.update(second, [[other.id, other]])).to.equal(true);
    expect(inWords(book.routing())).to.deep.equal(['10000 service -> 31001*1 31003*1']);

    const third = stateOf({ app: blue, instances: [one] }, { app: green, instances: [] });
    expect(book.update(third, [[other.id, undefined]])).to.equal(true);
    expect(inWords(book.routing())).to.deep.equal(['10000 service -> 31001*1']);

    const alone = app('/web-green', { ports: [10_009] }, 2_000);
    const fourth = stateOf({ app: blue, instances: [one] }, { app: alone, instances: [] });
    book.update(fourth, []);
    const fifth = stateOf({ app: alone, instances: [] });
    book.update(fifth, [[one.id, undefined]]);
    expect(inWords(book.routing())).to.deep.equal(['10009 service ->']);
  });

  it('are alone where a group has more than marathon-lb could mean', () => {
    const many = Array.from({ length: 12 }, (_, at) => ({
      id: `/web-${String(at).padStart(2, '0')}`,
      wire: { ports: [10_000 + at], labels: GROUP },
      at: [31_000 + at],
    }));
    const counts = parts(...many).routes.map(({ backends }) => backends.length);
    expect(counts).to.deep.equal([...Array.from({ length: 10 }, () => 10), 1, 1]);
  });
});

function backends(...weights: readonly number[]): readonly Backend[] {
  return weights.map((weight, at) => {
    const taskId = `${weights.length}.${at}` as TaskId;
    return { host: 'node1', port: 31_000 + at, weight, taskId };
  });
}

describe('backends of several apps', () => {
  const shares: readonly (readonly [readonly Backend[], readonly Backend[], readonly number[]])[] =
    [
      [backends(1), backends(1, 1), [1, 1, 1]],
      [backends(), backends(1, 1), [1, 1]],
      [backends(0), backends(1, 1), [0, 1, 1]],
      [backends(0), backends(0, 0), [0, 0, 0]],
      // A canary of one new beside four old takes five parts of six, a quarter of them the new one.
      [backends(6), backends(3, 3, 3, 3, 4), [16, 15, 15, 15, 15, 20]],
    ];
  for (const [one, other, expected] of shares) {
    it(`with weights ${weightsOf(one)} and ${weightsOf(other)} get ${expected.join(' ')}`, () => {
      expect(joined([one, other]).map(({ weight }) => weight)).to.deep.equal(expected);
    });
  }

  it('get whole weights, and each app what its number says', () => {
    const some = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 8 });
    fc.assert(
      fc.property(some, some, (one, other) => {
        const lists = [backends(...one), backends(...other)].map((list, app) =>
          list.map((each) => ({ ...each, taskId: `${app} ${each.taskId}` as TaskId })),
        );
        const found = joined(lists);
        const of = (app: number): number[] =>
          found.filter(({ taskId }) => taskId.startsWith(`${app} `)).map(({ weight }) => weight);
        const sum = (app: number): number => of(app).reduce((all, weight) => all + weight, 0);
        const taking = (app: number): number => of(app).filter((weight) => weight > 0).length;
        expect(found.every(({ weight }) => Number.isSafeInteger(weight))).to.equal(true);
        expect(sum(0) * taking(1)).to.equal(sum(1) * taking(0));
      }),
    );
  });
});

function weightsOf(list: readonly Backend[]): string {
  return list.map(({ weight }) => weight).join(' ') || 'none';
}
