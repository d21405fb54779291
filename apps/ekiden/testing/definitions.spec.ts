import { expect } from 'chai';
import { HttpWorld, useHttpWorld, type Answered } from './http-world.js';

interface Detail {
  readonly path: string;
  readonly errors: readonly string[];
}

type Request = readonly [method: 'PATCH' | 'POST' | 'PUT', url: string, body: unknown];

interface Case {
  readonly name: string;
  readonly given?: readonly Request[];
  readonly when: Request;
  readonly status: number;
  /** One of the details, or the message where there are none. */
  readonly says?: readonly [path: string, text: string] | string;
}

const SLEEP = { cmd: 'sleep 60' };

function app(id: string, fields: object = {}): Request {
  return ['POST', '/v2/apps', { ...SLEEP, id, ...fields }];
}

const CREATE_ANEW = 'If you need to make this change, please create a new service.';

function resident(fields: object = {}, size = 10): object {
  const volumes = [{ containerPath: 'data', mode: 'RW', persistent: { size } }];
  return { ...SLEEP, id: '/db/pg', role: 'db', container: { type: 'MESOS', volumes }, ...fields };
}

function lent(id: string, external: object = {}): Request {
  const options = { 'dvdi/driver': 'rexray' };
  const volume = { provider: 'dvdi', name: 'v', options, ...external };
  const volumes = [{ containerPath: '/s', mode: 'RW', external: volume }];
  return app(id, { container: { type: 'MESOS', docker: { image: 'a' }, volumes } });
}

const FIXED = `Services with persistent volumes configured may not change resource requirements. ${CREATE_ANEW}`;

