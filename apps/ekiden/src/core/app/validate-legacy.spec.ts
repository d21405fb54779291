import { expect } from 'chai';
import type { AppWire } from './app-wire.js';
import { createApp } from './create-app.js';
import { sampleContext } from './sample-app.js';
import { validateLegacy } from './validate-legacy.js';

const image = 'nginx:1.25';

const cases: readonly (readonly [string, AppWire, string, string])[] = [
  [
    'refuses credentials inside docker',
    { container: { type: 'DOCKER', docker: { image, credential: { principal: 'me' } } } },
    '/container/docker/credential',
    'must be empty',
  ],
  [
    'refuses a docker network for the Mesos runtime',
    { container: { type: 'MESOS', docker: { image, network: 'BRIDGE' } } },
    '/container/docker/network',
    'must be empty',
  ],
  [
    'refuses docker parameters for the Mesos runtime',
    { container: { type: 'MESOS', docker: { image, parameters: [{ key: 'a', value: 'b' }] } } },
    '/container/docker/parameters',
    'must be empty',
  ],
  [
    'refuses docker port mappings for the Mesos runtime',
    { container: { type: 'MESOS', docker: { image, portMappings: [{ containerPort: 80 }] } } },
    '/container/docker/portMappings',
    'must be empty',
  ],
  [
    'refuses two docker port mappings of one name',
    { container: { docker: { image, portMappings: [{ name: 'http' }, { name: 'http' }] } } },
    '/container/docker/portMappings',
    'Port names must be unique.',
  ],
  [
    'refuses the docker network NONE',
    { container: { docker: { image, network: 'NONE' } } },
    '/container/docker/network',
    'unsupported docker network type NONE',
  ],
  [
    'refuses port mappings in both places',
    {
      container: {
        docker: { image, portMappings: [{ containerPort: 80 }] },
        portMappings: [{ containerPort: 81 }],
      },
    },
    '/',
    'cannot specify both portMappings and docker.portMappings',
  ],
  [
    'refuses discovery ports of Docker containers',
    { container: { docker: { image } }, ipAddress: { discovery: { ports: [{ number: 80 }] } } },
    '/ipAddress',
    'ipAddress/discovery is not allowed for Docker containers',
  ],
  [
    'refuses discovery ports beside port mappings',
    {
      container: { type: 'MESOS', portMappings: [{ containerPort: 80 }] },
      ipAddress: { discovery: { ports: [{ number: 80 }] } },
    },
    '/',
    'container.portMappings and ipAddress.discovery.ports must not both be set',
  ],
  [
    'refuses uris beside fetch',
    { uris: ['http://a/b'], fetch: [{ uri: 'http://a/c' }] },
    '/uris',
    'may not be set in conjunction with fetch',
  ],
  ['refuses a uri with blanks', { uris: ['a', 'no uri'] }, '/uris(1)', 'URI has invalid syntax.'],
  [
    'refuses a docker network beside networks',
    { networks: [{ mode: 'host' }], container: { docker: { image, network: 'HOST' } } },
    '/',
    'must not specify both container.docker.network and networks',
  ],
  [
    'refuses an IP address beside networks',
    { networks: [{ mode: 'host' }], ipAddress: {} },
    '/',
    'must not specify both networks and ipAddress',
  ],
  ['refuses a port twice', { ports: [0, 80, 0, 80] }, '/', 'ports must be unique'],
  [
    'refuses ports beside an IP address',
    { ports: [80], ipAddress: {} },
    '/',
    'cannot specify both an IP address and port',
  ],
  [
    'refuses ports that differ from the port definitions',
    { ports: [80], portDefinitions: [{ port: 81 }] },
    '/',
    'cannot specify both ports and port definitions',
  ],
];

/** Where Marathon accepts what it would refuse when it is sent back. */
const unshowable: typeof cases = [
  [
    'refuses uris longer than those of fetch',
    { uris: ['x', 'y'.repeat(1_025)] },
    '/uris(1)',
    'must not be longer than 1024 characters',
  ],
  [
    'refuses ports that are none',
    { ports: [0, 70_000] },
    '/ports(1)',
    'got 70000, expected between 0 and 65535',
  ],
  ['refuses negative ports', { ports: [-1] }, '/ports(0)', 'got -1, expected between 0 and 65535'],
];

describe('legacy fields', () => {
  for (const [name, wire, path, message] of [...cases, ...unshowable]) {
    it(name, () => {
      expect(validateLegacy(wire)).to.deep.include({ path, message });
    });
  }

  it('accepts ports that repeat the port definitions, as old answers do', () => {
    expect(validateLegacy({ ports: [80], portDefinitions: [{ port: 80 }] })).to.deep.equal([]);
  });

  it('reads null as not given', () => {
    const wire: AppWire = { uris: null, networks: null, ipAddress: null, ports: null };
    expect(validateLegacy(wire)).to.deep.equal([]);
  });

  it('stops before the later stages and reports all of its own findings', () => {
    const built = createApp({ cpus: -1, ports: [80, 80], uris: ['no uri'] }, sampleContext());
    expect(built).to.deep.equal({
      ok: false,
      error: [
        { path: '/uris(0)', message: 'URI has invalid syntax.' },
        { path: '/', message: 'ports must be unique' },
      ],
    });
  });
});
