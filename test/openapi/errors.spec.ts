import { expect } from 'chai';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  agentsOf,
  sleeper,
  until,
  useService,
  useStage,
  type TestService,
} from '../support/index.js';
import { liveDocument } from './served-document.js';

interface Mistake {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Asked of a service with credentials and without sessions. */
  readonly ofGuarded?: true;
}

interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

const STREAM = { accept: 'text/event-stream' };
const POD = {
  id: '/x',
  containers: [{ name: 'a', exec: { command: { shell: 'sleep 1000' } }, resources: {} }],
  scaling: { kind: 'fixed', instances: 0 },
};
const TASK = 'x.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1';

const CREDENTIALS = 'operator:secret';
/** Of the task of the app `/files`. */
const FILE = '/v2/tasks/{task}/files/download';

/** What has to be done to get each of the errors that the document shows. */
const MISTAKES: Readonly<Record<string, Mistake>> = {
  brokenJson: { method: 'POST', path: '/v2/apps', body: '{"id": x}' },
  noBody: { method: 'POST', path: '/v2/apps' },
  scaleAndWipe: {
    method: 'POST',
    path: '/v2/tasks/delete?scale=true&wipe=true',
    body: { ids: [] },
  },
  noTaskId: { method: 'POST', path: '/v2/tasks/delete', body: { ids: ['x'] } },
  noUuid: { method: 'POST', path: '/v2/tasks/delete', body: { ids: ['foo.bar'] } },
  wrongIds: { method: 'POST', path: '/v2/tasks/delete', body: { ids: 'x' } },
  unknownChoice: { method: 'GET', path: '/v2/tasks?generation=blue' },
  noEventNumber: {
    method: 'GET',
    path: '/v2/events',
    headers: { ...STREAM, 'last-event-id': 'x' },
  },
  askForEvents: { method: 'GET', path: '/v2/events' },
  nameAnApp: { method: 'GET', path: '/v2/why' },
  noApp: { method: 'GET', path: '/v2/apps/x' },
  noAppVersion: { method: 'GET', path: '/v2/apps/known/versions/2021-03-04T05:06:07.080Z' },
  noGroup: { method: 'GET', path: '/v2/groups/x' },
  noPod: { method: 'GET', path: '/v2/pods/x::status' },
  noPodShown: { method: 'GET', path: '/v2/pods/x' },
  otherPod: { method: 'PUT', path: '/v2/pods/x', body: { ...POD, id: '/y' } },
  noPath: { method: 'DELETE', path: '/v2/pods/x::instances', body: [] },
  noInstanceId: { method: 'DELETE', path: '/v2/pods/x::instances/x' },
  podExists: { method: 'POST', path: '/v2/pods', body: POD },
  noTask: { method: 'DELETE', path: `/v2/apps/known/tasks/${TASK}` },
  noDeployment: {
    method: 'DELETE',
    path: '/v2/deployments/5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11',
  },
  noVolume: { method: 'GET', path: '/v2/volumes/x' },
  askForSession: { method: 'GET', path: `/v2/tasks/${TASK}/exec` },
  noTaskKept: { method: 'GET', path: '/v2/tasks/x.instance-1._app.1/files' },
  outOfSandbox: { method: 'GET', path: `/v2/tasks/${TASK}/files?path=../x` },
  wrongStart: {
    method: 'PUT',
    path: '/v2/agents/{agent}/maintenance',
    body: { start: 'x', durationSeconds: 60 },
  },
  notQueued: { method: 'DELETE', path: '/v2/queue/x/delay' },
  noAgent: { method: 'GET', path: '/v2/agents/x' },
  noUnknownTask: { method: 'DELETE', path: `/v2/unknown-tasks/${TASK}` },
  agentAnswers: { method: 'DELETE', path: '/v2/agents/{agent}' },
  noRole: { method: 'GET', path: '/v2/roles/x' },
  noRoleName: { method: 'DELETE', path: '/v2/roles/-x' },
  overcommitted: {
    method: 'PUT',
    path: '/v2/roles/eng',
    body: { quota: { guarantees: { cpus: 1000 } } },
  },
  guaranteeAboveLimit: {
    method: 'PUT',
    path: '/v2/roles/eng',
    body: { quota: { guarantees: { cpus: 2 }, limits: { cpus: 1 } } },
  },
  wrongDeadline: { method: 'POST', path: '/v2/agents/x/drain', body: { deadlineSeconds: -1 } },
  notAcceptable: { method: 'GET', path: '/v2/apps', headers: { accept: 'text/html' } },
  locked: { method: 'PUT', path: '/v2/apps/known', body: { instances: 2 } },
  appExists: { method: 'POST', path: '/v2/apps', body: sleeper('/x', 0) },
  groupExists: { method: 'POST', path: '/v2/groups', body: { id: '/x' } },
  tooLarge: {
    method: 'POST',
    path: '/v2/apps',
    // announced is enough; nobody reads what would follow
    headers: { 'content-type': 'application/json', 'content-length': String(17 * 2 ** 20) },
  },
  noJsonType: {
    method: 'POST',
    path: '/v2/apps',
    body: '<app/>',
    headers: { 'content-type': 'text/xml' },
  },
  wrongShape: { method: 'POST', path: '/v2/apps', body: { ...sleeper('/x', 0), instances: '1' } },
  notValid: {
    method: 'POST',
    path: '/v2/apps',
    body: {
      id: '/',
      cmd: 's',
      upgradeStrategy: { minimumHealthCapacity: 1.2, maximumOverCapacity: 1 },
    },
  },
  noPlugin: { method: 'GET', path: '/v2/plugins/x/y' },
  noTimestamp: { method: 'GET', path: '/v2/apps/known/versions/x' },
  noSelector: { method: 'GET', path: '/v2/apps?label=a%3Db' },
  aLink: { method: 'GET', path: `${FILE}?path=current` },
  behindTheEnd: { method: 'GET', path: `${FILE}?path=log`, headers: { range: 'bytes=10-' } },
  noSuchFile: { method: 'GET', path: `${FILE}?path=core` },
  volumeInUse: { method: 'DELETE', path: '/v2/volumes/{volume}' },
  unknownHost: {
    method: 'POST',
    path: '/v2/maintenance/schedule',
    body: {
      windows: [
        {
          machine_ids: [{ hostname: 'node9' }],
          unavailability: { start: { nanoseconds: 1_900_000_000_000_000_000 } },
        },
      ],
    },
  },
  unauthorized: { method: 'GET', path: '/v2/info', ofGuarded: true },
  execOff: {
    method: 'GET',
    path: `/v2/tasks/${TASK}/exec`,
    headers: { authorization: `Basic ${Buffer.from(CREDENTIALS).toString('base64')}` },
    ofGuarded: true,
  },
};

