import { expect } from 'chai';
import type { Document } from '../tree/index.js';
import { reportApp, type ReportContext } from './report-app.js';
import { noteText } from './report-text.js';
import type { DefinitionReport } from './report.js';

function reportOf(fields: Document, context: ReportContext = {}): DefinitionReport {
  const definition = { id: '/shop/web', cmd: 'sleep 60', ...fields };
  return reportApp({ kind: 'app', id: '/shop/web', definition }, context);
}

const DOCKER = { type: 'DOCKER', docker: { image: 'nginx' } };
const inDocker = (docker: Document): Document => ({
  container: { ...DOCKER, docker: { ...DOCKER.docker, ...docker } },
});

type Level = 'changed' | 'lost' | 'needs';
type Case = readonly [name: string, level: Level, fields: Document, text: string];

const said: readonly Case[] = [
  [
    'credentials of a registry',
    'lost',
    inDocker({ credential: { principal: 'me', secret: 'you' } }),
    'container.docker.credential: left out',
  ],
  [
    'a role that no app of this group has',
    'lost',
    { acceptedResourceRoles: ['slave_public'] },
    'acceptedResourceRoles: "slave_public" left out',
  ],
  [
    'how to stay on hosts of a role',
    'needs',
    { acceptedResourceRoles: ['slave_public', '*'] },
    'to stay on the hosts of slave_public: an attribute there',
  ],
  ['a role of nobody', 'changed', { role: 'slave_public' }, 'role: "slave_public" is left out'],
  [
    'operators in small letters',
    'changed',
    { constraints: [['hostname', 'unique']] },
    'constraints: operators in capital letters',
  ],
  [
    'a command without its protocol',
    'changed',
    { healthChecks: [{ command: { value: 'true' } }] },
    'healthChecks: checks with a command get the protocol COMMAND',
  ],
  [
    'mappings beside the host network',
    'changed',
    inDocker({ network: 'HOST', portMappings: [{ containerPort: 80 }] }),
    'container.portMappings: left out: on the host network there is nothing to map',
  ],
  [
    'port definitions that say something else than the mappings',
    'changed',
    {
      portDefinitions: [{ port: 1234 }],
      ...inDocker({ network: 'BRIDGE', portMappings: [{ containerPort: 80, servicePort: 99 }] }),
    },
    "portDefinitions: left out: the container's portMappings carry its ports (these were [1234])",
  ],
  [
    'required ports in a bridge',
    'changed',
    { requirePorts: true, ...inDocker({ network: 'BRIDGE' }) },
    'requirePorts: true becomes false',
  ],
  ['a field of nobody', 'lost', { maintainer: 'me' }, 'maintainer: no such field'],
  [
    'addresses of a store',
    'lost',
    { storeUrls: ['http://a'] },
    'storeUrls: gone since Marathon 1.5',
  ],
  [
    'a field that stands in the wrong place',
    'lost',
    { healthChecks: [{ protocol: 'TCP', portIndex: 0, interval: 3 }] },
    'healthChecks[0].interval: no such field',
  ],
  [
    'an image for the Mesos containerizer',
    'changed',
    { container: { type: 'MESOS', docker: { image: 'x' } } },
    'container.type: the image runs on a Docker engine',
  ],
  [
    'a Mesos container without image',
    'changed',
    { container: { type: 'MESOS' } },
    'container.type: without an image it runs as a plain process',
  ],
  [
    'a folder of the host in a process',
    'lost',
    {
      container: {
        type: 'MESOS',
        volumes: [{ hostPath: '/etc', containerPath: 'etc', mode: 'RO' }],
      },
    },
    'container.volumes[0]: a plain process sees /etc where it is, not at etc',
  ],
  [
    'data that is kept',
    'needs',
    {
      id: '/data/db',
      role: 'data',
      container: {
        type: 'MESOS',
        volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 64 } }],
      },
    },
    'container.volumes[0]: the data of each instance: its new volume at data begins empty',
  ],
  [
    'a network of containers',
    'needs',
    { ...inDocker({}), networks: [{ mode: 'container', name: 'weave' }] },
    'networks: a network "weave" on every Docker engine',
  ],
  [
    'a flag that docker run does not have',
    'lost',
    inDocker({ parameters: [{ key: 'lxc-conf', value: 'x' }] }),
    'container.docker.parameters[0]: "lxc-conf" is no flag',
  ],
  [
    'restarts by Docker',
    'changed',
    inDocker({ parameters: [{ key: 'restart', value: 'always' }] }),
    '"restart" is left out',
  ],
  [
    'secrets in the environment',
    'lost',
    { env: { KEY: { secret: 'k' } }, secrets: { k: { source: 's' } } },
    'env.KEY: this version hands out no secrets',
  ],
  ['what secrets need', 'needs', { secrets: { k: { source: 's' } } }, 'EKIDEN_FEATURES=secrets'],
  ['gpus', 'needs', { gpus: 1, container: { type: 'MESOS' } }, 'EKIDEN_FEATURES=gpu_resources'],
  ['an executor', 'lost', { executor: '/opt/executor' }, 'executor: there are no Mesos executors'],
  [
    'a check without consequences',
    'lost',
    { check: { exec: { command: { shell: 'true' } } } },
    'check: checks without consequences',
  ],
  ['files from HDFS', 'lost', { uris: ['hdfs://a/b'] }, 'fetch[0]: hdfs: is not fetched'],
  [
    'files of the host',
    'needs',
    { uris: ['file:///etc/docker.tar.gz'] },
    'file:///etc/docker.tar.gz on every host',
  ],
  [
    'attributes of hosts',
    'needs',
    { constraints: [['rack', 'GROUP_BY']] },
    'hosts with the attribute rack',
  ],
  [
    'those who speak to Mesos',
    'lost',
    { cmd: 'run --zk zk://leader.mesos:2181' },
    'it uses Mesos or DC/OS themselves',
  ],
  [
    'virtual addresses',
    'lost',
    { portDefinitions: [{ port: 0, labels: { VIP_0: '/a:80' } }] },
    'labels VIP_n: there are no virtual addresses',
  ],
];

