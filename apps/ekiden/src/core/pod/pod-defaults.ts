import { APP_DEFAULTS } from '../app/index.js';

/**
 * Every default of a pod definition, by object and field (marathon-api 5.14, 6.4): what pods share
 * with apps has the same ones. The normaliser fills gaps from here and nowhere else; the API
 * documentation shows the same values.
 */
export const POD_DEFAULTS = {
  pod: {
    labels: {},
    environment: {},
    secrets: {},
    volumes: [],
    /** None is the host's. */
    networks: [],
    executorResources: APP_DEFAULTS.executorResources,
    legacySharedCgroups: false,
  },
  scaling: { instances: APP_DEFAULTS.app.instances },
  scheduling: {
    killSelection: APP_DEFAULTS.app.killSelection,
    unreachableStrategy: APP_DEFAULTS.app.unreachableStrategy,
  },
  /** Seconds. */
  backoff: {
    backoff: APP_DEFAULTS.app.backoffSeconds,
    backoffFactor: APP_DEFAULTS.app.backoffFactor,
    maxLaunchDelay: APP_DEFAULTS.app.maxLaunchDelaySeconds,
  },
  upgrade: APP_DEFAULTS.app.upgradeStrategy,
  placement: { constraints: [], acceptedResourceRoles: [] },
  /** Differs for pods with persistent volumes. */
  residentPod: {
    upgrade: APP_DEFAULTS.residentApp.upgradeStrategy,
    unreachableStrategy: APP_DEFAULTS.residentApp.unreachableStrategy,
  },
  container: { endpoints: [], environment: {}, volumeMounts: [], artifacts: [], labels: {} },
  resources: {
    cpus: APP_DEFAULTS.app.cpus,
    /** MiB */
    mem: APP_DEFAULTS.app.mem,
    /** MiB */
    disk: APP_DEFAULTS.app.disk,
    gpus: APP_DEFAULTS.app.gpus,
  },
  endpoint: { protocol: [], labels: {}, networkNames: [] },
  /** Of endpoints where there is no container network: any port of the host. */
  hostPort: 0,
  image: { labels: {} },
  httpProbe: APP_DEFAULTS.httpCheck,
  check: APP_DEFAULTS.check,
  healthCheck: {
    gracePeriodSeconds: APP_DEFAULTS.healthCheck.gracePeriodSeconds,
    intervalSeconds: APP_DEFAULTS.healthCheck.intervalSeconds,
    maxConsecutiveFailures: APP_DEFAULTS.healthCheck.maxConsecutiveFailures,
    timeoutSeconds: APP_DEFAULTS.healthCheck.timeoutSeconds,
    delaySeconds: APP_DEFAULTS.healthCheck.delaySeconds,
  },
  mount: { readOnly: false },
} as const;
