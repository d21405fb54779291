import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import type { AppDefinition, PathId } from '../../../core/app/index.js';
import type { Condition } from '../../../core/instance/index.js';
import { DEFAULT_SETTINGS } from '../../../core/turn/index.js';
import {
  appInfo,
  deployment,
  info,
  parseShape,
  queueItem,
  task,
  why,
} from '../../schemas/index.js';
import {
  NOW,
  UUID,
  VERSION,
  VERSION_TEXT,
  FakeService,
  definition,
  entry,
  instance,
  running,
} from '../../fake-service.spec.js';
import { presentApp } from './app.js';
import { presentAppInfo, presentCreatedInfo } from './app-info.js';
import { countTasks, tasksStatistics } from './counts.js';
import { presentDeployment } from './deployment.js';
import { APP_EMBEDS, embedsOf } from './embed.js';
import { presentInfo } from './info.js';
import { funnel, presentQueueItem } from './queue.js';
import { presentWhy } from './why.js';
import { STATE_OF_CONDITION, isPlaced, presentTask, servicePortsOf } from './task.js';

const WEB = definition('/shop/web');

const FULL = definition('/shop/full', {
  acceptedResourceRoles: ['*'],
  args: ['a', 'b'],
  constraints: [
    { field: 'hostname', operator: 'UNIQUE' },
    { field: 'rack', operator: 'GROUP_BY', value: '2' },
  ],
  container: {
    type: 'DOCKER',
    docker: { image: 'nginx', forcePullImage: false, privileged: false, parameters: [] },
    volumes: [
      { kind: 'secret', containerPath: '/s', secret: 'key' },
      { kind: 'host', containerPath: '/h', hostPath: '/tmp', mode: 'RO' },
      {
        kind: 'persistent',
        containerPath: 'data',
        mode: 'RW',
        persistent: { type: 'root', size: 10, constraints: [] },
      },
    ],
    portMappings: [
      { containerPort: 80, servicePort: 10_001, protocol: 'tcp', labels: {}, networkNames: [] },
      {
        containerPort: 81,
        hostPort: 0,
        servicePort: 10_002,
        name: 'admin',
        protocol: 'udp,tcp',
        labels: { a: 'b' },
        networkNames: ['net'],
      },
    ],
  },
  dependencies: ['/shop/db' as PathId],
  env: { A: 'b', S: { secret: 'key' } },
  secrets: { key: { source: 'vault' } },
  fetch: [{ uri: 'x.tgz', extract: true, executable: false, cache: false, destPath: 'y' }],
  healthChecks: [
    {
      protocol: 'HTTP',
      path: '/',
      portIndex: 0,
      gracePeriodSeconds: 300,
      intervalSeconds: 60,
      timeoutSeconds: 20,
      maxConsecutiveFailures: 3,
      delaySeconds: 15,
      ignoreHttp1xx: false,
      ipProtocol: 'IPv4',
    },
    {
      protocol: 'COMMAND',
      command: { value: 'true' },
      gracePeriodSeconds: 300,
      intervalSeconds: 60,
      timeoutSeconds: 20,
      maxConsecutiveFailures: 3,
      delaySeconds: 15,
      ignoreHttp1xx: false,
      ipProtocol: 'IPv4',
    },
  ],
  networks: [{ mode: 'container', name: 'net', labels: { x: 'y' } }],
  unreachableStrategy: 'disabled',
  user: 'nobody',
  taskKillGracePeriodSeconds: 5,
});

function keysOf(value: object | undefined): readonly string[] {
  return Object.keys(value ?? {});
}

