import { absent, between, exactly, type Area, type Case } from '../language/index.js';
import { add, byDefault, deployed, idle, shows, stored, tell } from './steps.js';

const MAPPING = { containerPort: 0, labels: {}, name: 'default', protocol: 'tcp' };
const SERVICE_PORT = between(10_000, 20_000);
const IMAGE = { type: 'DOCKER', docker: { image: 'busybox' } };

const ports: readonly Case[] = [
  byDefault(
    stored(
      '6.1',
      'Without ports an app has one, with a service port in the range.',
      {},
      {
        portDefinitions: [exactly({ port: SERVICE_PORT, name: 'default', protocol: 'tcp' })],
        ports: absent,
      },
    ),
  ),
  stored(
    '6.1',
    'An explicit empty list means no ports.',
    { portDefinitions: [] },
    { portDefinitions: [] },
  ),
  byDefault(
    stored(
      '6.1',
      'Legacy ports become port definitions.',
      { ports: [8_080, 0] },
      {
        ports: absent,
        portDefinitions: [
          { port: 8_080, protocol: 'tcp' },
          { port: SERVICE_PORT, protocol: 'tcp' },
        ],
      },
    ),
  ),
  stored(
    '6.1',
    'Ports and port definitions of the same numbers may be given together.',
    {
      ports: [8_080],
      portDefinitions: [{ port: 8_080, name: 'http' }],
    },
    { portDefinitions: [{ port: 8_080, name: 'http' }] },
  ),
  stored(
    '5.3',
    'A port definition keeps its labels and name, and gets tcp.',
    {
      portDefinitions: [{ port: 8_080, name: 'http', labels: { VIP_0: '/x:80' } }],
    },
    {
      portDefinitions: [{ port: 8_080, name: 'http', protocol: 'tcp', labels: { VIP_0: '/x:80' } }],
    },
  ),
  stored(
    '5.3',
    'A port may speak both protocols.',
    { portDefinitions: [{ port: 8_080, protocol: 'tcp,udp' }] },
    {
      portDefinitions: [{ protocol: 'udp,tcp' }],
    },
  ),
  stored(
    'PRT-09',
    'A port that is not required is a service port.',
    { portDefinitions: [{ port: 8_080 }] },
    {
      requirePorts: false,
      portDefinitions: [{ port: 8_080 }],
    },
  ),
  stored(
    '6.1',
    'Required ports are kept with host networking.',
    { requirePorts: true, portDefinitions: [{ port: 31_500 }] },
    {
      requirePorts: true,
    },
  ),
  {
    name: 'Two ports get two different service ports.',
    source: 'PRT-02',
    needs: ['settings'],
    steps: [
      add(idle('/~/a', { portDefinitions: [{ port: 0 }, { port: 0 }] })),
      { send: 'GET /v2/apps/~/a', keep: { one: 'body.app.portDefinitions.0.port' } },
      shows('/~/a', { portDefinitions: [{ port: SERVICE_PORT }, { port: SERVICE_PORT }] }),
    ],
  },
  {
    name: 'A PUT that asks for any ports keeps those that were assigned.',
    source: 'PRT-03',
    steps: [
      add(idle('/~/a', { portDefinitions: [{ port: 0 }, { port: 0 }] })),
      {
        send: 'GET /v2/apps/~/a',
        keep: { version: 'body.app.version' },
      },
      tell('PUT /v2/apps/~/a', { portDefinitions: [{ port: 0 }, { port: 0 }] }, deployed),
      shows('/~/a', { version: '{{version}}' }),
    ],
  },
];

