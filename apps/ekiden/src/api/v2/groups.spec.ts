import { expect } from 'chai';
import { formatTimestamp, millis } from '@ekiden/kernel';
import { ROOT_ID, type PathId } from '../../core/app/index.js';
import type { Group } from '../../core/group/index.js';
import { groupInfo, parseShape } from '../schemas/index.js';
import {
  DEPLOYMENT_ID,
  NO_FORECAST,
  VERSION,
  VERSION_TEXT,
  definition,
  running,
  useFakeService,
  type Method,
} from '../fake-service.spec.js';

const RESULT = { deploymentId: DEPLOYMENT_ID, version: VERSION_TEXT };
const WEB = definition('/shop/web', { instances: 2 });
const DB = definition('/shop/db/main');
const SLEEP = { id: 'a', cmd: 'sleep 60' };

interface Shown {
  readonly id: string;
  readonly apps: readonly Record<string, unknown>[];
  readonly groups: readonly Shown[];
}

function group(id: string, given: Partial<Group> = {}): Group {
  return { id: id as PathId, dependencies: [], enforceRole: false, ...given };
}

describe('api of groups', () => {
  const { service, ask } = useFakeService();

  beforeEach(() => {
    const web = group('/shop', { dependencies: ['/net' as PathId] });
    for (const row of [web, group('/shop/db')]) service.rows.groups.put(row.id, row);
    service.put(WEB);
    service.put(DB);
  });

  describe('reading', () => {
    it('shows the tree, every group with the version of the root', async () => {
      const response = await ask('GET', '/v2/groups');
      expect(response.statusCode).to.equal(200);
      const root = response.json<Shown>();
      parseShape(groupInfo, root);
      expect(Object.keys(root)).to.deep.equal([
        'id',
        'apps',
        'pods',
        'groups',
        'dependencies',
        'version',
      ]);
      const [shop] = root.groups;
      expect(shop).to.deep.include({
        id: '/shop',
        dependencies: ['/net'],
        pods: [],
        version: VERSION_TEXT,
        enforceRole: false,
      });
      expect(shop?.apps.map(({ id }) => id)).to.deep.equal(['/shop/web']);
      expect(shop?.apps[0]).to.not.have.any.keys('tasks', 'tasksRunning', 'deployments');
      expect(shop?.groups[0]).to.not.have.any.keys('enforceRole');
      expect(shop?.groups[0]?.apps.map(({ id }) => id)).to.deep.equal(['/shop/db/main']);
    });

    for (const [query, apps, groups] of [
      ['', 1, 1],
      ['?embed=group.apps', 1, 0],
      ['?embed=group.groups', 0, 1],
      ['?embed=group.pods', 0, 0],
      ['?embed=group.apps.tasks', 0, 0],
      ['?embed=group.apps&embed=group.groups', 1, 1],
    ] as const) {
      it(`shows ${apps} apps and ${groups} groups for "${query}"`, async () => {
        const shown = (await ask('GET', `/v2/groups/shop${query}`)).json<Shown>();
        expect([shown.apps.length, shown.groups.length]).to.deep.equal([apps, groups]);
      });
    }

    it('adds to apps what is asked for', async () => {
      service.run(WEB, 'Running');
      service.rows.deployments.put(DEPLOYMENT_ID, running(WEB));
      const embed = 'embed=group.apps&embed=group.apps.counts&embed=group.apps.tasks';
      const shown = (await ask('GET', `/v2/groups/shop?${embed}`)).json<Shown>();
      expect(shown.apps[0]).to.include({ tasksRunning: 1 });
      expect(shown.apps[0]).to.have.nested.property('tasks[0].appId', '/shop/web');
      expect(shown.apps[0]?.['deployments']).to.deep.equal([{ id: DEPLOYMENT_ID }]);
    });

    it('lists the apps below a group, none below an unknown one', async () => {
      for (const [url, ids] of [
        ['/v2/groups/apps', ['/shop/web', '/shop/db/main']],
        ['/v2/groups/shop/apps', ['/shop/web', '/shop/db/main']],
        ['/v2/groups/shop/db/apps', ['/shop/db/main']],
        ['/v2/groups/none/apps', []],
      ] as const) {
        const apps = (await ask('GET', url)).json<{ id: string }[]>();
        expect([url, apps.map(({ id }) => id)]).to.deep.equal([url, ids]);
      }
    });

    it('lists the versions of a group and shows one of them', async () => {
      const old = definition('/shop/old');
      service.history.set('/shop' as PathId, { groups: [group('/shop')], apps: [old] });
      service.history.set(ROOT_ID, { groups: [group('/shop')], apps: [old] });
      for (const url of ['/v2/groups/versions', '/v2/groups/shop/versions']) {
        expect((await ask('GET', url)).json()).to.deep.equal([VERSION_TEXT]);
      }
      const url = `/v2/groups/shop/versions/${VERSION_TEXT}`;
      const shown = (await ask('GET', url)).json<Shown>();
      expect([shown.id, shown.apps.map(({ id }) => id)]).to.deep.equal(['/shop', ['/shop/old']]);
      const root = (await ask('GET', `/v2/groups/versions/${VERSION_TEXT}`)).json<Shown>();
      expect(root.groups.map(({ id }) => id)).to.deep.equal(['/shop']);
    });

    for (const url of [
      '/v2/groups/none',
      '/v2/groups/none/versions',
      `/v2/groups/none/versions/${VERSION_TEXT}`,
    ]) {
      it(`finds nothing at ${url}`, async () => {
        const response = await ask('GET', url);
        expect([response.statusCode, response.json()]).to.deep.equal([
          404,
          { message: "Group '/none' does not exist" },
        ]);
      });
    }

    it('does not read a version that is no time', async () => {
      expect((await ask('GET', '/v2/groups/shop/versions/soon')).statusCode).to.equal(422);
    });
  });

  describe('writing', () => {
    for (const [method, url, body, id] of [
      ['POST', '/v2/groups', { id: '/n', apps: [SLEEP] }, '/n'],
      ['POST', '/v2/groups/shop', { id: 'n/m' }, '/shop/n/m'],
      ['POST', '/v2/groups/shop/n', {}, '/shop/n'],
      ['POST', '/v2/groups', {}, '/'],
      ['PUT', '/v2/groups', { groups: [{ id: 'n', groups: [] }] }, '/'],
      ['PUT', '/v2/groups/shop', { id: '/shop', apps: [] }, '/shop'],
      ['PUT', '/v2/groups/shop', { scaleBy: 2, apps: [] }, '/shop'],
      ['PUT', '/v2/groups/shop', { version: VERSION_TEXT, id: 'x' }, '/shop/x'],
    ] satisfies [Method, string, object, string][]) {
      it(`passes on ${method} ${url} ${JSON.stringify(body)}`, async () => {
        const response = await ask(method, `${url}?force=true`, body);
        const status = method === 'POST' ? 201 : 200;
        expect([response.statusCode, response.json()]).to.deep.equal([status, RESULT]);
        expect(response.headers['marathon-deployment-id']).to.equal(DEPLOYMENT_ID);
        const location = method === 'POST' ? `http://localhost:80${id}` : undefined;
        expect(response.headers['location']).to.equal(location);
        const kind = method === 'POST' ? 'createGroup' : 'updateGroup';
        expect(service.commands).to.deep.equal([
          {
            kind: 'changeRoot',
            change: { kind, id, group: body },
            force: true,
            origin: { clientIp: '127.0.0.1', uri: url },
          },
        ]);
      });
    }

    it('scales by a document of nothing else', async () => {
      await ask('PUT', '/v2/groups/shop', { scaleBy: 1.5, apps: null });
      expect(service.commands[0]).to.have.deep.property('change', {
        kind: 'scaleGroup',
        id: '/shop',
        by: 1.5,
      });
    });

    it('restores a version by a document of nothing else', async () => {
      const snapshot = { groups: [group('/shop')], apps: [WEB] };
      service.history.set('/shop' as PathId, snapshot);
      for (const [text, version, found] of [
        [VERSION_TEXT, VERSION, snapshot],
        ['1970-01-01T00:00:00.001Z', millis(1), undefined],
      ] as const) {
        await ask('PUT', '/v2/groups/shop', { version: text });
        expect(service.commands.at(-1)).to.have.deep.property('change', {
          kind: 'restoreGroup',
          id: '/shop',
          version,
          snapshot: found,
        });
      }
    });

    it('deletes a group, or everything', async () => {
      for (const [url, id] of [
        ['/v2/groups/shop', '/shop'],
        ['/v2/groups', '/'],
      ] as const) {
        const response = await ask('DELETE', url);
        expect([response.statusCode, response.json()]).to.deep.equal([200, RESULT]);
        const command = service.commands.at(-1);
        expect(command).to.have.deep.property('change', { kind: 'deleteGroup', id });
        expect(command).to.have.property('force', false);
      }
    });

    it('answers a dry run with the steps and no deployment', async () => {
      service.reply = {
        kind: 'planned',
        digest: '0123456789abcdef',
        plan: running(WEB).plan,
        forecast: NO_FORECAST,
      };
      const response = await ask('PUT', '/v2/groups/shop?dryRun=true', { apps: [SLEEP] });
      expect([response.statusCode, response.json()]).to.deep.equal([
        200,
        {
          steps: [
            { actions: [{ action: 'StartApplication', app: '/shop/web' }] },
            { actions: [{ action: 'ScaleApplication', app: '/shop/web' }] },
          ],
          parent: formatTimestamp(millis(VERSION - 1_000)),
          digest: '0123456789abcdef',
        },
      ]);
      expect(response.headers['marathon-deployment-id']).to.equal(undefined);
      expect(service.commands[0]).to.have.property('dryRun', true);
    });

    for (const [body, enforceRole] of [
      [{ enforceRole: true }, true],
      [{}, false],
    ] as const) {
      it(`patches the role of a group with ${JSON.stringify(body)}`, async () => {
        service.reply = { kind: 'done' };
        const response = await ask('PATCH', '/v2/groups/shop', body);
        expect([response.statusCode, response.body]).to.deep.equal([200, '']);
        expect(service.commands).to.deep.equal([
          { kind: 'enforceRole', group: '/shop', enforceRole },
        ]);
      });
    }

    for (const [body, path, error] of [
      [{ apps: {} }, '/apps', /^error\.expected\.jsarray$/],
      [{ apps: [{ cmd: 'x' }] }, '/apps(0)/id', /^'id' is undefined on object/],
      [
        { groups: [{ id: 'n' }, { id: 'm', apps: [{ ...SLEEP, instances: 'x' }] }] },
        '/groups(1)/apps(0)/instances',
        /^error\.expected\.jsnumber$/,
      ],
      [{ scaleBy: -1 }, '/scaleBy', /^error\.min$/],
      [{ version: 'soon' }, '/version', /^error\.expected\.date\.isoformat$/],
      [{ id: 'A' }, '/id', /^error\.pattern$/],
    ] satisfies [object, string, RegExp][]) {
      it(`refuses the shape of ${JSON.stringify(body)}`, async () => {
        const response = await ask('PUT', '/v2/groups', body);
        expect(response.statusCode).to.equal(422);
        const { details } = response.json<{ details: { path: string; errors: string[] }[] }>();
        expect(details[0]?.path).to.equal(path);
        expect(details[0]?.errors[0]).to.match(error);
        expect(service.commands).to.deep.equal([]);
      });
    }

    it('refuses documents nested too deep', async () => {
      let deep: object = {};
      for (let i = 0; i < 60; i += 1) deep = { id: 'g', groups: [deep] };
      const response = await ask('PUT', '/v2/groups', deep);
      expect(response.statusCode).to.equal(400);
      expect(service.commands).to.deep.equal([]);
    });
  });
});
