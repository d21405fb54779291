import { expect } from 'chai';
import { isPod, type PodDefinition } from '../app/index.js';
import type { PodWire } from './pod-wire.js';
import { container, podContext, samplePod } from './sample-pod.js';

const PERSISTENT = { name: 'data', persistent: { size: 10 } };
const MOUNTED = container({ volumeMounts: [{ name: 'data', mountPath: 'data' }] });
const BRIDGE = [{ mode: 'container/bridge' }] as const;

const cases: readonly (readonly [
  name: string,
  fields: Partial<PodWire>,
  read: (pod: PodDefinition) => unknown,
  expected: unknown,
])[] = [
  ['runs once', {}, (pod) => pod.instances, 1],
  ['is on the network of its host', {}, (pod) => pod.networks, []],
  [
    'waits for a second after a failure, at most for five minutes',
    {},
    (pod) => [pod.backoffSeconds, pod.backoffFactor, pod.maxLaunchDelaySeconds],
    [1, 1.15, 300],
  ],
  [
    'may lose nothing and may double while it changes',
    {},
    (pod) => pod.upgradeStrategy,
    { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
  ],
  [
    'fills in what is missing of its upgrade',
    { scheduling: { upgrade: { maximumOverCapacity: 0 } } },
    (pod) => pod.upgradeStrategy,
    { minimumHealthCapacity: 1, maximumOverCapacity: 0 },
  ],
  [
    'may lose half and may not grow where it keeps data',
    { containers: [MOUNTED], volumes: [PERSISTENT], role: 'shop' },
    (pod) => [pod.upgradeStrategy, pod.unreachableStrategy],
    [{ minimumHealthCapacity: 0.5, maximumOverCapacity: 0 }, 'disabled'],
  ],
  [
    'reads any text as a disabled strategy',
    { scheduling: { unreachableStrategy: 'off' } },
    (pod) => pod.unreachableStrategy,
    'disabled',
  ],
  [
    'has an executor of a tenth of a core',
    { executorResources: { mem: 64 } },
    (pod) => pod.executorResources,
    { cpus: 0.1, mem: 64, disk: 10 },
  ],
  [
    'takes what its containers and its executor take together',
    {
      containers: [
        container({ resources: { cpus: 0.1, mem: 32 } }),
        container({ name: 'b', resources: { cpus: 0.2, mem: 64, disk: 5, gpus: 1 } }),
      ],
    },
    ({ cpus, mem, disk, gpus }) => ({ cpus, mem, disk, gpus }),
    { cpus: 0.4, mem: 128, disk: 15, gpus: 1 },
  ],
  [
    'has containers of one core',
    {},
    (pod) => pod.pod.containers[0]?.resources,
    { cpus: 1, mem: 128, disk: 0, gpus: 0 },
  ],
  [
    'lets endpoints have any port of the host',
    { containers: [container({ endpoints: [{ name: 'http' }] })] },
    (pod) => pod.pod.containers[0]?.endpoints[0]?.hostPort,
    0,
  ],
  [
    'lets endpoints have any port of the host behind a bridge',
    {
      containers: [container({ endpoints: [{ name: 'a', containerPort: 80 }] })],
      networks: BRIDGE,
    },
    (pod) => pod.pod.containers[0]?.endpoints[0]?.hostPort,
    0,
  ],
  [
    'gives endpoints of a container network no port of the host',
    {
      containers: [container({ endpoints: [{ name: 'a', containerPort: 80 }] })],
      networks: [{ name: 'dcos' }],
    },
    (pod) => pod.pod.containers[0]?.endpoints[0]?.hostPort,
    undefined,
  ],
  [
    'lets volumes be written where nothing is said',
    { containers: [MOUNTED], volumes: [{ name: 'data' }] },
    (pod) => pod.pod.containers[0]?.volumeMounts,
    [{ name: 'data', mountPath: 'data', readOnly: false }],
  ],
  [
    'asks over HTTP, after 15 seconds, every minute',
    {
      containers: [
        container({ endpoints: [{ name: 'a' }], healthCheck: { http: { endpoint: 'a' } } }),
      ],
    },
    (pod) => pod.pod.containers[0]?.healthCheck,
    {
      http: { endpoint: 'a', scheme: 'HTTP' },
      gracePeriodSeconds: 300,
      intervalSeconds: 60,
      maxConsecutiveFailures: 3,
      timeoutSeconds: 20,
      delaySeconds: 15,
    },
  ],
  [
    'accepts resources of every kind where the list is empty',
    { scheduling: { placement: { acceptedResourceRoles: [] } } },
    (pod) => pod.acceptedResourceRoles,
    undefined,
  ],
  [
    'keeps constraints in the form of apps',
    {
      scheduling: {
        placement: { constraints: [{ fieldName: 'zone', operator: 'GROUP_BY', value: '3' }] },
      },
    },
    (pod) => pod.constraints,
    [{ field: 'zone', operator: 'GROUP_BY', value: '3' }],
  ],
  [
    'forgets a false legacySharedCgroups',
    { legacySharedCgroups: false },
    ({ pod }) => Object.hasOwn(pod, 'legacySharedCgroups'),
    false,
  ],
  ['has no service ports', {}, (pod) => pod.portDefinitions, undefined],
  ['reads null as not given', { labels: { a: null }, user: null }, (pod) => pod.labels, {}],
];

describe('a pod that says nothing about it', () => {
  for (const [name, fields, read, expected] of cases) {
    it(name, () => {
      const pod = samplePod(fields);
      expect(isPod(pod)).to.equal(true);
      expect(read(pod)).to.deep.equal(expected);
    });
  }

  it('names container networks by the default of the operator', () => {
    const { settings } = podContext();
    const pod = samplePod(
      { networks: [{ mode: 'container' }] },
      { settings: { ...settings, defaultNetworkName: 'weave' } },
    );
    expect(pod.networks).to.deep.equal([{ mode: 'container', name: 'weave', labels: {} }]);
  });

  it('runs in the role of its group where the group demands it', () => {
    expect(samplePod({}, { enforceRole: true }).role).to.equal('shop');
    expect(samplePod().role).to.equal('*');
  });

  const kinds = [
    [{ name: 'v', persistent: { size: 1 }, host: '/a' }, 'persistent'],
    [{ name: 'v', secret: 's', host: '/a' }, 'secret'],
    [{ name: 'v', host: '/a' }, 'host'],
    [{ name: 'v' }, 'ephemeral'],
  ] as const;
  for (const [volume, kind] of kinds) {
    it(`takes the first shape of a volume that fits: ${kind}`, () => {
      const mounts = [{ name: 'v', mountPath: 'v' }];
      const { pod } = samplePod({
        containers: [container({ volumeMounts: mounts })],
        volumes: [volume],
        secrets: { s: { source: 'x' } },
        role: 'shop',
      });
      expect(pod.volumes[0]?.kind).to.equal(kind);
    });
  }
});
