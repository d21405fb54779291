import fc from 'fast-check';
import type { Likely } from './documents.js';

/** One of them is an id of apps as well. */
export const POD_IDS = ['/pods/a', '/shop/cart', '/x'];

const resources = { cpus: 0.1, mem: 32 };

/** What makes pods sound more often than chance would. */
export const LIKELY_OF_PODS: Likely = {
  id: fc.constantFrom(...POD_IDS),
  role: fc.constantFrom('*', 'shop'),
  user: fc.constant('nobody'),
  environment: fc.constantFrom({ A: 'b' }, { B: { secret: 'key' } }),
  secrets: fc.constant({ key: { source: 'vault' } }),
  linuxInfo: fc.constant({ ipcInfo: { mode: 'PRIVATE', shmSize: 16 } }),
  scaling: fc.record({ kind: fc.constant('fixed'), instances: fc.nat(2) }),
  networks: fc.constantFrom([], [{ mode: 'host' }]),
  volumes: fc.constantFrom([{ name: 'v' }], [{ name: 'v', host: '/h' }]),
  containers: fc.constantFrom(
    [{ name: 'main', resources, volumeMounts: [{ name: 'v', mountPath: 'v' }] }],
    [
      { name: 'main', resources, endpoints: [{ name: 'http', protocol: ['tcp'] }] },
      { name: 'beside', resources: {}, volumeMounts: [{ name: 'v', mountPath: 'v' }] },
    ],
    [
      {
        name: 'main',
        resources,
        image: { kind: 'DOCKER', id: 'nginx' },
        endpoints: [{ name: 'http' }],
        healthCheck: { http: { endpoint: 'http' } },
        volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: true }],
      },
    ],
  ),
  upgrade: fc.constant({ minimumHealthCapacity: 0.5, maximumOverCapacity: 0 }),
  constraints: fc.constant([{ fieldName: '@hostname', operator: 'unique' }]),
  acceptedResourceRoles: fc.constantFrom([], ['*']),
};
