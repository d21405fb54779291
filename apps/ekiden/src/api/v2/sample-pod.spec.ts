import type { PodDefinition } from '../../core/app/index.js';
import { UUID, VERSION_TEXT, definition } from '../fake-service.spec.js';

const MAIN = {
  name: 'main',
  resources: { cpus: 0.1, mem: 32, disk: 0, gpus: 0 },
  endpoints: [{ name: 'http', hostPort: 0, protocol: [], labels: {}, networkNames: [] }],
  environment: {},
  healthCheck: {
    http: { endpoint: 'http', scheme: 'HTTP' as const },
    gracePeriodSeconds: 300,
    intervalSeconds: 60,
    maxConsecutiveFailures: 3,
    timeoutSeconds: 20,
    delaySeconds: 15,
  },
  volumeMounts: [],
  artifacts: [],
  labels: {},
};

function podOf(id: string, given: Partial<PodDefinition> = {}): PodDefinition {
  const {
    portDefinitions: _none,
    cmd: _cmd,
    ...rest
  } = definition(id, {
    networks: [],
    executorResources: { cpus: 0.1, mem: 32, disk: 10 },
  });
  return { ...rest, pod: { containers: [MAIN], volumes: [] }, ...given };
}

export const CART = podOf('/shop/cart');
export const INSTANCE = `shop_cart.instance-${UUID}`;
/** The least that makes a pod. */
export const BODY = { id: '/shop/cart', containers: [{ name: 'main', resources: {} }] };
/** `CART` as it is shown. */
export const SHOWN = {
  id: '/shop/cart',
  version: VERSION_TEXT,
  containers: [
    {
      name: 'main',
      resources: { cpus: 0.1, mem: 32, disk: 0, gpus: 0 },
      endpoints: [{ name: 'http', hostPort: 0 }],
      healthCheck: {
        http: { endpoint: 'http', scheme: 'HTTP' },
        gracePeriodSeconds: 300,
        intervalSeconds: 60,
        maxConsecutiveFailures: 3,
        timeoutSeconds: 20,
        delaySeconds: 15,
      },
    },
  ],
  scaling: { instances: 1, kind: 'fixed' },
  scheduling: {
    backoff: { backoff: 1, backoffFactor: 1.15, maxLaunchDelay: 300 },
    upgrade: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
    placement: {},
    killSelection: 'YOUNGEST_FIRST',
    unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 },
  },
  executorResources: { cpus: 0.1, mem: 32, disk: 10 },
  role: '*',
};
