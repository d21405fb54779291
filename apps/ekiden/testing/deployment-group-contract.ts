import { Table, millis } from '@ekiden/kernel';
import { expect } from 'chai';
import { resolveId, type AppDefinition } from '../src/core/app/index.js';
import { sampleApp, sampleContext } from '../src/core/app/sample-app.js';
import type { InstanceId } from '../src/core/instance/index.js';
import { sampleInstance } from '../src/core/instance/sample-instance.js';
import { RouteBook, type Backend, type RouteTable } from '../src/core/traffic/index.js';
import { appVersionKey, emptyRows } from '../src/core/turn/index.js';
import type { RouterStage } from './router-contract.js';

type Instances = Readonly<Record<string, readonly Backend[]>>;

/** `web-blue` and `web-green` as `zdd` of marathon-lb would have them, with these instances. */
function tableOf(generation: number, ports: readonly number[], instances: Instances): RouteTable {
  const rows = emptyRows();
  for (const [at, [name, backends]] of Object.entries(instances).entries()) {
    const app = paired(`/web-${name}`, ports[at] ?? 0, ports);
    rows.apps.put(app.id, app);
    rows.appVersions.put(appVersionKey(app.id, app.version), app);
    for (const { taskId, host, port } of backends) {
      const id = `i-${taskId}` as InstanceId;
      const { id: appId, version } = app;
      const fields = { id, appId, appVersion: version, configVersion: version };
      const place = { id: taskId, host, hostPorts: [port] };
      rows.instances.put(id, sampleInstance(id, fields, place));
    }
  }
  const book = new RouteBook('127.0.0.1');
  const { groups, apps, appVersions, deployments } = rows;
  const root = { version: millis(0), groups, apps };
  book.update(
    { root, instances: rows.instances, appVersions, deployments, addresses: new Table() },
    [],
  );
  return { generation, epoch: 1, routes: book.routing().routes };
}

function paired(id: string, port: number, [main, alternative]: readonly number[]): AppDefinition {
  const labels = {
    HAPROXY_DEPLOYMENT_GROUP: 'web',
    HAPROXY_DEPLOYMENT_ALT_PORT: String(alternative),
    HAPROXY_0_PORT: String(main),
  };
  const made = sampleApp({ ports: [port], labels }, sampleContext({ id: resolveId(id) }));
  return { ...made, version: millis(1_000) };
}

/** What users of marathon-lb's deployment groups have of a router (docs/routing.md). */
export function deploymentGroupContract(make: () => Promise<RouterStage>): void {
  describe('apps of one deployment group', () => {
    let stage: RouterStage;
    beforeEach(async () => {
      stage = await make();
    });
    afterEach(() => stage.close());

    async function answers(port: number, times: number): Promise<Readonly<Record<string, number>>> {
      const counts: Record<string, number> = {};
      for (let n = 0; n < times; n += 1) {
        const name = (await stage.ask({ port, address: '127.0.0.1' })) ?? 'nobody';
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    }

    async function apply(table: RouteTable): Promise<void> {
      const applied = await stage.router.apply(table);
      expect(applied.ok && applied.value.failed).to.deep.equal([]);
    }

    it('BG-01: take over from each other at one address, which is never without an instance', async () => {
      const listens = [await stage.freeListen(), await stage.freeListen()];
      const ports = listens.map(({ port }) => port);
      const [main = 0, alternative = 0] = ports;
      const blue = [await stage.backend('b1'), await stage.backend('b2')];
      const green = [await stage.backend('g1'), await stage.backend('g2')];
      await apply(tableOf(1, ports, { blue }));
      for (const port of ports) expect(await answers(port, 4)).to.deep.equal({ b1: 2, b2: 2 });
      await apply(tableOf(2, ports, { blue, green: green.slice(0, 1) }));
      for (const port of ports) {
        expect(await answers(port, 6)).to.deep.equal({ b1: 2, b2: 2, g1: 2 });
      }
      await apply(tableOf(3, ports, { blue: blue.slice(0, 1), green }));
      expect(await answers(main, 6)).to.deep.equal({ b1: 2, g1: 2, g2: 2 });
      await apply(tableOf(4, [alternative, main], { green }));
      for (const port of ports) expect(await answers(port, 4)).to.deep.equal({ g1: 2, g2: 2 });
    });
  });
}