const CASES: readonly Case[] = [
  {
    name: 'an app in place of a group without anything in it',
    given: [['POST', '/v2/groups', { id: '/a', groups: [{ id: 'b', groups: [{ id: 'c' }] }] }]],
    when: app('/a/b'),
    status: 201,
  },
  {
    name: 'no app in place of a group with apps',
    given: [app('/a/b/c')],
    when: app('/a/b'),
    status: 422,
    says: ['/', 'Groups and Applications may not have the same identifier.'],
  },
  {
    name: 'no app below an app',
    given: [app('/a')],
    when: app('/a/b'),
    status: 422,
    says: ['/', "'/a' would be both"],
  },
  {
    name: 'no group in place of an app',
    given: [app('/a')],
    when: ['POST', '/v2/groups', { id: '/a' }],
    status: 409,
    says: 'An app with the path /a already exists.',
  },
  {
    name: 'no cycles',
    given: [app('/a'), app('/b', { dependencies: ['a'] })],
    when: ['PUT', '/v2/apps/a', { dependencies: ['/b'] }],
    status: 422,
    says: ['/', '/a -> /b -> /a'],
  },
  {
    name: 'no other persistent volumes for a resident app',
    given: [['POST', '/v2/apps', resident()]],
    when: [
      'PUT',
      '/v2/apps/db/pg',
      { container: (resident({}, 20) as { container: object }).container },
    ],
    status: 422,
    says: ['/app(0)', 'Persistent volumes can not be changed!'],
  },
  ...(['cpus', 'mem', 'disk', 'gpus'] as const).map((field): Case => ({
    name: `no other ${field} for a resident app`,
    given: [['POST', '/v2/apps', resident()]],
    when: ['PUT', '/v2/apps/db/pg', { [field]: 7 }],
    status: 422,
    says: [`/app(0)/${field}`, FIXED],
  })),
  {
    name: 'no change of requirePorts of a resident app',
    given: [['POST', '/v2/apps', resident()]],
    when: ['PUT', '/v2/apps/db/pg', { requirePorts: true }],
    status: 422,
    says: ['/app(0)/requirePorts', FIXED],
  },
  {
    name: 'no other host ports for a resident app',
    given: [['POST', '/v2/apps', resident({ requirePorts: true, ports: [12_000] })]],
    when: ['PUT', '/v2/apps/db/pg', { ports: [12_001] }],
    status: 422,
    says: [
      '/app(0)',
      `Services with persistent volumes configured may not change host ports. ${CREATE_ANEW}`,
    ],
  },
  {
    name: 'other instances and variables of a resident app',
    given: [['POST', '/v2/apps', resident()]],
    when: ['PUT', '/v2/apps/db/pg?force=true', { instances: 2, env: { A: 'b' } }],
    status: 200,
  },
  {
    name: 'no other role for a resident app without force',
    given: [['POST', '/v2/apps', resident()]],
    when: ['PUT', '/v2/apps/db/pg', { role: '*' }],
    status: 422,
    says: ['/role', 'Resident apps cannot have the role *'],
  },
  {
    name: 'no second owner of an external volume',
    given: [lent('/a')],
    when: lent('/b'),
    status: 422,
    says: [
      '/container/volumes(0)',
      "Volume name 'v' in /b conflicts with volume(s) of same name in app(s): /a",
    ],
  },
  {
    name: 'two users of a shared external volume',
    given: [lent('/a', { shared: true })],
    when: lent('/b', { shared: true }),
    status: 201,
  },
  {
    name: 'no list of updates with one that has no id',
    when: ['PUT', '/v2/apps', [{ id: '/a', ...SLEEP }, SLEEP]],
    status: 422,
    says: 'requirement failed: App Update must have app id set',
  },
  {
    name: 'violations of every element of a list, with its place',
    when: [
      'PUT',
      '/v2/apps',
      [
        { id: '/a', cmd: 'x' },
        { id: '/b', ...SLEEP, args: ['y'] },
      ],
    ],
    status: 422,
    says: [
      '(1)',
      "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.",
    ],
  },
  {
    name: 'no patch of an app that does not exist, nor of the others in the list',
    given: [app('/a')],
    when: [
      'PATCH',
      '/v2/apps',
      [
        { id: '/a', cpus: 2 },
        { id: '/b', ...SLEEP },
      ],
    ],
    status: 404,
    says: "App '/b' does not exist",
  },
  {
    name: 'no version beside other fields in a list',
    given: [app('/a')],
    when: ['PUT', '/v2/apps', [{ id: '/a', version: '2021-03-04T05:06:07.080Z', cpus: 2 }]],
    status: 422,
    says: ['(0)', "The 'version' field may only be combined with the 'id' field."],
  },
  {
    name: 'no unknown version in a list',
    given: [app('/a')],
    when: ['PUT', '/v2/apps', [{ id: '/a', version: '2021-03-04T05:06:07.080Z' }]],
    status: 404,
    says: "App '/a' does not exist",
  },
  {
    name: 'no enforceRole below the top',
    when: [
      'PUT',
      '/v2/groups',
      { groups: [{ id: 'a', groups: [{ id: 'b', enforceRole: true }] }] },
    ],
    status: 422,
    says: [
      '/groups(0)/groups(0)/enforceRole',
      'enforceRole can only be set for top-level groups, and /a/b is not top-level',
    ],
  },
  {
    name: 'no enforceRole together with other changes',
    given: [app('/a/b')],
    when: ['PUT', '/v2/groups/a', { enforceRole: true, apps: [] }],
    status: 422,
    says: [
      '/enforceRole',
      'enforceRole cannot be modified in a request that adds, removes or modifies services; please make these changes in separate requests.',
    ],
  },
  {
    name: 'no enforceRole of a group below the top by a patch',
    given: [app('/a/b/c')],
    when: ['PATCH', '/v2/groups/a/b', { enforceRole: true }],
    status: 422,
    says: ['/', 'Path needs to be top-level'],
  },
  {
    name: 'no foreign apps in a group',
    when: ['PUT', '/v2/groups/a', { apps: [{ ...SLEEP, id: '/b/c' }] }],
    status: 422,
    says: ['/apps(0)/id', "Identifier is not child of '/a'"],
  },
  {
    name: 'no scaleBy beside an id',
    given: [app('/a/b')],
    when: ['PUT', '/v2/groups/a', { id: '/a', scaleBy: 2 }],
    status: 422,
    says: ['/scaleBy', 'not allowed in conjunction with other properties.'],
  },
  {
    name: 'no version beside other fields of a group',
    given: [app('/a/b')],
    when: ['PUT', '/v2/groups/a', { version: '2021-03-04T05:06:07.080Z', apps: [] }],
    status: 422,
    says: ['/version', 'not allowed in conjunction with other properties.'],
  },
];

