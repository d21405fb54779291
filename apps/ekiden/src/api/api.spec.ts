import { expect } from 'chai';
import type { ApiCommand, Reply } from '../core/turn/index.js';
import {
  DEPLOYED,
  DEPLOYMENT_ID,
  NO_FORECAST,
  UUID,
  VERSION_TEXT,
  definition,
  instance,
  running,
  useFakeService,
} from './fake-service.spec.js';

const RESULT = { deploymentId: DEPLOYMENT_ID, version: VERSION_TEXT };
const WEB = definition('/shop/web', { instances: 2, labels: { tier: 'web' } });
const TASK_ID = `shop_web.instance-${UUID}._app.1`;
const BARE = { cmd: './serve' };

describe('api', () => {
  const { service, ask } = useFakeService();

  beforeEach(() => {
    service.putGroup('/shop');
    service.put(WEB);
  });

  function lastCommand(): ApiCommand | undefined {
    return service.commands.at(-1);
  }

  describe('apps', () => {
    it('are listed with counts and deployments', async () => {
      service.run(WEB, 'Running', { healthy: true });
      service.rows.deployments.put(DEPLOYMENT_ID, running(WEB));
      const { statusCode, headers, body } = await ask('GET', '/v2/apps');
      const { apps } = JSON.parse(body) as { apps: Record<string, unknown>[] };
      expect(statusCode).to.equal(200);
      expect(headers['content-type']).to.equal('application/json; charset=utf-8');
      expect(apps).to.have.length(1);
      expect(apps[0]).to.include({ id: '/shop/web', tasksRunning: 1, tasksHealthy: 1 });
      expect(apps[0]?.['deployments']).to.deep.equal([{ id: DEPLOYMENT_ID }]);
      expect(apps[0]).to.not.have.any.keys('tasks', 'lastTaskFailure', 'tasksStats');
    });

    for (const [query, found] of [
      ['cmd=SERVE', 1],
      ['cmd=nothing', 0],
      ['id=WEB', 1],
      ['id=db', 0],
      ['label=tier%3D%3Dweb', 1],
      ['label=tier!%3Dweb', 0],
      ['id=web&label=tier&cmd=x', 0],
    ] as const) {
      it(`are filtered by ${query}`, async () => {
        const response = await ask('GET', `/v2/apps?${query}`);
        expect(response.json<{ apps: unknown[] }>().apps).to.have.length(found);
      });
    }

    it('are not filtered by a selector that cannot be read', async () => {
      const response = await ask('GET', '/v2/apps?label=tier%3Dweb');
      expect(response.statusCode).to.equal(422);
      expect(response.json<{ message: string }>().message).to.match(
        /^Can not parse label selector tier=web\. Reason: /,
      );
    });

    it('are created', async () => {
      service.reply = { ...DEPLOYED, isNew: true, created: definition('/shop/db') } as Reply;
      const response = await ask('POST', '/v2/apps?force=true', { id: 'shop//db', ...BARE });
      expect(response.statusCode).to.equal(201);
      expect(response.headers).to.include({
        location: 'http://localhost:80/shop/db',
        'marathon-deployment-id': DEPLOYMENT_ID,
      });
      const body = response.json<Record<string, unknown>>();
      expect(body).to.include({ id: '/shop/db', tasksStaged: 0, version: VERSION_TEXT });
      expect(body['deployments']).to.deep.equal([{ id: DEPLOYMENT_ID }]);
      expect(body).to.not.have.any.keys('tasks', 'versionInfo');
      expect(lastCommand()).to.deep.equal({
        kind: 'changeRoot',
        change: { kind: 'createApp', id: '/shop/db', app: { id: 'shop//db', cmd: './serve' } },
        force: true,
        origin: { clientIp: '127.0.0.1', uri: '/v2/apps' },
      });
    });

    it('are changed together', async () => {
      const apps = [{ id: '/shop/web', instances: 3 }, { id: 'db' }];
      const response = await ask('PUT', '/v2/apps', apps);
      expect([response.statusCode, response.json()]).to.deep.equal([200, RESULT]);
      expect(lastCommand()).to.have.deep.nested.property('change', {
        kind: 'upsertApps',
        listed: true,
        entries: [
          { id: '/shop/web', app: apps[0] },
          { id: '/db', app: apps[1] },
        ],
        partial: true,
        mustExist: false,
      });
    });

    it('need an id each when changed together', async () => {
      const response = await ask('PATCH', '/v2/apps', [{ instances: 3 }]);
      expect([response.statusCode, response.json()]).to.deep.equal([
        422,
        { message: 'requirement failed: App Update must have app id set' },
      ]);
    });

    it('are replaced as a whole with partialUpdate=false', async () => {
      await ask('PUT', '/v2/apps?partialUpdate=false', [{ id: 'db' }]);
      expect(lastCommand()).to.have.nested.property('change.partial', false);
    });

    it('must exist to be patched', async () => {
      await ask('PATCH', '/v2/apps', [{ id: 'db' }]);
      expect(lastCommand()).to.have.nested.property('change.mustExist', true);
    });
  });

  describe('one app', () => {
    it('is shown with its tasks, by any spelling of its id', async () => {
      service.run(WEB, 'Running');
      for (const url of ['/v2/apps/shop/web', '/v2/apps//shop/web', '/v2/apps/shop%2Fweb/']) {
        const { app: shown } = (await ask('GET', url)).json<{ app: Record<string, unknown> }>();
        expect(shown).to.include({ id: '/shop/web', tasksRunning: 1 });
        expect(shown['tasks']).to.have.length(1);
        expect(shown).to.not.have.any.keys('tasksStats', 'readinessCheckResults');
      }
    });

    it('is shown with what is asked for', async () => {
      service.run(WEB, 'Running');
      const url = '/v2/apps/shop/web?embed=app.readiness&embed=app.taskStats&embed=nonsense';
      const { app: shown } = (await ask('GET', url)).json<{ app: Record<string, unknown> }>();
      expect(shown['readinessCheckResults']).to.deep.equal([]);
      expect(shown).to.have.nested.property('tasksStats.totalSummary.stats.counts.running', 1);
    });

    for (const wildcard of ['*', 'shop/*', '/*']) {
      it(`is one of several for ${wildcard}`, async () => {
        const shown = (await ask('GET', `/v2/apps/${wildcard}`)).json<{ '*': unknown[] }>();
        expect(shown['*']).to.have.length(1);
      });
    }

    it('is not found', async () => {
      const response = await ask('GET', '/v2/apps/shop/db');
      expect([response.statusCode, response.json()]).to.deep.equal([
        404,
        { message: "App '/shop/db' does not exist" },
      ]);
      expect((await ask('GET', '/v2/apps/bar/*')).json()).to.deep.equal({
        message: "Group '/bar' does not exist",
      });
    });

    it('is created by a PUT, or changed', async () => {
      service.reply = { ...DEPLOYED, isNew: true } as Reply;
      const created = await ask('PUT', '/v2/apps/shop/db', BARE);
      expect([created.statusCode, created.json()]).to.deep.equal([201, RESULT]);
      expect(created.headers['location']).to.equal('http://localhost:80/shop/db');
      service.reply = DEPLOYED;
      const changed = await ask('PUT', '/v2/apps/shop/db', BARE);
      expect([changed.statusCode, changed.json()]).to.deep.equal([200, RESULT]);
      expect(changed.headers['location']).to.equal(undefined);
      expect(changed.headers['marathon-deployment-id']).to.equal(DEPLOYMENT_ID);
    });

    it('is patched by the id of the URL', async () => {
      await ask('PATCH', '/v2/apps/shop/web?force=true', { id: 'other', instances: 3 });
      expect(lastCommand()).to.have.property('force', true);
      expect(lastCommand()).to.have.nested.property('change.entries[0].id', '/shop/web');
    });

    it('is rolled back to a stored version', async () => {
      await ask('PUT', '/v2/apps/shop/web', { version: VERSION_TEXT, id: '/shop/web' });
      expect(lastCommand()).to.have.deep.nested.property('change', {
        kind: 'rollbackApp',
        id: '/shop/web',
        definition: WEB,
      });
    });

    it('is not rolled back with anything else beside the version', async () => {
      const body = { version: VERSION_TEXT, cmd: 'x' };
      const response = await ask('PUT', '/v2/apps/shop/web', body);
      const errors = ["The 'version' field may only be combined with the 'id' field."];
      expect([response.statusCode, response.json()]).to.deep.equal([
        422,
        { message: 'Object is not valid', details: [{ path: '/', errors }] },
      ]);
      await ask('PUT', '/v2/apps/shop/web?partialUpdate=false', body);
      expect(lastCommand()).to.have.nested.property('change.kind', 'upsertApps');
    });

    it('is deleted with force unless told otherwise', async () => {
      const response = await ask('DELETE', '/v2/apps/shop/web');
      expect([response.statusCode, response.json()]).to.deep.equal([200, RESULT]);
      expect(lastCommand()).to.have.property('force', true);
      await ask('DELETE', '/v2/apps/shop/web?force=false');
      expect(lastCommand()).to.have.property('force', false);
    });

    it('is restarted without a body', async () => {
      const response = await ask('POST', '/v2/apps/shop/web/restart');
      expect([response.statusCode, response.json()]).to.deep.equal([200, RESULT]);
      expect(lastCommand()).to.have.nested.property('change.kind', 'restartApp');
    });

    it('is planned only, if asked, by every write', async () => {
      const { plan } = running(WEB);
      service.reply = { kind: 'planned', digest: '0123456789abcdef', plan, forecast: NO_FORECAST };
      const change = { instances: 2 };
      for (const [method, url, body] of [
        ['POST', '/v2/apps?dryRun=true', { id: '/shop/db', cmd: 'sleep 1' }],
        ['PUT', '/v2/apps?dryRun=true', [{ id: WEB.id, ...change }]],
        ['PATCH', '/v2/apps?dryRun=true', [{ id: WEB.id, ...change }]],
        ['PUT', `/v2/apps${WEB.id}?dryRun=true`, change],
        ['PATCH', `/v2/apps${WEB.id}?dryRun=true`, change],
        ['DELETE', `/v2/apps${WEB.id}?dryRun=true`, undefined],
        ['POST', `/v2/apps${WEB.id}/restart?dryRun=true`, undefined],
      ] as const) {
        const planned = await ask(method, url, body);
        expect(planned.statusCode, `${method} ${url}`).to.equal(200);
        expect(planned.json(), `${method} ${url}`).to.have.property('steps');
        expect(planned.headers).to.not.have.property('marathon-deployment-id');
        expect(service.commands.at(-1)).to.deep.include({ dryRun: true });
      }
    });

    it('has versions', async () => {
      expect((await ask('GET', '/v2/apps/shop/web/versions')).json()).to.deep.equal({
        versions: [VERSION_TEXT],
      });
      const url = `/v2/apps/shop/web/versions/${VERSION_TEXT}`;
      expect((await ask('GET', url)).json()).to.include({ id: '/shop/web', cmd: './serve' });
    });

    for (const [version, status, message] of [
      ['yesterday', 422, /^Invalid timestamp provided 'yesterday'\. Expecting ISO-8601/],
      [
        '2020-05-01T12:00:00%2B02:00',
        404,
        /^App '\/shop\/web' does not exist in version 2020-05-01T10:00:00\.000Z$/,
      ],
    ] as const) {
      it(`has no version ${version}`, async () => {
        const response = await ask('GET', `/v2/apps/shop/web/versions/${version}`);
        expect(response.statusCode).to.equal(status);
        expect(response.json<{ message: string }>().message).to.match(message);
      });
    }

    it('answers 503 while the database cannot be read', async () => {
      service.databaseAway = true;
      const response = await ask('GET', '/v2/apps/shop/web/versions');
      expect(response.statusCode).to.equal(503);
      expect(response.headers['retry-after']).to.equal('1');
    });
  });

  describe('tasks', () => {
    beforeEach(() => {
      service.run(WEB, 'Running');
      service.reply = { kind: 'killed', instances: [instance(WEB, 'Killing')] };
    });

    it('are listed per app, below a group, and all together with service ports', async () => {
      for (const url of ['/v2/apps/shop/web/tasks', '/v2/apps/shop/*/tasks', '/v2/tasks']) {
        const { tasks } = (await ask('GET', url)).json<{ tasks: Record<string, unknown>[] }>();
        const servicePorts = url === '/v2/tasks' ? [10_000] : [];
        expect(tasks).to.have.length(1);
        expect(tasks[0]).to.deep.include({ id: TASK_ID, state: 'TASK_RUNNING', servicePorts });
      }
    });

    for (const [query, found] of [
      ['status=RUNNING', 1],
      ['status=staging', 0],
      ['status[]=staging&status[]=running', 1],
      ['status=nonsense', 1],
    ] as const) {
      it(`are filtered by ${query}`, async () => {
        const { tasks } = (await ask('GET', `/v2/tasks?${query}`)).json<{ tasks: unknown[] }>();
        expect(tasks).to.have.length(found);
      });
    }

    it('are killed on one host', async () => {
      const response = await ask('DELETE', '/v2/apps/shop/web/tasks?host=node1&wipe=true');
      expect(response.statusCode).to.equal(200);
      expect(response.json()).to.have.nested.property('tasks[0].state', 'TASK_KILLING');
      expect(lastCommand()).to.deep.equal({
        kind: 'killTasks',
        tasks: { by: 'app', app: '/shop/web', host: 'node1' },
        scale: false,
        wipe: true,
        force: false,
        origin: { clientIp: '127.0.0.1', uri: '/v2/apps/shop/web/tasks' },
      });
    });

    it('are killed one by one', async () => {
      const response = await ask('DELETE', `/v2/apps/shop/web/tasks/${TASK_ID}`);
      expect(response.json()).to.have.nested.property('task.id', TASK_ID);
      service.reply = { kind: 'killed', instances: [] };
      const missing = await ask('DELETE', '/v2/apps/shop/web/tasks/x');
      expect(missing.json()).to.deep.equal({ message: "Task 'x' does not exist" });
    });

    it('are killed by id', async () => {
      const response = await ask('POST', '/v2/tasks/delete', { ids: [TASK_ID] });
      expect(response.statusCode).to.equal(200);
      expect(response.json()).to.have.nested.property('tasks[0].id', TASK_ID);
    });

    for (const [method, url] of [
      ['DELETE', '/v2/apps/shop/web/tasks'],
      ['DELETE', `/v2/apps/shop/web/tasks/${TASK_ID}`],
      ['POST', '/v2/tasks/delete'],
    ] as const) {
      it(`are scaled away by ${method} ${url}, but not wiped as well`, async () => {
        service.reply = DEPLOYED;
        const body = method === 'POST' ? { ids: [TASK_ID] } : undefined;
        const response = await ask(method, `${url}?scale=true`, body);
        expect([response.statusCode, response.json()]).to.deep.equal([200, RESULT]);
        const both = await ask(method, `${url}?scale=true&wipe=true`, body);
        expect([both.statusCode, both.json()]).to.deep.equal([
          400,
          { message: 'You cannot use scale and wipe at the same time.' },
        ]);
      });
    }
  });
});
