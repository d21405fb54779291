import { Table, millis } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';
import { resolveId, type AppDefinition, type AppWire } from '../app/index.js';
import { sampleApp, sampleContext } from '../app/sample-app.js';
import type { Condition, Goal, Instance, InstanceId } from '../instance/index.js';
import { appVersionKey, emptyRows } from '../turn/index.js';
import { RouteBook, type RoutedState } from './route-book.js';
import { ill, inWords, instance, route, stateOf, well, type Sample } from './sample-routes.js';

const CHECKED: AppWire = { healthChecks: [{ protocol: 'HTTP', path: '/health' }] };

function app(id: string, wire: AppWire = {}, version = 1_000): AppDefinition {
  const made = sampleApp(wire, sampleContext({ id: resolveId(id) }));
  return { ...made, version: millis(version) };
}

/** What an instance is like, whether its app has checks, and whether connections come to it. */
const served: readonly (readonly [
  string,
  boolean,
  Partial<Instance>,
  boolean | undefined,
  boolean,
])[] = [
  ['runs, without checks', false, {}, undefined, true],
  ['runs and is healthy', true, {}, true, true],
  ['runs and has not been judged yet', true, {}, undefined, false],
  ['runs and is unhealthy', true, {}, false, false],
  ['is starting', false, { condition: 'Starting' }, undefined, false],
  ['is being killed', false, { condition: 'Killing' }, undefined, false],
  [
    'is about to be killed',
    false,
    { kill: { since: millis(1), reason: 'scaling' } },
    undefined,
    false,
  ],
  ['shall not run any more', false, { goal: 'Decommissioned' }, undefined, false],
  ['cannot be reached', false, { condition: 'Unreachable' }, undefined, false],
];

