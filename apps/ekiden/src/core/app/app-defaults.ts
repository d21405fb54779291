/**
 * Every default of an app definition, by object and field (marathon-api 5, 6). The normaliser
 * fills gaps from here and nowhere else; the API documentation shows the same values. Schemas
 * carry none, so that a partial update never injects one. Fields without a fixed default (role,
 * network names, service ports) are decided by the normaliser's rules.
 */
export const APP_DEFAULTS = {
  app: {
    backoffFactor: 1.15,
    backoffSeconds: 1,
    constraints: [],
    cpus: 1,
    dependencies: [],
    /** MiB */
    disk: 0,
    env: {},
    executor: '',
    fetch: [],
    gpus: 0,
    healthChecks: [],
    instances: 1,
    killSelection: 'YOUNGEST_FIRST',
    labels: {},
    maxLaunchDelaySeconds: 300,
    /** MiB */
    mem: 128,
    networks: [{ mode: 'host' }],
    /** Host networking only. */
    portDefinitions: [{ port: 0, name: 'default', protocol: 'tcp' }],
    readinessChecks: [],
    requirePorts: false,
    secrets: {},
    unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 },
    upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
  },
  /** Differs for apps with persistent volumes; the upgrade strategy for external ones too. */
  residentApp: {
    residency: { relaunchEscalationTimeoutSeconds: 3600, taskLostBehavior: 'WAIT_FOREVER' },
    unreachableStrategy: 'disabled',
    upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 },
  },
  executorResources: { cpus: 0.1, mem: 32, disk: 10 },
  artifact: { extract: true, executable: false, cache: false },
  network: { mode: 'container', labels: {} },
  portDefinition: { port: 0, protocol: 'tcp', labels: {} },
  portMapping: { containerPort: 0, servicePort: 0, protocol: 'tcp', labels: {}, networkNames: [] },
  /** Name of the one mapping that non-host networking adds where none are given. */
  defaultPortName: 'default',
  container: { type: 'DOCKER', volumes: [] },
  docker: { forcePullImage: false, privileged: false, parameters: [] },
  volume: { mode: 'RW' },
  persistentVolume: { type: 'root', constraints: [] },
  dvdiVolume: { shared: false },
  /** Type of persistent volumes that name a profile. */
  profiledVolumeType: 'mount',
  seccomp: { unconfined: false },
  healthCheck: {
    protocol: 'HTTP',
    gracePeriodSeconds: 300,
    intervalSeconds: 60,
    timeoutSeconds: 20,
    maxConsecutiveFailures: 3,
    delaySeconds: 15,
    ignoreHttp1xx: false,
    ipProtocol: 'IPv4',
  },
  dependencyRule: { onFailure: 'wait' },
  check: { intervalSeconds: 60, timeoutSeconds: 20, delaySeconds: 15 },
  httpCheck: { scheme: 'HTTP' },
  readinessCheck: {
    name: 'readinessCheck',
    protocol: 'HTTP',
    path: '/',
    portName: 'http-api',
    intervalSeconds: 30,
    timeoutSeconds: 10,
    httpStatusCodesForReady: [200],
    preserveLastResponse: false,
  },
  /** Of `rollout`, where it is given; without one there are no deadlines, hooks and generations. */
  rollout: {
    strategy: 'rolling',
    progressDeadlineSeconds: 600,
    onFailure: 'pause',
    twin: true,
    drainSeconds: 30,
    hooks: [],
  },
  rolloutBlueGreen: {
    /** All of them. */
    previewInstances: null,
    promotion: 'manual',
    promotionDeadlineSeconds: 3600,
    holdSeconds: 300,
  },
  /** A tenth, until somebody promotes it. */
  rolloutCanary: { steps: [{ weight: 10, gate: 'manual' }] },
  /** Nothing of latency: what is slow is known to those who wrote it. */
  rolloutAbortOn: { windowSeconds: 60, minRequests: 100, errorPercentOverOld: 5 },
  rolloutSerial: { order: 'descending' },
  rolloutHook: { timeoutSeconds: 60, onFailure: 'abort' },
  rolloutHookCall: { expect: 200 },
} as const;
