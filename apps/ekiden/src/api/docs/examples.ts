import { PLACEHOLDERS } from './placeholders.js';

/** The content of examples/hello.json: three small HTTP servers. */
export const HELLO_APP = {
  id: '/hello',
  cmd: 'node server.mjs',
  instances: 3,
  cpus: 0.1,
  mem: 64,
  fetch: [{ uri: 'examples/hello/server.mjs' }],
  healthChecks: [{ protocol: 'HTTP', path: '/', portIndex: 0 }],
};

/** Wants more than any host has. */
export const TOO_BIG_APP = { id: '/too-big', cmd: 'sleep 1000', cpus: 1000 };

export const CONTAINER_APP = {
  id: '/nginx',
  cpus: 0.1,
  mem: 64,
  container: {
    type: 'DOCKER',
    docker: { image: 'nginx:1.25' },
    portMappings: [{ containerPort: 80, name: 'http' }],
  },
  networks: [{ mode: 'container/bridge' }],
  healthChecks: [{ protocol: 'HTTP', path: '/', portIndex: 0 }],
};

const { deployment: DEPLOYMENT_ID, appVersion: VERSION } = PLACEHOLDERS;

export const DEPLOYMENT_RESULT = { deploymentId: DEPLOYMENT_ID, version: VERSION };

export const TASK = {
  appId: '/hello',
  healthCheckResults: [],
  host: 'node1',
  id: PLACEHOLDERS.task,
  ipAddresses: [{ ipAddress: '127.0.0.1', protocol: 'IPv4' }],
  ports: [31022],
  servicePorts: [10000],
  slaveId: PLACEHOLDERS.agent,
  state: 'TASK_RUNNING',
  stagedAt: '2021-03-04T05:06:08.100Z',
  startedAt: '2021-03-04T05:06:10.300Z',
  version: VERSION,
  localVolumes: [],
  role: '*',
};

/** What is stored of an app; its state comes on top. */
export const STORED_APP = {
  id: '/hello',
  backoffFactor: 1.15,
  backoffSeconds: 1,
  cmd: 'node server.mjs',
  cpus: 0.1,
  disk: 0,
  executor: '',
  instances: 3,
  labels: {},
  maxLaunchDelaySeconds: 300,
  mem: 64,
  gpus: 0,
  networks: [{ mode: 'host' }],
  portDefinitions: [{ port: 10000, name: 'default', protocol: 'tcp' }],
  requirePorts: false,
  upgradeStrategy: { maximumOverCapacity: 1, minimumHealthCapacity: 1 },
  version: VERSION,
  versionInfo: { lastScalingAt: VERSION, lastConfigChangeAt: VERSION },
  killSelection: 'YOUNGEST_FIRST',
  unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 },
  role: '*',
};

export const APP_INFO = {
  ...STORED_APP,
  tasksStaged: 0,
  tasksRunning: 3,
  tasksHealthy: 3,
  tasksUnhealthy: 0,
  deployments: [],
};

export const DEPLOYMENT = {
  id: DEPLOYMENT_ID,
  steps: [
    { actions: [{ action: 'StartApplication', app: '/hello' }] },
    { actions: [{ action: 'ScaleApplication', app: '/hello' }] },
  ],
  version: VERSION,
  affectedApps: ['/hello'],
  affectedPods: [],
  currentActions: [{ action: 'ScaleApplication', app: '/hello', readinessCheckResults: [] }],
  currentStep: 2,
  totalSteps: 2,
};

export const DEPLOYMENT_DETAILS = {
  ...DEPLOYMENT,
  state: 'running',
  waitingOn: [
    {
      kind: 'health',
      id: '/hello',
      instances: 1,
      message: '/hello: 1 instance runs and is not healthy yet',
      since: VERSION,
      until: VERSION,
    },
  ],
  startedAt: VERSION,
  progressAt: VERSION,
  stallsAt: VERSION,
  hooks: [],
  warnings: [],
};

export const INFO = {
  name: 'marathon',
  version: '1.11.0',
  buildref: 'ekiden-0.1.0',
  elected: true,
  leader: 'node1:8080',
  frameworkId: '5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11-0000',
  marathon_config: { framework_name: 'marathon', ha: true, hostname: 'node1', webui_url: null },
  zookeeper_config: { zk: null },
  http_config: { http_port: 8080, https_port: null },
};

const LACKS_CPUS = 'the only agent lacks 996 cpus';

export const WHY = {
  kind: 'app',
  id: '/too-big',
  summary: `the instance does not run: ${LACKS_CPUS}`,
  counts: { wanted: 1, running: 0, healthy: 0, waiting: 1, old: 0 },
  waiting: 1,
  causes: [{ kind: 'placement', message: LACKS_CPUS }],
  reasons: [LACKS_CPUS],
  placement: {
    sentence: LACKS_CPUS,
    agents: 1,
    groups: [{ count: 1, says: 'lacks 996 cpus', hosts: ['node1'] }],
    nearest: { agentId: PLACEHOLDERS.agent, hostname: 'node1', lacks: ['lacks 996 cpus'] },
    changes: [
      { kind: 'addAgent', message: 'one more agent with 1000 cpus, 128 MiB of memory free' },
    ],
  },
  agents: [
    {
      agentId: PLACEHOLDERS.agent,
      hostname: 'node1',
      refusals: ['cpus: wants 1000, 4 free'],
    },
  ],
  delay: { timeLeftSeconds: 0, overdue: true },
};