describe('routes', () => {
  for (const [name, checked, overrides, healthy, expected] of served) {
    it(`${expected ? 'lead' : 'do not lead'} to an instance that ${name}`, () => {
      const api = app('/shop/api', { ports: [10_102], ...(checked ? CHECKED : {}) });
      const one = well(instance(api, overrides), healthy);
      const place = expected ? '127.0.0.1:31001' : '';
      expect(inWords(route(stateOf({ app: api, instances: [one] })))).to.deep.equal([
        `127.0.0.1:10102 /shop/api[0] -> ${place}`,
      ]);
    });
  }

  it('lead to those that were healthy when nobody is', () => {
    const api = app('/shop/api', { ports: [10_102], ...CHECKED });
    const instances = [
      ill(instance(api, {}, [31_001])),
      ill(instance(api, {}, [31_002])),
      // Has never been healthy.
      well(instance(api, {}, [31_003]), false),
      // Shall not run any more.
      ill(instance(api, { goal: 'Decommissioned' }, [31_004])),
      ill(instance(api, { kill: { since: millis(1), reason: 'unhealthy' } }, [31_005])),
    ];
    expect(inWords(route(stateOf({ app: api, instances })))).to.deep.equal([
      '127.0.0.1:10102 /shop/api[0] -> 127.0.0.1:31001, 127.0.0.1:31002',
    ]);
  });

  it('lead to nobody who is not healthy as long as somebody is', () => {
    const api = app('/shop/api', { ports: [10_102], ...CHECKED });
    const instances = [ill(instance(api)), well(instance(api, {}, [31_002]), true)];
    expect(inWords(route(stateOf({ app: api, instances })))).to.deep.equal([
      '127.0.0.1:10102 /shop/api[0] -> 127.0.0.1:31002',
    ]);
  });

  it('exist for each TCP port, at the host port of the same place', () => {
    const api = app('/api', {
      portDefinitions: [
        { port: 10_001 },
        { port: 10_002, protocol: 'udp' },
        { port: 10_003, protocol: 'udp,tcp' },
      ],
    });
    const one = instance(api, {}, [31_001, 31_002, 31_003]);
    expect(inWords(route(stateOf({ app: api, instances: [one] })))).to.deep.equal([
      '127.0.0.1:10001 /api[0] -> 127.0.0.1:31001',
      '127.0.0.1:10003 /api[2] -> 127.0.0.1:31003',
    ]);
  });

  it('lead into the own network of a task where it has no host port', () => {
    const api = app('/api', {
      networks: [{ mode: 'container', name: 'blue' }],
      container: {
        type: 'MESOS',
        portMappings: [
          { containerPort: 80, servicePort: 10_001 },
          { containerPort: 81, servicePort: 10_002, hostPort: 0 },
        ],
      },
    });
    const one = instance(api, {}, [31_005]);
    expect(inWords(route(stateOf({ app: api, instances: [one] })))).to.deep.equal([
      '127.0.0.1:10001 /api[0] -> 127.0.0.1:80',
      '127.0.0.1:10002 /api[1] -> node1:31005',
    ]);
  });

  it('do not exist where instances take the service port themselves', () => {
    const api = app('/api', { ports: [10_001], requirePorts: true });
    const state = stateOf({ app: api, instances: [instance(api, {}, [10_001])] });
    expect(route(state)).to.deep.equal({ routes: [], conflicts: [] });
  });

  it('follow a changed service port at once, to what runs already', () => {
    const older = app('/api', { ports: [10_001] });
    const api = app('/api', { ports: [10_009] }, 2_000);
    const state = stateOf({ app: api, older: [older], instances: [instance(older)] });
    expect(inWords(route(state))).to.deep.equal(['127.0.0.1:10009 /api[0] -> 127.0.0.1:31001']);
  });

  it('of a port that has moved lead to where the older definition has it', () => {
    const older = app('/api', { ports: [10_001] });
    const api = app('/api', { ports: [10_009, 10_001] }, 2_000);
    const state = stateOf({ app: api, older: [older], instances: [instance(older)] });
    expect(inWords(route(state))).to.deep.equal([
      '127.0.0.1:10009 /api[0] -> ',
      '127.0.0.1:10001 /api[1] -> 127.0.0.1:31001',
    ]);
  });

  it('listen for dependents too where the service address does not reach them', () => {
    const api = app('/api', { ports: [10_001] });
    const state = stateOf({ app: api, instances: [] });
    const kinds = (address: string): string[] =>
      route(state, address).routes.map(({ listen, kind }) => `${kind} ${listen.address}`);
    expect(kinds('10.0.0.5')).to.deep.equal(['service 10.0.0.5', 'scope 127.0.0.1']);
    expect(kinds('0.0.0.0')).to.deep.equal(['service 0.0.0.0']);
    expect(kinds('127.0.0.1')).to.deep.equal(['service 127.0.0.1']);
  });

  it('lead to the first app by id when several carry one service port', () => {
    const [a, b] = [app('/a', { ports: [10_001] }), app('/b', { ports: [10_001, 10_002] })];
    const found = route(stateOf({ app: b, instances: [] }, { app: a, instances: [] }));
    expect(inWords(found)).to.deep.equal([
      '127.0.0.1:10001 /a[0] -> ',
      '127.0.0.1:10002 /b[1] -> ',
    ]);
    expect(found.conflicts).to.deep.equal([
      { app: '/b', portIndex: 0, servicePort: 10_001, owner: '/a' },
    ]);
  });

  it('are open at the port of a label as well, for everyone', () => {
    const labels = { HAPROXY_0_PORT: '9000', HAPROXY_0_VHOST: 'api.example.com' };
    const api = app('/api', { ports: [10_102], labels });
    const { routes } = route(stateOf({ app: api, instances: [instance(api)] }), '192.0.2.1');
    expect(routes.map(({ listen, kind }) => `${listen.address}:${listen.port} ${kind}`)).to.eql([
      '192.0.2.1:10102 service',
      '127.0.0.1:10102 scope',
      '192.0.2.1:9000 label',
    ]);
    expect(routes.map(({ hosts }) => hosts)).to.eql([
      ['api.example.com'],
      ['api.example.com'],
      undefined,
    ]);
    expect(routes[2]?.backends).to.deep.equal(routes[0]?.backends);
  });

  it('of apps of other groups than are served are open at their service port alone', () => {
    const labels = { HAPROXY_0_PORT: '9000', HAPROXY_0_VHOST: 'api.example.com' };
    const of = (group: string, groups: readonly string[]): readonly string[] => {
      const api = app('/api', { ports: [10_102], labels: { ...labels, HAPROXY_GROUP: group } });
      const { routes } = route(stateOf({ app: api, instances: [] }), '127.0.0.1', groups);
      return routes.map(({ listen, hosts = [] }) => [listen.port, ...hosts].join(' '));
    };
    const all = ['10102 api.example.com', '9000'];
    expect(of('external', [])).to.deep.equal(all);
    expect(of('external', ['external'])).to.deep.equal(all);
    expect(of('internal,external', ['external'])).to.deep.equal(all);
    expect(of('internal', ['*'])).to.deep.equal(all);
    expect(of('internal', ['external'])).to.deep.equal(['10102']);
  });

  it('are open at the port of a label only where no app has it, and for the first that asks', () => {
    const labelled = (id: string, servicePort: number, port: number): Sample => {
      const one = app(id, { ports: [servicePort], labels: { HAPROXY_0_PORT: String(port) } });
      return { app: one, instances: [instance(one)] };
    };
    const samples = [
      labelled('/a', 10_001, 10_003),
      labelled('/b', 10_002, 9_000),
      labelled('/c', 10_003, 9_000),
      labelled('/d', 10_004, 10_004),
    ];
    const routing = route(stateOf(...samples));
    const ports = routing.routes.map(({ app: id, listen }) => `${id} ${listen.port}`);
    expect(ports).to.eql(['/a 10001', '/b 10002', '/b 9000', '/c 10003', '/d 10004']);
    expect(routing.conflicts).to.deep.equal([
      { app: '/a', portIndex: 0, servicePort: 10_003, owner: '/c' },
      { app: '/c', portIndex: 0, servicePort: 9_000, owner: '/b' },
    ]);
  });

  it('leave a port to the app whose instances take it themselves', () => {
    const a = app('/a', { ports: [10_001] });
    const b = app('/b', { ports: [10_001], requirePorts: true });
    const found = route(stateOf({ app: a, instances: [] }, { app: b, instances: [] }));
    expect(found.routes).to.deep.equal([]);
    expect(found.conflicts.map(({ app: id, owner }) => [id, owner])).to.deep.equal([['/a', '/b']]);
  });
});

