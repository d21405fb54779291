import { expect } from 'chai';
import {
  DEPLOYMENT_ID,
  NO_FORECAST,
  VERSION,
  VERSION_TEXT,
  definition,
  running,
  useFakeService,
} from '../fake-service.spec.js';
import { parseShape, pod as podSchema, podInstance, podStatus } from '../schemas/index.js';
import { BODY, CART, INSTANCE, SHOWN } from './sample-pod.spec.js';

describe('api of pods', () => {
  const { service, ask } = useFakeService();

  beforeEach(() => {
    service.put(CART);
    service.put(definition('/shop/web'));
  });

  describe('reading', () => {
    it('lists pods and nothing else, with keys in their order', async () => {
      const { statusCode, body } = await ask('GET', '/v2/pods');
      expect([statusCode, body]).to.deep.equal([200, JSON.stringify([SHOWN])]);
      parseShape(podSchema, SHOWN);
    });

    it('answers HEAD without a body', async () => {
      const { statusCode, body } = await ask('HEAD', '/v2/pods');
      expect([statusCode, body]).to.deep.equal([200, '']);
    });

    it('shows one, and says of another what Marathon says', async () => {
      expect((await ask('GET', '/v2/pods/shop/cart')).json()).to.deep.equal(SHOWN);
      const missing = await ask('GET', '/v2/pods/shop/web');
      expect([missing.statusCode, missing.body]).to.deep.equal([
        404,
        '{"message":"{\\"message\\": \\"pod with /shop/web does not exist\\"}"}',
      ]);
    });

    it('shows versions, and no versions of apps', async () => {
      expect((await ask('GET', '/v2/pods/shop/cart::versions')).json()).to.deep.equal([
        VERSION_TEXT,
      ]);
      const one = await ask('GET', `/v2/pods/shop/cart::versions/${VERSION_TEXT}`);
      expect(one.json()).to.deep.equal(SHOWN);
      for (const url of ['shop/web::versions', `shop/web::versions/${VERSION_TEXT}`]) {
        const missing = await ask('GET', `/v2/pods/${url}`);
        expect([url, missing.statusCode, missing.json()]).to.deep.equal([
          url,
          404,
          { message: "Pod '/shop/web' does not exist" },
        ]);
      }
      expect((await ask('GET', '/v2/pods/shop/cart::versions/now')).statusCode).to.equal(422);
    });

    it('keeps pods out of what is said of apps and tasks', async () => {
      service.run(CART, 'Running');
      service.putGroup('/shop');
      const apps = (await ask('GET', '/v2/apps')).json<{ apps: { id: string }[] }>();
      expect(apps.apps.map(({ id }) => id)).to.deep.equal(['/shop/web']);
      expect((await ask('GET', '/v2/tasks')).json()).to.deep.equal({ tasks: [] });
      for (const url of ['', '/versions', `/versions/${VERSION_TEXT}`, '/tasks']) {
        expect((await ask('GET', `/v2/apps/shop/cart${url}`)).statusCode, url).to.equal(404);
      }
      const below = (await ask('GET', '/v2/groups/apps')).json<{ id: string }[]>();
      expect(below.map(({ id }) => id)).to.deep.equal(['/shop/web']);
    });

    it('shows them in groups with their state, if asked', async () => {
      service.putGroup('/shop');
      const all = (await ask('GET', '/v2/groups/shop')).json<{ pods: { id: string }[] }>();
      expect(all.pods.map(({ id }) => id)).to.deep.equal(['/shop/cart']);
      parseShape(podStatus, all.pods[0]);
      const apps = (await ask('GET', '/v2/groups/shop?embed=group.apps')).json<{ pods: [] }>();
      expect(apps.pods).to.deep.equal([]);
    });
  });

  describe('changes', () => {
    beforeEach(() => {
      service.reply = {
        kind: 'deployed',
        deploymentId: DEPLOYMENT_ID,
        version: VERSION,
        isNew: true,
        pod: CART,
      };
    });

    it('creates a pod', async () => {
      const made = await ask('POST', '/v2/pods?force=true', BODY);
      expect([made.statusCode, made.json()]).to.deep.equal([201, SHOWN]);
      expect(made.headers).to.include({
        location: 'http://localhost:80/shop/cart',
        'marathon-deployment-id': DEPLOYMENT_ID,
      });
      expect(service.commands.at(-1)).to.deep.include({
        change: { kind: 'createPod', id: '/shop/cart', pod: BODY },
        force: true,
      });
    });

    it('replaces a pod, which is named nowhere else', async () => {
      const changed = await ask('PUT', '/v2/pods/shop/cart', BODY);
      expect([changed.statusCode, changed.json()]).to.deep.equal([200, SHOWN]);
      expect(changed.headers).to.include({ 'marathon-deployment-id': DEPLOYMENT_ID });
      expect(changed.headers).to.not.have.property('location');
    });

    it('does not replace another pod than the one it is sent to', async () => {
      const refused = await ask('PUT', '/v2/pods/shop/other', BODY);
      expect([refused.statusCode, refused.json()]).to.deep.equal([
        400,
        { message: "'/shop/other' does not match definition's id ('/shop/cart')" },
      ]);
      expect(service.commands).to.deep.equal([]);
    });

    it('removes a pod', async () => {
      const gone = await ask('DELETE', '/v2/pods/shop/cart');
      expect([gone.statusCode, gone.body]).to.deep.equal([202, '']);
      expect(gone.headers).to.include({
        location: `http://localhost:80/${DEPLOYMENT_ID}`,
        'marathon-deployment-id': DEPLOYMENT_ID,
      });
      expect(service.commands.at(-1)).to.deep.include({ force: false });
    });

    it('plans instead, if asked', async () => {
      const { plan } = running(CART);
      service.reply = { kind: 'planned', digest: '0123456789abcdef', plan, forecast: NO_FORECAST };
      for (const [method, url, body] of [
        ['POST', '/v2/pods?dryRun=true', BODY],
        ['PUT', '/v2/pods/shop/cart?dryRun=true', BODY],
        ['DELETE', '/v2/pods/shop/cart?dryRun=true', undefined],
      ] as const) {
        const planned = await ask(method, url, body);
        expect(planned.statusCode, method).to.equal(200);
        expect(planned.json(), method).to.have.property('steps');
        expect(planned.headers).to.not.have.property('marathon-deployment-id');
        expect(service.commands.at(-1)).to.deep.include({ dryRun: true });
      }
    });

    const shapes = [
      [{ containers: BODY.containers }, '/id'],
      [{ id: '/a' }, '/containers'],
      [{ ...BODY, scaling: { instances: 1 } }, '/scaling/kind'],
      [{ ...BODY, scaling: { kind: 'fixed', instances: -1 } }, '/scaling/instances'],
      [{ ...BODY, containers: [{ name: '_app', resources: {} }] }, '/containers(0)/name'],
      [{ ...BODY, containers: [{ name: 'a' }] }, '/containers(0)/resources'],
      [
        { ...BODY, containers: [{ name: 'a', resources: { cpus: 0 } }] },
        '/containers(0)/resources/cpus',
      ],
      [
        { ...BODY, containers: [{ name: 'a', resources: {}, exec: { command: {} } }] },
        '/containers(0)/exec/command',
      ],
      [
        {
          ...BODY,
          scheduling: { placement: { constraints: [{ fieldName: 'a', operator: 'X' }] } },
        },
        '/scheduling/placement/constraints(0)/operator',
      ],
    ] as const;
    for (const [body, path] of shapes) {
      it(`names the place of a wrong shape: ${path}`, async () => {
        const refused = await ask('POST', '/v2/pods', body);
        expect(refused.statusCode).to.equal(422);
        const { details } = refused.json<{ details: { path: string }[] }>();
        expect(details.map((detail) => detail.path)).to.deep.equal([path]);
      });
    }

    it('names wrong shapes and broken rules together', async () => {
      const refused = await ask('POST', '/v2/pods', {
        id: '/shop/cart',
        user: '',
        containers: [{ name: 'main', resources: {} }],
        scaling: { kind: 'elastic' },
        volumes: [{ name: 'v' }],
      });
      expect([refused.statusCode, refused.json()]).to.deep.equal([
        422,
        {
          message: 'Invalid JSON',
          details: [
            { path: '/scaling/kind', errors: ['error.unknown.enum.literal'] },
            { path: '/user', errors: ['must not be empty'] },
            {
              path: '/volumes(0)',
              errors: ['volume must be referenced by at least one container'],
            },
          ],
        },
      ]);
    });

    it('reads enums in any case', async () => {
      const scheduling = {
        killSelection: 'Oldest_First',
        placement: { constraints: [{ fieldName: 'a', operator: 'unique' }] },
      };
      await ask('POST', '/v2/pods', { ...BODY, scheduling });
      expect(service.commands.at(-1)).to.have.deep.nested.property('change.pod.scheduling', {
        killSelection: 'OLDEST_FIRST',
        placement: { constraints: [{ fieldName: 'a', operator: 'UNIQUE' }] },
      });
    });
  });

  describe('kills', () => {
    it('one instance', async () => {
      const victim = service.run(CART, 'Running', { healthy: true });
      service.reply = { kind: 'killed', instances: [victim] };
      const killed = await ask('DELETE', `/v2/pods/shop/cart::instances/${INSTANCE}?wipe=true`);
      expect([killed.statusCode, killed.json()]).to.deep.equal([
        200,
        {
          instanceId: INSTANCE,
          state: {
            condition: 'Running',
            since: VERSION_TEXT,
            activeSince: '2021-03-04T05:06:08.080Z',
            healthy: true,
            goal: 'Running',
          },
          agentInfo: { host: 'node1', agentId: 'agent-1', attributes: [] },
          runSpecVersion: VERSION_TEXT,
          unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 },
        },
      ]);
      parseShape(podInstance, killed.json());
      expect(service.commands.at(-1)).to.deep.include({
        tasks: { by: 'instance', pod: '/shop/cart', id: INSTANCE },
        wipe: true,
        scale: false,
      });
    });

    it('several instances', async () => {
      service.reply = { kind: 'killed', instances: [] };
      const killed = await ask('DELETE', '/v2/pods/shop/cart::instances', [INSTANCE]);
      expect([killed.statusCode, killed.json()]).to.deep.equal([200, []]);
      expect(service.commands.at(-1)).to.deep.include({
        tasks: { by: 'instances', pod: '/shop/cart', ids: [INSTANCE] },
      });
    });

    it('nothing whose id is none', async () => {
      expect((await ask('DELETE', '/v2/pods/a::instances/x')).statusCode).to.equal(422);
      expect((await ask('DELETE', '/v2/pods/a::instances', ['x'])).statusCode).to.equal(422);
      expect((await ask('DELETE', '/v2/pods/a::instances', { a: 1 })).statusCode).to.equal(422);
      expect(service.commands).to.deep.equal([]);
    });
  });
});
