import { PLACEHOLDERS } from './placeholders.js';

/** A server, and beside it what follows its output. */
export const SIDECAR_POD = {
  id: '/sidecar',
  containers: [
    {
      name: 'server',
      exec: { command: { shell: 'while true; do date >> log/out; sleep 1; done' } },
      resources: { cpus: 0.1, mem: 32 },
      volumeMounts: [{ name: 'log', mountPath: 'log' }],
    },
    {
      name: 'reader',
      exec: { command: { shell: 'tail -F log/out' } },
      resources: { cpus: 0.1, mem: 32 },
      volumeMounts: [{ name: 'log', mountPath: 'log', readOnly: true }],
    },
  ],
  volumes: [{ name: 'log' }],
  scaling: { kind: 'fixed', instances: 1 },
};

/** Two containers with images, ports of their own and a health check, on different hosts each. */
export const CART_POD = {
  labels: { team: 'shop' },
  environment: { STAGE: 'test' },
  containers: [
    {
      name: 'cart',
      image: { kind: 'DOCKER', id: 'nginx:1.25' },
      resources: { cpus: 0.25, mem: 64 },
      endpoints: [{ name: 'http', containerPort: 80, hostPort: 0, protocol: ['tcp'] }],
      healthCheck: { http: { endpoint: 'http', path: '/' }, gracePeriodSeconds: 20 },
    },
    {
      name: 'cache',
      image: { kind: 'DOCKER', id: 'redis:7' },
      resources: { cpus: 0.1, mem: 64 },
    },
  ],
  networks: [{ mode: 'container/bridge' }],
  scaling: { kind: 'fixed', instances: 2 },
  scheduling: {
    placement: { constraints: [{ fieldName: '@hostname', operator: 'UNIQUE' }] },
    upgrade: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 },
  },
};

const VERSION = PLACEHOLDERS.podVersion;

const SCHEDULING = {
  backoff: { backoff: 1, backoffFactor: 1.15, maxLaunchDelay: 300 },
  upgrade: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
  killSelection: 'YOUNGEST_FIRST',
  unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 },
};

const [SERVER, READER] = SIDECAR_POD.containers;

export const STORED_POD = {
  id: '/sidecar',
  version: VERSION,
  containers: [
    {
      ...SERVER,
      resources: { cpus: 0.1, mem: 32, disk: 0, gpus: 0 },
      volumeMounts: [{ name: 'log', mountPath: 'log', readOnly: false }],
    },
    { ...READER, resources: { cpus: 0.1, mem: 32, disk: 0, gpus: 0 } },
  ],
  volumes: [{ name: 'log' }],
  scaling: { instances: 1, kind: 'fixed' },
  scheduling: { ...SCHEDULING, placement: {} },
  executorResources: { cpus: 0.1, mem: 32, disk: 10 },
  role: '*',
};

const CONTAINERS = ['server', 'reader'].map((name) => ({
  name,
  status: 'TASK_RUNNING',
  statusSince: VERSION,
  conditions: [],
  containerId: `${PLACEHOLDERS.podInstance}.${name}.1`,
  endpoints: [],
  resources: { cpus: 0.1, mem: 32, disk: 0, gpus: 0 },
  lastUpdated: VERSION,
  lastChanged: VERSION,
}));

export const POD_STATUS = {
  id: '/sidecar',
  spec: { ...STORED_POD, scheduling: SCHEDULING },
  status: 'STABLE',
  statusSince: VERSION,
  instances: [
    {
      id: PLACEHOLDERS.podInstance,
      status: 'STABLE',
      statusSince: VERSION,
      conditions: [],
      agentHostname: 'node1',
      agentId: PLACEHOLDERS.agent,
      resources: { cpus: 0.3, mem: 96, disk: 10, gpus: 0 },
      networks: [],
      containers: CONTAINERS,
      specReference: `/v2/pods/sidecar::versions/${VERSION}`,
      localVolumes: [],
      lastUpdated: VERSION,
      lastChanged: VERSION,
      role: '*',
    },
  ],
  terminationHistory: [],
  lastUpdated: VERSION,
  lastChanged: VERSION,
};

export const POD_INSTANCE = {
  instanceId: PLACEHOLDERS.podInstance,
  state: { condition: 'Running', since: VERSION, activeSince: VERSION, goal: 'Running' },
  agentInfo: { host: 'node1', agentId: PLACEHOLDERS.agent, attributes: [] },
  runSpecVersion: VERSION,
  unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 },
};

/** What a dry run answers. */
export const POD_STEPS = {
  steps: [
    { actions: [{ action: 'StartPod', pod: '/sidecar' }] },
    { actions: [{ action: 'ScalePod', pod: '/sidecar' }] },
  ],
  parent: PLACEHOLDERS.groupVersion,
  digest: 'b0a1c2d3e4f50617',
};
