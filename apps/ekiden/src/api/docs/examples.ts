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

const DEPLOYMENT_ID = '5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11';
const VERSION = '2021-03-04T05:06:07.080Z';

export const DEPLOYMENT_RESULT = { deploymentId: DEPLOYMENT_ID, version: VERSION };

export const TASK = {
  appId: '/hello',
  healthCheckResults: [],
  host: 'node1',
  id: 'hello.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1',
  ipAddresses: [{ ipAddress: '127.0.0.1', protocol: 'IPv4' }],
  ports: [31022],
  servicePorts: [10000],
  slaveId: 'agent-1',
  state: 'TASK_RUNNING',
  stagedAt: '2021-03-04T05:06:08.100Z',
  startedAt: '2021-03-04T05:06:10.300Z',
  version: VERSION,
  localVolumes: [],
  role: '*',
};

export const APP_INFO = {
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

export const WHY = {
  id: '/hello',
  waiting: 1,
  reasons: [],
  agents: [{ agentId: 'agent-1', hostname: 'node1', refusals: ['cpus: wants 4, offered 0.5'] }],
  delay: { timeLeftSeconds: 0, overdue: true },
};
