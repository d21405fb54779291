import { expect } from 'chai';
import { readSettings, type SettingsOutcome } from './read-settings.js';
import { settingsMarkdown } from './settings-markdown.js';
import { SETTINGS } from './setting-table.js';
import type { Setting } from './setting.js';
import type { Settings } from './settings.js';

function read(args: readonly string[], env: Record<string, string> = {}): SettingsOutcome {
  return readSettings({ args, env, workingDirectory: '/work', machineName: 'node1' });
}

function accepted(args: readonly string[], env: Record<string, string> = {}): Settings {
  const outcome = read(args, env);
  if (outcome.kind !== 'settings') throw new Error(JSON.stringify(outcome));
  return outcome.settings;
}

function problems(args: readonly string[], env: Record<string, string> = {}): readonly string[] {
  const outcome = read(args, env);
  return outcome.kind === 'refused' ? outcome.problems : [];
}

/** name, flags, variables, problem */
const refusals: readonly (readonly [string, string[], Record<string, string>, string])[] = [
  [
    'a port that is no number',
    ['--http-port', 'x'],
    {},
    '--http-port: expected a whole number between 0 and 65535, not "x"',
  ],
  [
    'a port out of range',
    [],
    { EKIDEN_HTTP_PORT: '65536' },
    'EKIDEN_HTTP_PORT: expected a whole number between 0 and 65535, not "65536"',
  ],
  [
    'more simulated agents than fit',
    ['--simulated-agents', '100001'],
    {},
    '--simulated-agents: expected a whole number between 0 and 100000, not "100001"',
  ],
  [
    'an unknown flag, naming the nearest one',
    ['--http-prt', '80'],
    {},
    'unknown flag --http-prt; did you mean --http-port?',
  ],
  [
    'a name where an IP address is needed',
    ['--service-address', 'localhost'],
    {},
    '--service-address: expected an IP address, not "localhost"',
  ],
  [
    'an unknown feature',
    ['--features', 'secrets,magic'],
    {},
    '--features: expected some of external_volumes, gpu_resources, secrets, task_killing, vips, not "secrets,magic"',
  ],
  [
    'credentials without a password, which are not shown',
    ['--http-credentials', 'hunter2'],
    {},
    '--http-credentials: expected user:password',
  ],
  [
    'an origin with a path',
    ['--access-control-allow-origin', 'http://a.example/'],
    {},
    '--access-control-allow-origin: expected * or origins such as https://example.com:8443, not "http://a.example/"',
  ],
  [
    'an address that is a URL',
    ['--advertised-address', 'http://node1'],
    {},
    '--advertised-address: expected host or host:port, an IPv6 address in brackets, not "http://node1"',
  ],
  ['a flag like no other', ['--colour'], {}, 'unknown flag --colour; see --help'],
  ['a stray word', ['start'], {}, 'unexpected argument "start"'],
  [
    'an unknown log level',
    [],
    { EKIDEN_LOG_LEVEL: 'loud' },
    'EKIDEN_LOG_LEVEL: expected one of trace, debug, info, warn, error, fatal, silent, not "loud"',
  ],
  [
    'a database that is no Postgres, without showing its address',
    [],
    { DATABASE_URL: 'mysql://root:hunter2@db/x' },
    'DATABASE_URL: expected postgres://user:password@host:port/database',
  ],
];