describe('presenters', () => {
  it('show a plain app in the order of Marathon, without what is empty', () => {
    expect(JSON.stringify(presentApp(WEB))).to.equal(
      '{"id":"/shop/web","backoffFactor":1.15,"backoffSeconds":1,"cmd":"./serve","cpus":1,' +
        '"disk":0,"executor":"","instances":1,"labels":{},"maxLaunchDelaySeconds":300,"mem":128,' +
        '"gpus":0,"networks":[{"mode":"host"}],' +
        '"portDefinitions":[{"port":10000,"name":"default","protocol":"tcp"}],' +
        '"requirePorts":false,' +
        '"upgradeStrategy":{"maximumOverCapacity":1,"minimumHealthCapacity":1},' +
        `"version":"${VERSION_TEXT}",` +
        `"versionInfo":{"lastScalingAt":"${VERSION_TEXT}","lastConfigChangeAt":"${VERSION_TEXT}"},` +
        '"killSelection":"YOUNGEST_FIRST",' +
        '"unreachableStrategy":{"inactiveAfterSeconds":0,"expungeAfterSeconds":0},"role":"*"}',
    );
  });

  it('show everything an app may have', () => {
    const shown = presentApp(FULL);
    expect(keysOf(shown).slice(0, 12)).to.deep.equal([
      'id',
      'acceptedResourceRoles',
      'args',
      'backoffFactor',
      'backoffSeconds',
      'cmd',
      'constraints',
      'container',
      'cpus',
      'dependencies',
      'disk',
      'env',
    ]);
    expect(shown.constraints).to.deep.equal([
      ['hostname', 'UNIQUE'],
      ['rack', 'GROUP_BY', '2'],
    ]);
    expect(keysOf(shown.container)).to.deep.equal(['type', 'docker', 'volumes', 'portMappings']);
    expect(JSON.stringify(shown.container?.portMappings)).to.equal(
      '[{"containerPort":80,"labels":{},"protocol":"tcp","servicePort":10001},' +
        '{"containerPort":81,"hostPort":0,"labels":{"a":"b"},"name":"admin","protocol":"udp,tcp",' +
        '"servicePort":10002,"networkNames":["net"]}]',
    );
    expect(shown.container?.volumes?.map(keysOf)).to.deep.equal([
      ['containerPath', 'secret'],
      ['containerPath', 'hostPath', 'mode'],
      ['containerPath', 'persistent', 'mode'],
    ]);
    expect(shown.networks).to.deep.equal([{ name: 'net', mode: 'container', labels: { x: 'y' } }]);
    expect(shown.healthChecks?.map((check) => 'ignoreHttp1xx' in check)).to.deep.equal([
      true,
      false,
    ]);
    expect(shown.unreachableStrategy).to.equal('disabled');
  });

  it('show what can be sent in again', () => {
    parseShape(appInfo, presentApp(FULL));
    parseShape(appInfo, presentApp(WEB));
  });

  it('make the form of a definition once', () => {
    expect(presentApp(WEB)).to.equal(presentApp(WEB));
  });

  it('show a created app without history and with nothing running', () => {
    const shown = presentCreatedInfo(WEB, 'd');
    expect(shown).to.not.have.property('versionInfo');
    expect(keysOf(shown).slice(-5)).to.deep.equal([
      'tasksStaged',
      'tasksRunning',
      'tasksHealthy',
      'tasksUnhealthy',
      'deployments',
    ]);
  });

  it('embed what is asked for, and only that', () => {
    const service = new FakeService();
    service.put(WEB);
    service.run(WEB, 'Running');
    service.rows.taskFailures.put(WEB.id, failureOf(WEB));
    const state = service.state();
    if (state === undefined) throw new Error('not ready');
    const bare = presentAppInfo(WEB, state, new Set(), NOW);
    expect(keysOf(bare)).to.deep.equal(keysOf(presentApp(WEB)));
    const all = presentAppInfo(WEB, state, embedsOf(['taskStats', 'readiness'], APP_EMBEDS), NOW);
    expect(keysOf(all).slice(keysOf(bare).length)).to.deep.equal([
      'tasksStaged',
      'tasksRunning',
      'tasksHealthy',
      'tasksUnhealthy',
      'deployments',
      'readinessCheckResults',
      'tasks',
      'lastTaskFailure',
      'tasksStats',
    ]);
    parseShape(appInfo, all);
  });

  for (const [value, added] of [
    ['tasks', ['tasks', 'deployments']],
    ['apps.counts', ['counts']],
    ['group.apps.failures', ['tasks', 'lastTaskFailure', 'deployments']],
    ['app.taskStats', ['taskStats']],
    ['count', []],
    ['constructor', []],
  ] as const) {
    it(`read embed=${value}`, () => {
      expect([...embedsOf([value], [])]).to.deep.equal(added);
    });
  }

  for (const [condition, healthy, counts] of [
    ['Scheduled', undefined, [0, 0, 0, 0]],
    ['Provisioned', undefined, [1, 0, 0, 0]],
    ['Staging', undefined, [1, 0, 0, 0]],
    ['Starting', undefined, [0, 0, 0, 0]],
    ['Running', undefined, [0, 1, 0, 0]],
    ['Running', true, [0, 1, 1, 0]],
    ['Running', false, [0, 1, 0, 1]],
    ['Failed', false, [0, 0, 0, 0]],
  ] as const) {
    it(`count a task that is ${condition} and has health ${String(healthy)}`, () => {
      const one = instance(WEB, condition, healthy === undefined ? {} : { healthy });
      expect(Object.values(countTasks([one]))).to.deep.equal(counts);
    });
  }

  it('sort statistics into buckets and leave empty ones out', () => {
    const app = definition('/a', {
      versionInfo: { lastScalingAt: millis(VERSION - 5), lastConfigChangeAt: millis(VERSION + 5) },
    });
    const stats = tasksStatistics(app, [instance(app, 'Running')], NOW);
    expect(keysOf(stats)).to.deep.equal([
      'startedAfterLastScaling',
      'withOutdatedConfig',
      'totalSummary',
    ]);
    expect(stats.totalSummary?.stats.lifeTime).to.deep.equal({
      averageSeconds: 2,
      medianSeconds: 2,
    });
    expect(tasksStatistics(app, [], NOW)).to.deep.equal({});
  });

  it('show an active task in the order of Marathon', () => {
    const one = instance(WEB, 'Running', { ipAddresses: ['172.17.0.4', '::1'] });
    if (!isPlaced(one)) throw new Error('not placed');
    const shown = presentTask(one, WEB, servicePortsOf(WEB));
    expect(JSON.stringify(shown)).to.equal(
      `{"appId":"/shop/web","healthCheckResults":[],"host":"node1",` +
        `"id":"shop_web.instance-${UUID}._app.1","ipAddresses":` +
        '[{"ipAddress":"172.17.0.4","protocol":"IPv4"},{"ipAddress":"::1","protocol":"IPv6"}],' +
        '"ports":[31022],"servicePorts":[10000],"slaveId":"agent-1","state":"TASK_RUNNING",' +
        '"stagedAt":"2021-03-04T05:06:07.100Z","startedAt":"2021-03-04T05:06:08.080Z",' +
        `"version":"${VERSION_TEXT}","localVolumes":[],"role":"*"}`,
    );
    parseShape(task, shown);
  });

  it('show a task that is over without ports and times', () => {
    const one = instance(WEB, 'Failed');
    if (!isPlaced(one)) throw new Error('not placed');
    const shown = presentTask(one, undefined);
    expect(shown).to.deep.include({ ports: [], state: 'TASK_FAILED', role: '*' });
    expect(shown).to.not.have.any.keys('stagedAt', 'startedAt', 'version');
  });

  it('have a state for every condition', () => {
    const conditions = Object.entries(STATE_OF_CONDITION) as [Condition, string][];
    for (const [condition, state] of conditions) {
      const one = instance(WEB, condition);
      if (isPlaced(one)) expect(presentTask(one, WEB).state).to.equal(state);
    }
    expect(STATE_OF_CONDITION.UnreachableInactive).to.equal('TASK_UNREACHABLE');
  });

  it('take service ports from mappings where there are some', () => {
    expect(servicePortsOf(FULL)).to.deep.equal([10_001, 10_002]);
  });

  for (const [step, current, actions] of [
    [0, 1, ['StartApplication']],
    [1, 2, ['ScaleApplication']],
    [2, 2, []],
  ] as const) {
    it(`count the step at index ${step} as ${current}`, () => {
      const state = new FakeService().state();
      if (state === undefined) throw new Error('not ready');
      const shown = presentDeployment(running(WEB, { step }), state);
      expect(shown.currentStep).to.equal(current);
      expect(shown.currentActions.map(({ action }) => action)).to.deep.equal(actions);
      expect(shown.affectedApps).to.deep.equal(['/shop/web']);
      parseShape(deployment, shown);
    });
  }

  it('show all ten reasons, each with what the ones above it let through', () => {
    const rows = funnel({ UnfulfilledRole: 1, InsufficientCpus: 2 }, 5);
    expect(rows).to.have.length(10);
    expect(rows.map(({ processed }) => processed)).to.deep.equal([5, 4, 4, 4, 4, 2, 2, 2, 2, 2]);
    expect(rows[4]).to.deep.equal({ reason: 'InsufficientCpus', declined: 2, processed: 4 });
  });

  it('show what waits, and why', () => {
    const shown = presentQueueItem(entry(WEB), new Set(['lastUnusedOffers', 'reasons']));
    expect(keysOf(shown)).to.deep.equal([
      'count',
      'role',
      'delay',
      'since',
      'processedOffersSummary',
      'lastUnusedOffers',
      'reasons',
      'app',
    ]);
    expect(shown.lastUnusedOffers).to.have.length(1);
    parseShape(queueItem, shown);
    const counts = { wanted: 1, running: 1, healthy: 1, waiting: 0, old: 0 };
    const well = {
      kind: 'app',
      id: WEB.id,
      counts,
      summary: 'it runs',
      causes: [],
      agents: [],
    } as const;
    expect(presentWhy(well)).to.deep.equal({ ...well, waiting: 0, reasons: [] });
    parseShape(why, presentWhy(well));
  });

  it('show unset values of the service as null', () => {
    const shown = presentInfo({
      leadership: {
        elected: false,
        epoch: 0,
        leader: undefined,
        standby: false,
        waitingFor: undefined,
      },
      frameworkId: undefined,
      hostname: 'node1',
      httpPort: 8080,
      build: '0.1.0',
      database: null,
      versionsKept: 50,
      settings: DEFAULT_SETTINGS,
    });
    expect(shown).to.include({ elected: false, leader: null, frameworkId: null });
    expect(shown.marathon_config).to.include({ hostname: 'node1', webui_url: null });
    expect(info.safeParse(shown).success).to.equal(true);
  });
});

function failureOf(app: AppDefinition) {
  const one = instance(app, 'Failed');
  if (!isPlaced(one)) throw new Error('not placed');
  return {
    appId: app.id,
    taskId: one.task.id,
    agentId: one.task.agentId,
    host: 'node1',
    state: 'TASK_FAILED' as const,
    message: 'exit code 1',
    at: NOW,
    version: app.version,
  };
}
