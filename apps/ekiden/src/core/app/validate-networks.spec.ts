import { expect } from 'chai';
import type { AppWire } from './app-wire.js';
import { violationsOf, type RuleCase } from './sample-app.js';

const image = 'nginx:1.25';
const bridge = { mode: 'container/bridge' } as const;
const blue = { mode: 'container', name: 'blue' } as const;
const red = { mode: 'container', name: 'red' } as const;

function mapped(portMappings: object[], networks: AppWire['networks'] = [bridge]): AppWire {
  return { networks, container: { type: 'MESOS', portMappings } };
}

const networking: readonly RuleCase[] = [
  [
    'refuses mappings on the host network',
    { container: { docker: { image }, portMappings: [{ containerPort: 80 }] } },
    '/',
    'portMappings are not allowed with host-networking',
  ],
  [
    'wants a name for container networks',
    { networks: [{ mode: 'container' }] },
    '/networks',
    'Network name must be specified when container network is selected.',
  ],
  [
    'refuses names of host networks',
    { networks: [{ mode: 'host', name: 'x' }] },
    '/networks',
    'Host networks may not have names or labels',
  ],
  [
    'refuses names of bridge networks',
    { networks: [{ ...bridge, name: 'x' }] },
    '/networks',
    'Bridge networks may not have names',
  ],
  [
    'refuses one network twice',
    { networks: [blue, blue] },
    '/networks',
    'Duplicate networks are not allowed',
  ],
  [
    'refuses mixed networks',
    { networks: [bridge, blue] },
    '/networks',
    'May specify a single host network, single bridge network, or else 1-to-n container networks',
  ],
  [
    'refuses several networks under Docker',
    { networks: [blue, red], container: { docker: { image } } },
    '/',
    'may only specify a single container network when using the Docker container engine',
  ],
  [
    'refuses two mappings of one name',
    mapped([{ name: 'a' }, { name: 'a' }]),
    '/container/portMappings',
    'Port names must be unique.',
  ],
  [
    'wants one network for a host port among several',
    mapped([{}, { hostPort: 0 }], [blue, red]),
    '/container/portMappings(1)',
    'networkNames must be a single item list when hostPort is specified and more than 1 container network is defined',
  ],
  [
    'refuses mappings to unknown networks',
    mapped([{ networkNames: ['blue', 'green'] }], [blue, red]),
    '/container/portMappings(0)/networkNames(1)',
    'is not one of (blue,red)',
  ],
  [
    'refuses two definitions of one name',
    { portDefinitions: [{ name: 'a' }, { name: 'a' }] },
    '/portDefinitions',
    'Port names must be unique.',
  ],
  [
    'refuses two definitions of one port',
    { portDefinitions: [{ port: 80 }, { port: 80 }] },
    '/portDefinitions',
    'Ports must be unique.',
  ],
];

describe('the rules of networks and ports', () => {
  for (const [name, wire, path, message, overrides] of networking) {
    it(name, () => {
      expect(violationsOf(wire, overrides)).to.deep.include({ path, message });
    });
  }
});
