import { SeededChance, millis, type TaskId } from '@ekiden/kernel';
import { expect } from 'chai';
import type { AppDefinition, AppWire } from '../app/index.js';
import { sampleApp } from '../app/sample-app.js';
import { taskEnvironment, type TaskLaunch } from './task-environment.js';

type Environment = Readonly<Record<string, string>>;

function environment(
  wire: AppWire,
  hostPorts: readonly (number | undefined)[] = [],
  overrides: Partial<TaskLaunch> = {},
): Environment {
  const app: AppDefinition = { ...sampleApp(wire), version: millis(1_614_834_367_080) };
  return taskEnvironment({
    app,
    taskId: 'shop_web.instance-1._app.1' as TaskId,
    host: 'node1',
    hostPorts,
    enforceRole: false,
    serviceVariables: {},
    chance: new SeededChance(1),
    ...overrides,
  });
}

function portsOf(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('PORT')));
}

const onNetwork = (portMappings: NonNullable<AppWire['container']>['portMappings']): AppWire => ({
  networks: [{ mode: 'container', name: 'blue' }],
  container: { type: 'MESOS', portMappings },
});

describe('the environment of a task', () => {
  it('names the task, its app and its resources', () => {
    const env = environment({ cpus: 0.5, mem: 128, ports: [], labels: { 'a.b-c': 'x' } });
    expect(env).to.deep.equal({
      HOST: 'node1',
      MESOS_TASK_ID: 'shop_web.instance-1._app.1',
      MARATHON_APP_ID: '/shop/web',
      MARATHON_APP_VERSION: '2021-03-04T05:06:07.080Z',
      MARATHON_APP_RESOURCE_CPUS: '0.5',
      MARATHON_APP_RESOURCE_MEM: '128.0',
      MARATHON_APP_RESOURCE_DISK: '0.0',
      MARATHON_APP_RESOURCE_GPUS: '0',
      MARATHON_APP_ENFORCE_GROUP_ROLE: 'FALSE',
      MARATHON_APP_LABELS: 'A_B_C',
      MARATHON_APP_LABEL_A_B_C: 'x',
    });
  });

  it('names the image of Docker containers only', () => {
    const container = (type: 'DOCKER' | 'MESOS'): AppWire => ({
      container: { type, docker: { image: 'nginx' } },
      ports: [],
    });
    expect(environment(container('DOCKER'))['MARATHON_APP_DOCKER_IMAGE']).to.equal('nginx');
    expect(environment(container('MESOS'))['MARATHON_APP_DOCKER_IMAGE']).to.equal(undefined);
  });

  it('skips labels that are too long for it', () => {
    const labels = {
      ['k'.repeat(492)]: 'a',
      ['l'.repeat(493)]: 'b',
      fits: 'v'.repeat(511),
      bursts: 'v'.repeat(512),
    };
    const env = environment({ labels, ports: [] });
    expect(env['MARATHON_APP_LABELS']).to.equal(`${'K'.repeat(492)} FITS`);
    expect(env['MARATHON_APP_LABEL_BURSTS']).to.equal(undefined);
  });

  it('says when the group enforces its role', () => {
    const env = environment({ ports: [] }, [], { enforceRole: true });
    expect(env['MARATHON_APP_ENFORCE_GROUP_ROLE']).to.equal('TRUE');
  });

  it('shows host ports by position, requested number and name', () => {
    const portDefinitions = [{ port: 8080, name: 'http-api' }, { port: 0 }];
    expect(portsOf(environment({ portDefinitions }, [31_001, 31_002]))).to.deep.equal({
      PORT: '31001',
      PORTS: '31001,31002',
      PORT0: '31001',
      PORT1: '31002',
      PORT_8080: '31001',
      'PORT_HTTP-API': '31001',
      PORT_31002: '31002',
    });
  });

  it('shows container ports where no host port exists, without listing them', () => {
    const env = environment(
      onNetwork([{ containerPort: 80 }, { containerPort: 81, hostPort: 0 }]),
      [undefined, 31_001],
    );
    expect(portsOf(env)).to.deep.equal({
      PORT: '31001',
      PORTS: '31001',
      PORT0: '80',
      PORT1: '31001',
      PORT_80: '80',
      PORT_81: '31001',
    });
  });

  it('draws one port for a container port that nobody named and uses it throughout', () => {
    const env = environment(onNetwork([{ containerPort: 0, name: 'http' }]), [undefined]);
    const port = env['PORT0'] ?? '';
    expect(Number(port) >= 1025 && Number(port) <= 65_535).to.equal(true);
    expect(portsOf(env)).to.deep.equal({
      PORT: port,
      PORTS: port,
      PORT0: port,
      [`PORT_${port}`]: port,
      PORT_HTTP: port,
    });
  });

  it('has no PORT where PORTS is empty', () => {
    const env = environment(onNetwork([{ containerPort: 80 }]), [undefined]);
    expect(portsOf(env)).to.deep.equal({ PORTS: '', PORT0: '80', PORT_80: '80' });
  });

  it('prefixes host and ports, and nothing else', () => {
    const env = environment({ ports: [0] }, [31_001], { envVarsPrefix: 'MY_' });
    expect(env['MY_HOST']).to.equal('node1');
    expect(env['MY_PORT0']).to.equal('31001');
    expect(env).to.not.have.any.keys('HOST', 'PORT0', 'MY_MESOS_TASK_ID');
  });

  it('tells where dependencies are, unless the user does', () => {
    const serviceVariables = { SERVICE_API_HOST: '127.0.0.1', SERVICE_API_PORT: '10102' };
    const wire: AppWire = { ports: [], env: { SERVICE_API_PORT: '80' } };
    const env = environment(wire, [], { serviceVariables });
    expect([env['SERVICE_API_HOST'], env['SERVICE_API_PORT']]).to.deep.equal(['127.0.0.1', '80']);
  });

  it('lets the user win and leaves secrets to others', () => {
    const env = environment(
      {
        env: { PORT0: 'mine', HOST: { secret: 'token' } },
        secrets: { token: { source: '/token' } },
        ports: [0],
      },
      [31_001],
    );
    expect(env['PORT0']).to.equal('mine');
    expect(env['HOST']).to.equal('node1');
  });
});