describe('A change of the tree', () => {
  const features = new Set(['external_volumes', 'gpu_resources', 'secrets'] as const);
  const apps = { defaultRole: '*', bridgeName: 'mesos-bridge', features };
  const world = useHttpWorld({ apps });

  for (const { name, given = [], when, status, says } of CASES) {
    it(`${status < 300 ? 'may be' : 'is refused:'} ${name}`, async () => {
      for (const request of given) {
        const answer = await world().ask(...request);
        expect(answer.status, answer.text).to.be.lessThan(300);
      }
      const answer = await world().ask(...when);
      expect(answer.status, answer.text).to.equal(status);
      if (typeof says === 'string') expect(answer.body).to.have.property('message', says);
      else if (says !== undefined) {
        const [path, text] = says;
        const errors = detailsOf(answer).find((detail) => detail.path === path)?.errors;
        expect(errors, answer.text).to.include(text);
      }
    });
  }

  it('takes a whole tree as it is shown, and changes nothing', async () => {
    const docker = { image: 'nginx:1.25' };
    const full = {
      dependencies: ['../db'],
      apps: [
        { ...SLEEP, id: 'host', ports: [0, 12_000], uris: ['http://example.com/a.tgz'] },
        {
          id: 'bridge',
          container: {
            docker: { ...docker, network: 'BRIDGE', portMappings: [{ containerPort: 80 }] },
            volumes: [{ containerPath: '/h', hostPath: '/h', mode: 'RO' }],
          },
          dependencies: ['host'],
          healthChecks: [{ protocol: 'http', path: '/' }],
        },
        {
          ...SLEEP,
          id: 'named',
          ipAddress: { networkName: 'net', discovery: { ports: [{ number: 80, name: 'http' }] } },
          env: { PASSWORD: { secret: 'key' } },
          secrets: { key: { source: 'vault' } },
          container: { type: 'MESOS', docker, volumes: [{ containerPath: 's', secret: 'key' }] },
        },
        lent('lent')[2],
        { ...resident(), id: 'kept', role: 'shop', residency: {} },
      ],
      groups: [{ id: 'inner', apps: [{ ...SLEEP, id: 'a', unreachableStrategy: 'disabled' }] }],
    };
    await world().ask(...app('/db/pg'));
    const put = await world().ask('PUT', '/v2/groups/shop', full);
    expect(put.status, put.text).to.equal(200);
    for (const url of ['/v2/groups/shop', '/v2/groups']) {
      const before = [...world().view.root.apps.values()];
      const { body } = await world().ask('GET', url);
      const planned = await world().ask('PUT', `${url}?dryRun=true`, body);
      expect(planned.body, planned.text).to.deep.include({ steps: [] });
      const again = await world().ask('PUT', url, body);
      expect(again.status, again.text).to.equal(200);
      expect([...world().view.root.apps.values()]).to.deep.equal(before);
    }
  });

  it('brings back versions of several apps by one list, and changes others', async () => {
    await world().ask(...app('/a', { env: { V: '1' } }));
    const { version } = await shown('/a');
    await world().ask('PUT', '/v2/apps/a?force=true', { env: { V: '2' } });
    const answer = await world().ask('PUT', '/v2/apps?force=true', [
      { id: '/a', version },
      { id: '/b', ...SLEEP },
    ]);
    expect(answer.status, answer.text).to.equal(200);
    expect(await shown('/a')).to.deep.include({ env: { V: '1' } });
    expect(await shown('/b')).to.deep.include(SLEEP);
  });

  it('leaves apps the roles of new groups where the operator wants it', async () => {
    const top = await HttpWorld.open({ newGroupsEnforceRole: true });
    expect((await top.ask(...app('/dev/web'))).body).to.have.property('role', 'dev');
    expect((await top.ask('GET', '/v2/groups/dev')).body).to.have.property('enforceRole', true);
    await top.ask('PATCH', '/v2/groups/dev', { enforceRole: false });
    await top.ask('PATCH', '/v2/groups/dev', {});
    expect((await top.ask('GET', '/v2/groups/dev')).body).to.have.property('enforceRole', true);
    await top.close();
  });

  async function shown(id: string): Promise<Readonly<Record<string, unknown>>> {
    const { body } = await world().ask('GET', `/v2/apps${id}`);
    return (body as { readonly app: Readonly<Record<string, unknown>> }).app;
  }
});

function detailsOf({ body }: Answered): readonly Detail[] {
  return (body as { readonly details?: readonly Detail[] }).details ?? [];
}