describe('the report on an app', () => {
  it('keeps a plain app whole', () => {
    const report = reportOf({ instances: 2, env: { A: 'b' }, labels: { tier: 'web' } });
    expect(report.kept).to.deep.equal(['id', 'cmd', 'instances', 'env', 'labels']);
    const { changed, lost, needs, refused } = report;
    expect({ changed, lost, needs, refused }).to.deep.equal({
      changed: [],
      lost: [],
      needs: [],
      refused: [],
    });
  });

  for (const [name, level, fields, text] of said) {
    it(`says under ${level}: ${name}`, () => {
      const report = reportOf(fields);
      expect(report.refused).to.deep.equal([]);
      expect(report[level].map(noteText).join('\n')).to.include(text);
    });
  }

  it('keeps what an app says of its rollout', () => {
    const report = reportOf({ rollout: { twin: false } });
    expect(report.lost).to.deep.equal([]);
    expect(report.kept).to.include('rollout');
  });

  it('counts older forms as kept, with their present names', () => {
    const report = reportOf({
      uris: ['http://a/b.tgz'],
      ...inDocker({ network: 'BRIDGE', portMappings: [{ containerPort: 80 }] }),
    });
    expect(report.kept).to.have.members([
      'id',
      'cmd',
      'container',
      'uris (now fetch)',
      'container.docker.network (now networks)',
      'container.docker.portMappings (now container.portMappings)',
    ]);
    expect([...report.changed, ...report.lost]).to.deep.equal([]);
  });

  it('takes what old answers show twice, and what was running, for nothing new', () => {
    const report = reportOf({
      uris: ['http://a/b.tgz'],
      fetch: [{ uri: 'http://a/b.tgz', extract: true }],
      ports: [10_000],
      portDefinitions: [{ port: 10_000 }],
      ipAddress: null,
      storeUrls: [],
      tasksRunning: 1,
      deployments: [],
      versionInfo: { lastScalingAt: '2020-01-01T00:00:00.000Z' },
      version: '2020-01-01T00:00:00.000Z',
    });
    expect({ changed: report.changed, lost: report.lost, refused: report.refused }).to.deep.equal({
      changed: [],
      lost: [],
      refused: [],
    });
    expect(report.definition).not.to.have.any.keys('version', 'uris', 'ports', 'tasksRunning');
  });

  it('leaves out dependencies on nothing, where that can be known', () => {
    const fields = { dependencies: ['/db', '/gone'] };
    expect(reportOf(fields).definition['dependencies']).to.deep.equal(['/db', '/gone']);
    const report = reportOf(fields, { exists: (id) => id === '/db' });
    expect(report.definition['dependencies']).to.deep.equal(['/db']);
    expect(report.changed.map(noteText)).to.deep.equal([
      'dependencies: /gone left out: there is no such app or group, which Marathon did not mind',
    ]);
  });

  it('knows the default role of the old service', () => {
    const report = reportOf({ role: 'teams' }, { oldDefaultRole: 'teams' });
    expect(report.changed.map(noteText).join()).to.include('was the default of the old service');
  });

  it('keeps the role of the group', () => {
    const report = reportOf({ role: 'shop' });
    expect(report.kept).to.include('role');
  });

  const refusedCases: readonly (readonly [fields: Document, path: string, message: string])[] = [
    [{ cpus: 'a' }, '/cpus', 'error.expected.jsnumber'],
    [{ args: ['x'] }, '/', "AppDefinition must either contain one of 'cmd' or 'args'"],
    [{ instances: -1 }, '/instances', 'error.min'],
  ];
  for (const [fields, path, message] of refusedCases) {
    it(`refuses by the service's own rules: ${path} ${message}`, () => {
      const [first] = reportOf(fields).refused;
      expect(first?.path).to.equal(path);
      expect(first?.message).to.include(message);
    });
  }

  it('fetches nothing for empty addresses', () => {
    expect(reportOf({ uris: [''] }).lost).to.deep.equal([]);
  });

  it('knows the name that the new service gives to networks', () => {
    const fields = { ...inDocker({}), networks: [{ mode: 'container' }] };
    expect(reportOf(fields).refused.map(({ path }) => path)).to.deep.equal(['/networks']);
    expect(reportOf(fields, { defaultNetworkName: 'weave' }).refused).to.deep.equal([]);
  });

  it('never shows the value of a variable', () => {
    const report = reportOf({ env: { PASSWORD: 'hidden' } });
    expect(JSON.stringify({ ...report, definition: {} })).not.to.include('hidden');
  });
});
