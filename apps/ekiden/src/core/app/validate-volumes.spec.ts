import { expect } from 'chai';
import type { CsiVolume } from './app-definition.js';
import type { AppWire } from './app-wire.js';
import { given } from './given.js';
import { sampleContext, violationsOf, type RuleCase } from './sample-app.js';

const resident: AppWire = {
  container: {
    type: 'MESOS',
    volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 1 } }],
  },
};
const plain = { settings: { ...sampleContext().settings, features: new Set<never>() } };

type AccessMode = CsiVolume['options']['capability']['accessMode'];

function csi(accessMode: AccessMode, wire: AppWire = {}): AppWire {
  const capability = { accessMode, accessType: 'mount' } as const;
  const external = {
    name: 'v',
    provider: 'csi',
    options: { pluginName: 'nfs', capability },
  } as const;
  const volumes = [{ containerPath: '/s', mode: 'RW' as const, external }];
  return { ...wire, container: { type: 'MESOS', volumes } };
}

function persistent(fields: object, volume: object = {}): AppWire {
  const base = { containerPath: 'data', mode: 'RW' as const };
  return {
    container: {
      type: 'MESOS',
      volumes: [{ ...base, persistent: { size: 1, ...fields }, ...volume }],
    },
  };
}

/** External volumes of one name, with the fields given. */
function lent(...externals: readonly object[]): AppWire {
  const usual = { provider: 'dvdi', name: 'v', options: { 'dvdi/driver': 'rexray' } } as const;
  const volumes = externals.map((fields, at) => ({
    containerPath: `/s${at}`,
    mode: 'RW' as const,
    external: given({ ...usual, ...fields }),
  }));
  return { container: { type: 'MESOS', volumes } };
}

const volumes: readonly RuleCase[] = [
  [
    'refuses slashes in the path of a persistent volume',
    persistent({}, { containerPath: '/data' }),
    '/container/volumes(0)/containerPath',
    'value must not contain "/"',
  ],
  [
    'refuses dots as the path of a persistent volume',
    persistent({}, { containerPath: '..' }),
    '/container/volumes(0)/containerPath',
    'can not be one of (.,..)',
  ],
  [
    'refuses read-only persistent volumes',
    persistent({}, { mode: 'RO' }),
    '/container/volumes(0)/mode',
    'got RO, expected RW',
  ],
  [
    'refuses persistent volumes without size',
    persistent({ size: 0 }),
    '/container/volumes(0)/persistent/size',
    'got 0, expected more than 0',
  ],
  [
    'refuses constraints on root volumes',
    persistent({ constraints: [['path', 'LIKE', 'x']] }),
    '/container/volumes(0)/persistent',
    'Constraints on root volumes are not supported',
  ],
  [
    'refuses a maximum size of other than mount volumes',
    persistent({ maxSize: 5 }),
    '/container/volumes(0)/persistent',
    'Only mount volumes can have maxSize',
  ],
  [
    'refuses a maximum that is none',
    persistent({ type: 'mount', maxSize: 1 }),
    '/container/volumes(0)/persistent',
    'Max size must be larger than size',
  ],
  [
    'refuses disk constraints other than patterns',
    persistent({ type: 'mount', constraints: [['path', 'UNIQUE', 'x']] }),
    '/container/volumes(0)/persistent/constraints(0)',
    'Operator must be one of LIKE, UNLIKE',
  ],
  [
    'refuses disk constraints on anything but the path',
    persistent({ type: 'mount', constraints: [['rack', 'LIKE', 'x']] }),
    '/container/volumes(0)/persistent/constraints(0)',
    'Unsupported constraint rack,LIKE,x',
  ],
  [
    'refuses unknown operators of disk constraints',
    persistent({ type: 'path', constraints: [['path', 'NEAR', 'x']] }),
    '/container/volumes(0)/persistent/constraints(0)',
    'unknown constraint operator NEAR',
  ],
  [
    'refuses two external volumes of one name',
    lent({}, {}),
    '/container/volumes',
    'Volume names must be unique',
  ],
  [
    'wants a name for an external volume',
    lent({ name: null }),
    '/container/volumes(0)/external/name',
    'not defined',
  ],
  [
    'refuses an empty name of an external volume',
    lent({ name: '' }),
    '/container/volumes(0)/external/name',
    'must not be empty',
  ],
  [
    'wants a driver for an external volume',
    lent({ options: {} }),
    '/container/volumes(0)/external/options',
    'dvdi/driver not defined',
  ],
  [
    'wants options of a driver behind its name',
    lent({ options: { 'dvdi/driver': 'rexray', size: '1' } }),
    '/container/volumes(0)/external/options/keys(1)',
    "must fully match regular expression '^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?/[a-zA-Z0-9]([a-zA-Z0-9-_.]*[a-zA-Z0-9])?$'",
  ],
  [
    'refuses broken disk patterns',
    persistent({ type: 'mount', constraints: [['path', 'LIKE', '(']] }),
    '/container/volumes(0)/persistent/constraints(0)',
    'Invalid regular expression',
  ],
  [
    'refuses volumes of unknown secrets',
    { container: { type: 'MESOS', volumes: [{ containerPath: '/s', secret: 'x' }] } },
    '/container/volumes(0)',
    'volume.secret must refer to an existing secret',
  ],
  [
    'refuses host volumes without a host path',
    { container: { type: 'MESOS', volumes: [{ containerPath: '/s', hostPath: '', mode: 'RO' }] } },
    '/container/volumes(0)/hostPath',
    'must not be empty',
  ],
  [
    'refuses external volumes where they are not enabled',
    {
      container: {
        type: 'MESOS',
        volumes: [{ containerPath: '/s', mode: 'RW', external: { name: 'v', provider: 'dvdi' } }],
      },
    },
    '/container/volumes(0)',
    'Feature external_volumes is not enabled. Enable with --enable_features external_volumes)',
    plain,
  ],
  [
    'refuses to share a volume that is not shared',
    {
      instances: 2,
      container: {
        type: 'MESOS',
        volumes: [{ containerPath: '/s', mode: 'RW', external: { name: 'v', provider: 'dvdi' } }],
      },
    },
    '/',
    'Number of instances is limited to 1 when declaring DVDI volumes in app [/shop/web]',
  ],
  [
    'refuses to share a CSI volume of one node',
    csi('SINGLE_NODE_WRITER', { instances: 2 }),
    '/instances',
    'got 2, expected 1 or less while non-shareable CSI volumes are defined',
  ],
  [
    'refuses several writers of a CSI volume for one',
    csi('MULTI_NODE_SINGLE_WRITER', { instances: 2 }),
    '/instances',
    'got 2, expected 1 or less while writable single-writer CSI volumes are defined',
  ],
  [
    'refuses to write to a read-only CSI volume',
    csi('MULTI_NODE_READER_ONLY'),
    '/container/volumes(0)',
    'CSI volume must be mounted readonly with a read-only access mode',
  ],
  [
    'wants resident apps to wait for their agent',
    { ...resident, unreachableStrategy: {} },
    '/',
    'unreachableStrategy must be disabled for resident tasks',
  ],
  [
    'refuses resident apps under the shared role',
    resident,
    '/role',
    'Resident apps cannot have the role *',
  ],
];

describe('the rules of volumes', () => {
  for (const [name, wire, path, message, overrides] of volumes) {
    it(name, () => {
      expect(violationsOf(wire, overrides)).to.deep.include({ path, message });
    });
  }
});
