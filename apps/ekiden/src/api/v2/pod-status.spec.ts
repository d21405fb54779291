import { expect } from 'chai';
import type { PathId } from '../../core/app/index.js';
import {
  DEPLOYMENT_ID,
  VERSION_TEXT,
  definition,
  instance,
  running,
  useFakeService,
} from '../fake-service.spec.js';
import { parseShape, podStatus } from '../schemas/index.js';
import { CART, INSTANCE } from './sample-pod.spec.js';

describe('the state of a pod', () => {
  const { service, ask } = useFakeService();

  beforeEach(() => {
    service.put(CART);
    service.put(definition('/shop/web'));
  });

  interface Status {
    readonly status: string;
    readonly spec: { readonly scheduling: object };
    readonly instances: readonly Record<string, unknown>[];
  }

  async function status(): Promise<Status> {
    const shown = (await ask('GET', '/v2/pods/shop/cart::status')).json<Status>();
    parseShape(podStatus, shown);
    return shown;
  }

  it('does not list instances that never were anywhere', async () => {
    const waiting = instance(CART, 'Scheduled');
    const { task: _task, ...rest } = waiting;
    service.rows.instances.put(waiting.id, { ...rest, incarnation: 0 });
    const shown = await status();
    expect([shown.status, shown.instances]).to.deep.equal(['DEGRADED', []]);
    expect(shown.spec.scheduling).to.not.have.property('placement');
  });

  const standings = [
    ['Provisioned', {}, 'PENDING', 'DEGRADED'],
    ['Starting', {}, 'STAGING', 'DEGRADED'],
    ['Running', {}, 'STABLE', 'STABLE'],
    ['Running', { healthy: true }, 'STABLE', 'STABLE'],
    ['Running', { healthy: false }, 'DEGRADED', 'DEGRADED'],
    ['Unreachable', {}, 'DEGRADED', 'DEGRADED'],
    ['Killing', {}, 'TERMINAL', 'DEGRADED'],
    ['Failed', {}, 'TERMINAL', 'DEGRADED'],
  ] as const;
  for (const [condition, given, standing, whole] of standings) {
    it(`of an instance that is ${condition} ${JSON.stringify(given)} is ${standing}`, async () => {
      service.run(CART, condition, given);
      const shown = await status();
      expect([shown.status, shown.instances[0]?.['status']]).to.deep.equal([whole, standing]);
      expect(shown.instances[0]).to.include({
        id: INSTANCE,
        agentHostname: 'node1',
        specReference: `/v2/pods/shop/cart::versions/${VERSION_TEXT}`,
      });
    });
  }

  it('tells of containers, by the id of their task', async () => {
    service.run(CART, 'Running', { healthy: true });
    const [one] = (await status()).instances;
    const [main] = one?.['containers'] as Record<string, unknown>[];
    expect(main).to.include({ status: 'TASK_RUNNING', containerId: `${INSTANCE}.main.1` });
    expect(main?.['conditions']).to.have.nested.property('[0].value', 'true');
  });

  it('is TERMINAL while a deployment removes the pod', async () => {
    service.rows.apps.remove('/shop/cart' as PathId);
    const change = { id: CART.id, before: CART };
    const { plan } = running(CART);
    service.rows.deployments.put(
      DEPLOYMENT_ID,
      running(CART, { plan: { ...plan, changes: [change] } }),
    );
    const all = (await ask('GET', '/v2/pods/::status')).json<Status[]>();
    expect(all.map((one) => one.status)).to.deep.equal(['TERMINAL']);
    expect((await status()).status).to.equal('TERMINAL');
  });

  it('of what does not exist is 404', async () => {
    const missing = await ask('GET', '/v2/pods/shop/web::status');
    expect([missing.statusCode, missing.json()]).to.deep.equal([
      404,
      { message: "Pod '/shop/web' does not exist" },
    ]);
  });
});