const modes: readonly Case[] = [
  byDefault(
    stored(
      '6.3',
      'A bridged app has a container with one mapping, with a host port.',
      {
        networks: [{ mode: 'container/bridge' }],
      },
      {
        portDefinitions: absent,
        container: exactly({
          type: 'MESOS',
          volumes: [],
          portMappings: [exactly({ ...MAPPING, hostPort: 0, servicePort: SERVICE_PORT })],
        }),
      },
    ),
  ),
  byDefault(
    stored(
      '6.3',
      'A mapping on a container network gets no host port.',
      {
        networks: [{ mode: 'container', name: 'n' }],
      },
      { container: { portMappings: [exactly({ ...MAPPING, servicePort: SERVICE_PORT })] } },
    ),
  ),
  stored(
    '6.3',
    'A container on the host network shows no mappings.',
    { container: IMAGE },
    {
      container: { portMappings: absent },
      networks: [{ mode: 'host' }],
      portDefinitions: [{ name: 'default' }],
    },
  ),
  stored(
    '6.2',
    'The default mode of a network is container.',
    { networks: [{ name: 'n' }] },
    {
      networks: [{ mode: 'container', name: 'n' }],
    },
  ),
  stored(
    '6.2',
    'A legacy docker network BRIDGE becomes a bridged network.',
    {
      container: { type: 'DOCKER', docker: { image: 'busybox', network: 'BRIDGE' } },
    },
    {
      networks: [{ mode: 'container/bridge' }],
      container: { docker: { network: absent }, portMappings: [{ hostPort: 0 }] },
    },
  ),
  stored(
    '6.2',
    'A legacy docker network HOST becomes the host network.',
    {
      container: { type: 'DOCKER', docker: { image: 'busybox', network: 'HOST' } },
    },
    { networks: [{ mode: 'host' }], container: { docker: { network: absent } } },
  ),
  stored(
    '6.2',
    'Legacy docker port mappings become those of the container.',
    {
      container: {
        type: 'DOCKER',
        docker: {
          image: 'busybox',
          network: 'BRIDGE',
          portMappings: [{ containerPort: 80, servicePort: 9_000 }],
        },
      },
    },
    {
      container: {
        docker: { portMappings: absent },
        portMappings: [
          exactly({
            containerPort: 80,
            hostPort: 0,
            labels: {},
            protocol: 'tcp',
            servicePort: 9_000,
          }),
        ],
      },
    },
  ),
  stored(
    '6.2',
    'A legacy ipAddress becomes a container network with its labels.',
    {
      portDefinitions: undefined,
      ipAddress: { networkName: 'n', labels: { a: 'b' } },
    },
    {
      ipAddress: absent,
      networks: [{ mode: 'container', name: 'n', labels: { a: 'b' } }],
      container: { type: 'MESOS' },
    },
  ),
  stored(
    '6.2',
    'Discovery ports of a legacy ipAddress become mappings without host port.',
    {
      ipAddress: {
        networkName: 'n',
        discovery: { ports: [{ number: 80, name: 'http', protocol: 'tcp' }] },
      },
    },
    {
      container: { portMappings: [{ containerPort: 80, name: 'http', hostPort: absent }] },
    },
  ),
  byDefault(
    stored(
      '6.1',
      'Mappings of a bridge are shown, and port definitions are not.',
      {
        container: { ...IMAGE, portMappings: [{ containerPort: 80, name: 'http' }] },
        networks: [{ mode: 'container/bridge' }],
      },
      {
        portDefinitions: absent,
        container: {
          portMappings: [
            { containerPort: 80, hostPort: 0, name: 'http', labels: {}, servicePort: SERVICE_PORT },
          ],
        },
      },
    ),
  ),
  stored(
    '6.3',
    'An empty list of mappings is kept.',
    {
      container: { ...IMAGE, portMappings: [] },
      networks: [{ mode: 'container/bridge' }],
    },
    { container: { portMappings: [] } },
  ),
  stored(
    '6.3',
    'Ports are not required off the host network.',
    {
      requirePorts: true,
      networks: [{ mode: 'container/bridge' }],
      container: IMAGE,
    },
    { requirePorts: false },
  ),
];

export const networks: Area = {
  name: 'networks',
  about: 'ports, networks and mappings, legacy fields in their canonical form',
  cases: [...ports, ...modes],
};