/** What takes a fault, a leader in trouble or a database of yesterday. */
const NOT_HERE = [
  // an older dump, restored under running tasks: test/integration/older-database.spec.ts
  'notAdoptable',
  // moments of a standby and between leaders: test/integration/standby.spec.ts
  'noLeader',
  'noLeaderKnown',
  'slowLeader',
  'unavailable',
  // a fault of our own
  'fault',
];

describe('The errors that the API document shows', () => {
  const service = useService({ env: { EKIDEN_DOCKER_HOSTS: 'none', EKIDEN_HOSTNAME: 'node1' } });
  const stage = useStage();
  let guarded: TestService;
  const facts: Record<string, string> = {};

  /** Not by fetch, which cannot announce a body and leave it at that. */
  function provoke({ method, path, body, headers = {}, ofGuarded }: Mistake): Promise<Refusal> {
    const sent = typeof body === 'string' ? body : JSON.stringify(body ?? '');
    const length = String(Buffer.byteLength(sent));
    const json = { 'content-type': 'application/json', 'content-length': length };
    const asking = request((ofGuarded === true ? guarded : service()).url + path, {
      method,
      headers: { ...(body === undefined ? {} : json), ...headers },
      agent: false,
    });
    if (body === undefined) asking.flushHeaders();
    if (headers['content-length'] === undefined) asking.end(body === undefined ? undefined : sent);
    return new Promise((resolve, reject) => {
      asking.on('error', (error) => reject(new Error(`${method} ${path}`, { cause: error })));
      asking.on('response', (response) => {
        text(response).then((answer) => {
          asking.destroy();
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer) as unknown });
        }, reject);
      });
    });
  }

  before('apps and groups that mistakes are about', async () => {
    const { api } = service();
    await api.ask('POST', '/v2/apps', sleeper('/known', 0));
    const cmd = 'printf 0123456789 >log; ln -s log current; echo done; exec sleep 1000';
    await api.ask('POST', '/v2/apps', sleeper('/files', 1, { cmd }));
    await until(async () => (await api.deployments()).length === 0, 'quiet');
    facts['task'] = (await api.app('/files')).tasks[0]?.id ?? '';
    const logs = `/v2/tasks/${facts['task']}/logs`;
    await until(
      async () => (await api.send('GET', logs)).text.includes('done'),
      'a filled sandbox',
    );
    facts['agent'] = (await agentsOf(api))[0]?.id ?? '';
  });

  it('are what the service says, word for word', async () => {
    const { api } = service();
    const { examples } = (await liveDocument(api)).components;
    expect(Object.keys(examples).sort()).to.deep.equal(
      [...Object.keys(MISTAKES), ...NOT_HERE].sort(),
    );
    const env = { EKIDEN_EXEC: 'off', EKIDEN_HTTP_CREDENTIALS: CREDENTIALS };
    guarded = stage.service({ env: { EKIDEN_DOCKER_HOSTS: 'none', ...env } });
    await guarded.launch();
    await until(() => guarded.logged('leadership-won').length > 0, 'a guarded service that leads');
    for (const [name, mistake] of Object.entries(MISTAKES)) {
      await prepare(name);
      const path = mistake.path.replace(/\{(\w+)\}/, (_whole, fact: string) => facts[fact] ?? '');
      const { body, status } = await provoke({ ...mistake, path });
      expect(status, name).to.be.within(400, 426);
      expect(plain(body), name).to.deep.equal(plain(examples[name]?.value));
    }
  });

  /** What has to be there for a mistake to be one. */
  async function prepare(name: string): Promise<void> {
    const { api } = service();
    if (name === 'locked') {
      await api.ask('PUT', '/v2/apps/known', { instances: 1, cpus: 1000 });
    } else if (name === 'podExists') {
      await api.ask('POST', '/v2/pods', POD);
    } else if (name === 'noTask') {
      await api.ask('DELETE', '/v2/pods/x').catch(() => undefined);
    } else if (name === 'appExists') {
      await api.ask('POST', '/v2/apps', sleeper('/x', 0));
    } else if (name === 'volumeInUse') {
      await api.ask('POST', '/v2/apps', {
        ...sleeper('/db/pg', 1, { role: 'db' }),
        container: {
          type: 'MESOS',
          volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 1 } }],
        },
      });
      await until(async () => (await api.app('/db/pg')).tasksRunning === 1, 'its data');
      const { volumes } = (await api.ask('GET', '/v2/volumes')).body as {
        volumes: { id: string }[];
      };
      facts['volume'] = encodeURIComponent(volumes[0]?.id ?? '');
    } else if (name === 'groupExists') {
      await api.ask('DELETE', '/v2/apps/x');
      await until(async () => (await api.send('GET', '/v2/apps/x')).status === 404, 'its end');
      await api.ask('POST', '/v2/groups', { id: '/x', groups: [{ id: 'y' }] });
    }
  }
});

/** Without what is never the same, ids of deployments, and with `/x` for whatever app was asked. */
function plain(body: unknown): unknown {
  const text = JSON.stringify(body)
    .replaceAll(
      /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?="\}| does not| of |' belongs)/g,
      'id',
    )
    .replaceAll('/known', '/x');
  return JSON.parse(text);
}
