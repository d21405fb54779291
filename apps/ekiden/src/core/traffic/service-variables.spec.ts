import { millis } from '@ekiden/kernel';
import { expect } from 'chai';
import {
  parentOf,
  resolveId,
  type AppDefinition,
  type AppWire,
  type PathId,
} from '../app/index.js';
import { sampleApp, sampleContext } from '../app/sample-app.js';
import { emptyRows } from '../turn/index.js';
import { ServiceDirectory } from './service-directory.js';
import { serviceName, type ServiceVariables } from './service-variables.js';

/** dependent, dependency, name */
const names: readonly (readonly [string, string, string])[] = [
  ['/shop/web', '/shop/api', 'API'],
  ['/shop/web', '/shop/db/main', 'DB_MAIN'],
  ['/shop/web', '/db/main', 'DB_MAIN'],
  ['/shop/front/web', '/shop/api', 'SHOP_API'],
  ['/shop/web', '/shopping/api', 'SHOPPING_API'],
  ['/web', '/api', 'API'],
  ['/web', '/shop/api', 'SHOP_API'],
  ['/shop/web', '/shop/user-store.v2', 'USER_STORE_V2'],
];

function app(id: string, wire: AppWire = {}): AppDefinition {
  return sampleApp(wire, sampleContext({ id: resolveId(id) }));
}

function variablesOf(
  dependent: AppDefinition,
  others: readonly AppDefinition[],
  groups: Readonly<Record<string, readonly string[]>> = {},
): ServiceVariables {
  const rows = emptyRows();
  for (const one of [dependent, ...others]) {
    rows.apps.put(one.id, one);
    const group = parentOf(one.id);
    const dependencies = (groups[group] ?? []) as readonly PathId[];
    rows.groups.put(group, { id: group, dependencies, enforceRole: false });
  }
  return new ServiceDirectory({ apps: rows.apps, groups: rows.groups }).variablesOf(dependent);
}

describe('the name of a dependency', () => {
  for (const [dependent, dependency, name] of names) {
    it(`is ${name} for ${dependency} as ${dependent} sees it`, () => {
      expect(serviceName(resolveId(dependent), resolveId(dependency))).to.equal(name);
    });
  }
});

describe('service variables', () => {
  it('hold host, first port and all ports of each dependency', () => {
    const api = app('/shop/api', { ports: [10_102, 10_103] });
    const web = app('/shop/web', { ports: [10_101], dependencies: ['/shop/api'] });
    expect(variablesOf(web, [api])).to.deep.equal({
      variables: {
        SERVICE_API_HOST: '127.0.0.1',
        SERVICE_API_PORT: '10102',
        SERVICE_API_PORT0: '10102',
        SERVICE_API_PORT1: '10103',
      },
      warnings: [],
    });
  });

  it('count dependencies of the groups around, and all apps of a group', () => {
    const web = app('/shop/web', { ports: [] });
    const stores = [app('/db/main', { ports: [10_001] }), app('/db/logs', { ports: [10_002] })];
    const { variables } = variablesOf(web, stores, { '/shop': ['/db'] });
    expect(variables).to.include({
      SERVICE_DB_MAIN_PORT: '10001',
      SERVICE_DB_LOGS_PORT: '10002',
    });
  });

  it('say nothing of a dependency without a port that speaks TCP', () => {
    const silent = app('/shop/silent', { ports: [] });
    const udp = app('/shop/udp', { portDefinitions: [{ port: 10_001, protocol: 'udp' }] });
    const web = app('/shop/web', { dependencies: ['/shop/silent', '/shop/udp'] });
    expect(variablesOf(web, [silent, udp])).to.deep.equal({ variables: {}, warnings: [] });
  });

  it('leave out both of two dependencies with one name, and warn', () => {
    const [inner, outer] = [app('/shop/db/main', { ports: [10_001] }), app('/db/main')];
    const api = app('/shop/api', { ports: [10_102] });
    const web = app('/shop/web', { dependencies: ['/shop/db/main', '/db/main', '/shop/api'] });
    const { variables, warnings } = variablesOf(web, [inner, outer, api]);
    expect(Object.keys(variables).filter((name) => !name.startsWith('SERVICE_API_'))).to.deep.equal(
      [],
    );
    expect(warnings).to.deep.equal([
      { kind: 'sameName', name: 'DB_MAIN', apps: ['/shop/db/main', '/db/main'] },
    ]);
  });

  it('never point to a port that leads to another app', () => {
    const thief = app('/a', { ports: [10_102] });
    const api = app('/shop/api', { ports: [10_102, 10_103] });
    const web = app('/shop/web', { dependencies: ['/shop/api'] });
    const { variables, warnings } = variablesOf(web, [thief, api]);
    expect(variables).to.deep.equal({
      SERVICE_API_HOST: '127.0.0.1',
      SERVICE_API_PORT1: '10103',
    });
    expect(warnings).to.deep.equal([
      { kind: 'portOfAnother', app: '/shop/api', servicePort: 10_102, owner: '/a' },
    ]);
  });

  it('point to a port that leads to an app of the same deployment group as well', () => {
    const labels = { HAPROXY_DEPLOYMENT_GROUP: 'api' };
    const [blue, green] = ['/shop/api-blue', '/shop/api-green'].map((id) =>
      app(id, { ports: [10_102], labels }),
    ) as [AppDefinition, AppDefinition];
    const web = app('/shop/web', { dependencies: ['/shop/api-green'] });
    expect(variablesOf(web, [blue, green])).to.deep.equal({
      variables: {
        SERVICE_API_GREEN_HOST: '127.0.0.1',
        SERVICE_API_GREEN_PORT: '10102',
        SERVICE_API_GREEN_PORT0: '10102',
      },
      warnings: [],
    });
  });

  it('of an older definition name what that one depends on', () => {
    const api = app('/shop/api', { ports: [10_102] });
    const store = app('/shop/store', { ports: [10_103] });
    const web = app('/shop/web', { dependencies: ['/shop/api'] });
    const older = { ...app('/shop/web', { dependencies: ['/shop/store'] }), version: millis(1) };
    const rows = emptyRows();
    for (const one of [api, store, web]) rows.apps.put(one.id, one);
    const directory = new ServiceDirectory({ apps: rows.apps, groups: rows.groups });
    expect(Object.keys(directory.variablesOf(older).variables)).to.include('SERVICE_STORE_PORT');
    expect(Object.keys(directory.variablesOf(web).variables)).to.include('SERVICE_API_PORT');
  });
});