describe('settings', () => {
  it('have defaults for everything', () => {
    expect(accepted([])).to.deep.equal({
      httpAddress: '127.0.0.1',
      httpPort: 8080,
      dataDir: '.ekiden',
      databaseUrl: undefined,
      agentResources: undefined,
      agentAttributes: [],
      agentDomain: undefined,
      dockerHosts: {
        kind: 'local',
        address: { kind: 'unix', socketPath: '/var/run/docker.sock' },
      },
      dockerConfig: undefined,
      agentTimeoutSeconds: 60,
      reconcileSeconds: 600,
      launchTimeoutSeconds: 300,
      healthHoldSeconds: 300,
      maintenanceMode: true,
      drainingSeconds: 0,
      preemptionNoticeSeconds: 30,
      isolation: 'none',
      fetchRoot: '/work',
      simulatedAgents: 0,
      unknownDependency: 'refuse',
      defaultRole: '*',
      defaultNetworkName: undefined,
      bridgeName: 'mesos-bridge',
      hostPaths: undefined,
      features: new Set(),
      newGroupEnforceRole: 'off',
      acceptedRoles: 'any',
      servicePortMin: 10_000,
      servicePortMax: 20_000,
      previewPorts: { min: 20_001, max: 20_999 },
      scopePorts: { min: 21_000, max: 29_999 },
      envVarsPrefix: undefined,
      router: 'embedded',
      haproxy: '/usr/sbin/haproxy',
      serviceAddress: '127.0.0.1',
      vhostPort: 0,
      haproxyGroups: [],
      hostname: 'node1',
      logLevel: 'info',
      mailboxCapacity: 10_000,
      leaseSeconds: 15,
      requestTimeoutSeconds: 20,
      eventsKept: 100_000,
      eventsOutstandingMax: 1_024,
      versionsKept: 50,
      rootVersionsKept: 50,
      recordFile: undefined,
      exec: 'on',
      execSessionsMax: 32,
      execIdleSeconds: 900,
      sandboxesKeptHours: 24,
      sandboxesKeptMb: 10_240,
      diskReservePercent: 5,
      volumeCheckSeconds: 60,
      volumeLimit: 'warn',
      httpCompression: true,
      httpBodyLimitMb: 16,
      httpMaxConcurrentRequests: undefined,
      httpReceiveTimeoutSeconds: 60,
      httpCredentials: undefined,
      httpRealm: 'Mesosphere',
      allowedOrigins: [],
      advertisedAddress: undefined,
      proxyConnectTimeoutSeconds: 5,
      proxyReadTimeoutSeconds: 30,
      proxyMaxOpenRequests: 256,
    });
  });

  it('are taken from the environment, and a flag wins', () => {
    const env = { EKIDEN_HTTP_PORT: '9000', EKIDEN_HOSTNAME: 'db1' };
    expect(accepted([], env).httpPort).to.equal(9000);
    expect(accepted(['--http-port=9001'], env).httpPort).to.equal(9001);
    expect(accepted(['--http-port', '9001'], env).hostname).to.equal('db1');
  });

  it('advertise the name that was chosen, unless an address was', () => {
    expect(accepted(['--hostname', 'db1']).advertisedAddress).to.equal('db1');
    const both = ['--hostname', 'db1', '--advertised-address', '10.0.0.5:80'];
    expect(accepted(both).advertisedAddress).to.equal('10.0.0.5:80');
  });

  it('split credentials at the first colon, and origins at commas and blanks', () => {
    const settings = accepted(['--http-credentials', 'admin:a:b'], {
      EKIDEN_ACCESS_CONTROL_ALLOW_ORIGIN: 'http://a.example,https://b.example:8443 *',
    });
    expect(settings.httpCredentials).to.deep.equal({ user: 'admin', password: 'a:b' });
    expect(settings.allowedOrigins).to.deep.equal([
      'http://a.example',
      'https://b.example:8443',
      '*',
    ]);
  });

  it('leave service ports alone where tasks only pretend to run, unless told otherwise', () => {
    expect(accepted(['--simulated-agents', '3']).router).to.equal('none');
    const both = ['--simulated-agents', '3', '--router', 'embedded'];
    expect(accepted(both).router).to.equal('embedded');
  });

  it("understand Marathon's variables, and say so", () => {
    const env = { MARATHON_HTTP_PORT: '9000', MARATHON_LOCAL_PORT_MIN: '11000' };
    const outcome = read([], env);
    if (outcome.kind !== 'settings') throw new Error(JSON.stringify(outcome));
    expect(outcome.settings).to.include({ httpPort: 9_000, servicePortMin: 11_000 });
    expect(outcome.notes).to.deep.equal([
      { level: 'info', message: 'MARATHON_HTTP_PORT is taken as EKIDEN_HTTP_PORT' },
      { level: 'info', message: 'MARATHON_LOCAL_PORT_MIN is taken as EKIDEN_SERVICE_PORT_MIN' },
    ]);
  });

  it("prefer our variables and flags to Marathon's", () => {
    const env = { MARATHON_HTTP_PORT: '9000', EKIDEN_HTTP_PORT: '9001', MARATHON_HOSTNAME: 'm1' };
    const outcome = read(['--hostname', 'h1'], env);
    if (outcome.kind !== 'settings') throw new Error(JSON.stringify(outcome));
    expect(outcome.settings).to.include({ httpPort: 9_001, hostname: 'h1' });
    expect(outcome.notes.map(({ message }) => message)).to.deep.equal([
      'MARATHON_HOSTNAME is not looked at: EKIDEN_HOSTNAME or --hostname wins',
      'MARATHON_HTTP_PORT is not looked at: EKIDEN_HTTP_PORT or --http-port wins',
    ]);
  });

  it("warn of variables of Marathon's kind that nobody knows, and pass over those of tasks", () => {
    const env = {
      MARATHON_HTTP_PROT: '9000',
      MARATHON_COLOUR_OF_THE_SKY: 'blue',
      MARATHON_APP_ID: '/ekiden',
      MARATHON_ZK: 'zk://u:hunter2@zk1/marathon',
      MARATHON_MASTER: 'zk://zk1/mesos',
    };
    const outcome = read([], env);
    expect(outcome.kind === 'settings' && outcome.notes).to.deep.equal([
      {
        level: 'warn',
        message: 'nobody knows MARATHON_COLOUR_OF_THE_SKY; see --help',
      },
      {
        level: 'warn',
        message: 'nobody knows MARATHON_HTTP_PROT; did you mean MARATHON_HTTP_PORT?',
      },
      {
        level: 'info',
        message: 'without a meaning here, not looked at: MARATHON_MASTER, MARATHON_ZK',
      },
    ]);
  });

  it("read Marathon's milliseconds, and its switches that are only there", () => {
    const env = { MARATHON_LEADER_PROXY_READ_TIMEOUT: '45500', MARATHON_HTTP_COMPRESSION: '' };
    expect(accepted([], env)).to.include({ proxyReadTimeoutSeconds: 46, httpCompression: true });
  });

  it('name the variable of Marathon that is wrong', () => {
    expect(problems([], { MARATHON_HTTP_PORT: 'x' })).to.deep.equal([
      'MARATHON_HTTP_PORT: expected a whole number between 0 and 65535, not "x"',
    ]);
  });

  it('refuse a range of service ports that is none', () => {
    expect(problems(['--service-port-min', '21000'])).to.deep.equal([
      'EKIDEN_SERVICE_PORT_MIN: expected no more than 20000, not 21000',
    ]);
  });

  it('refuse ranges of ports that have ports in common', () => {
    expect(problems(['--service-port-max', '20500'])).to.deep.equal([
      'EKIDEN_PREVIEW_PORTS: 20001-20999 has ports in common with the service ports, 10000-20500',
    ]);
    const args = ['--preview-ports', '9000-22000', '--scope-ports', '19999-23000'];
    expect(problems(args)).to.deep.equal([
      'EKIDEN_PREVIEW_PORTS: 9000-22000 has ports in common with the service ports, 10000-20000',
      'EKIDEN_SCOPE_PORTS: 19999-23000 has ports in common with the service ports, 10000-20000',
      'EKIDEN_SCOPE_PORTS: 19999-23000 has ports in common with the preview ports, 9000-22000',
    ]);
  });

  it('take an empty variable as none', () => {
    expect(accepted([], { EKIDEN_HTTP_PORT: '', DATABASE_URL: '' }).httpPort).to.equal(8080);
  });

  it('read resources and attributes in the form of Mesos', () => {
    const settings = accepted(['--agent-resources', 'cpus:2;mem:512;ports:[31000-31010]'], {
      EKIDEN_AGENT_ATTRIBUTES: 'rack:r1',
    });
    expect(settings.agentResources).to.not.equal(undefined);
    expect(settings.agentAttributes).to.have.length(1);
    const { agentDomain } = accepted(['--agent-domain', 'eu/eu-1']);
    expect(agentDomain).to.deep.equal({ region: 'eu', zone: 'eu-1' });
  });

  it('read lists of features, however they are separated', () => {
    const settings = accepted(['--features', 'secrets, gpu_resources']);
    expect([...settings.features]).to.deep.equal(['secrets', 'gpu_resources']);
  });

  it('say where resources are wrong', () => {
    const [problem] = problems(['--agent-resources', 'cpus:many']);
    expect(problem).to.match(/^--agent-resources: .+ \(at character \d+\), not "cpus:many"$/);
  });

  for (const [name, args, env, problem] of refusals) {
    it(`refuse ${name}`, () => {
      expect(problems(args, env)).to.include(problem);
    });
  }

  it('report every problem at once', () => {
    const found = problems(['--http-port', 'x', '--lease-secnds', '3', '--log-level', 'loud'], {
      EKIDEN_MAILBOX_CAPACITY: '0',
    });
    expect(found).to.have.length(4);
  });

  it('miss the value of a flag', () => {
    expect(problems(['--http-port'])[0]).to.contain('--http-port');
  });

  it('explain themselves, with examples', () => {
    const outcome = read(['--help']);
    const text = outcome.kind === 'help' ? outcome.text : '';
    for (const { env, flag } of Object.values<Setting<unknown>>(SETTINGS)) {
      expect(text).to.contain(`--${flag}`);
      expect(text).to.contain(env);
    }
    expect(text).to.contain('Examples:');
    expect(read(['-h']).kind).to.equal('help');
    expect(read(['--version']).kind).to.equal('version');
  });

  it('make a row each of the README table', () => {
    const rows = settingsMarkdown().trimEnd().split('\n');
    expect(rows).to.have.length(2 + Object.keys(SETTINGS).length);
  });

  it('never show a password', () => {
    const url = 'mysql://u:hunter2@h/d';
    const lines = [
      ['--database-url', url],
      [`--database-ur=${url}`],
      ['--database-ur', url],
      [url],
    ];
    for (const args of lines) {
      expect(JSON.stringify(read(args)))
        .to.contain('refused')
        .and.not.contain('hunter2');
    }
  });
});