const anyInstance = fc.record({
  app: fc.nat({ max: 3 }),
  condition: fc.constantFrom<Condition>('Running', 'Starting', 'Killing', 'Failed', 'Unreachable'),
  goal: fc.constantFrom<Goal>('Running', 'Stopped', 'Decommissioned'),
  healthy: fc.constantFrom(undefined, true, false),
  doomed: fc.boolean(),
});

describe('routes of any state', () => {
  it('have one listener per address, and exactly the healthy instances behind it', () => {
    const anyApps = fc.array(
      fc.record({ port: fc.integer({ min: 10_001, max: 10_003 }), checked: fc.boolean() }),
      {
        minLength: 4,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(anyApps, fc.array(anyInstance, { maxLength: 20 }), (wishes, wanted) => {
        const apps = wishes.map(({ port, checked }, at) =>
          app(`/a${at}`, { ports: [port], ...(checked ? CHECKED : {}) }),
        );
        const instances = wanted.flatMap(({ app: at, condition, goal, healthy, doomed }) => {
          const of = apps[at];
          if (of === undefined) return [];
          const kill = doomed ? { kill: { since: millis(1), reason: 'scaling' as const } } : {};
          return [well(instance(of, { condition, goal, ...kill }), healthy)];
        });
        const state = stateOf(
          ...apps.map((one) => ({
            app: one,
            instances: instances.filter(({ appId }) => appId === one.id),
          })),
        );
        const { routes, conflicts } = route(state);
        const ports = routes.map(({ listen }) => listen.port);
        expect(new Set(ports).size).to.equal(ports.length);
        expect(routes.length + conflicts.length).to.equal(apps.length);
        for (const { app: id, backends } of routes) {
          const checked = (apps.find((one) => one.id === id)?.healthChecks ?? []).length > 0;
          const expected = instances
            .filter((one) => one.appId === id && one.condition === 'Running')
            .filter((one) => one.goal === 'Running' && one.kill === undefined)
            .filter((one) => !checked || one.task?.healthy === true)
            .map((one) => one.task?.id ?? '');
          expect(backends.map(({ taskId }) => taskId as string)).to.deep.equal(expected.sort());
          expect(backends.every(({ weight }) => weight === 1)).to.equal(true);
        }
      }),
    );
  });

  it('are the same however the book got there', () => {
    const anyStep = fc.record({
      app: fc.nat({ max: 3 }),
      what: fc.constantFrom('define', 'remove', 'change', 'end'),
      port: fc.integer({ min: 10_001, max: 10_003 }),
      healthy: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.array(anyStep, { maxLength: 3 }), { maxLength: 15 }), (turns) => {
        const rows = emptyRows();
        const root = { version: millis(0), groups: rows.groups, apps: rows.apps };
        const addresses: RoutedState['addresses'] = new Table();
        const { instances, appVersions, deployments } = rows;
        const state = { root, instances, appVersions, addresses, deployments };
        const book = new RouteBook('127.0.0.1');
        let version = 1_000;
        let before = JSON.stringify(book.routing());
        for (const steps of turns) {
          const changes = new Map<InstanceId, Instance | undefined>();
          for (const { app: at, what, port, healthy } of steps) {
            const id = resolveId(`/a${at}`);
            const current = rows.apps.get(id);
            const [one] = rows.instances.by('app', id);
            version += 1;
            if (what === 'define') {
              const next = app(id, { ports: [port], ...CHECKED }, version);
              rows.apps.put(id, next);
              rows.appVersions.put(appVersionKey(id, next.version), next);
            } else if (what === 'remove') {
              rows.apps.remove(id);
            } else if (what === 'end' && one !== undefined) {
              rows.instances.remove(one.id);
              changes.set(one.id, undefined);
            } else if (what === 'change' && current !== undefined) {
              const next = well(one ?? instance(current), healthy);
              rows.instances.put(next.id, next);
              changes.set(next.id, next);
            }
          }
          const changed = book.update(state, changes);
          const now = JSON.stringify(book.routing());
          expect(now).to.equal(JSON.stringify(route(state)));
          expect(changed).to.equal(now !== before);
          before = now;
        }
      }),
    );
  });
});
