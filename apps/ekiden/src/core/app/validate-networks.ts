import type { Violation } from '../violation.js';
import type { AppDefinition, Network, PortMapping } from './app-definition.js';
import { usesHostNetwork } from './app-facts.js';
import { PORT_NAMES_UNIQUE, areUnique, unless } from './phrases.js';

/** Networks, port definitions and port mappings, singly and together (marathon-api 7.2). */
export function validateNetworking(app: AppDefinition): readonly Violation[] {
  return [
    ...validateNetworks(app.networks),
    ...validateFit(app),
    ...validateDefinitions(app),
    ...validateMappings(app),
  ];
}

/** The networks alone. */
export function validateNetworks(networks: readonly Network[]): readonly Violation[] {
  const at = '/networks';
  const inMode = (mode: Network['mode']): readonly Network[] =>
    networks.filter((network) => network.mode === mode);
  const hosts = inMode('host');
  const bridges = inMode('container/bridge');
  const containers = inMode('container');
  const isPlain = (network: Network): boolean =>
    network.name === undefined && Object.keys(network.labels).length === 0;
  const names = containers.map((network) => network.name ?? '');
  return [
    ...unless(
      !names.includes(''),
      at,
      'Network name must be specified when container network is selected.',
    ),
    ...unless(hosts.every(isPlain), at, 'Host networks may not have names or labels'),
    ...unless(
      bridges.every((network) => network.name === undefined),
      at,
      'Bridge networks may not have names',
    ),
    ...unless(areUnique(names), at, 'Duplicate networks are not allowed'),
    ...unless(
      networks.length === containers.length || (networks.length === 1 && containers.length === 0),
      at,
      'May specify a single host network, single bridge network, or else 1-to-n container networks',
    ),
  ];
}

function validateFit(app: AppDefinition): readonly Violation[] {
  const onHost = usesHostNetwork(app.networks);
  const containerNetworks = app.networks.filter((network) => network.mode === 'container').length;
  return [
    ...unless(
      !onHost || (app.container?.portMappings ?? []).length === 0,
      '/',
      'portMappings are not allowed with host-networking',
    ),
    ...unless(
      onHost || (app.portDefinitions ?? []).length === 0,
      '/',
      'portDefinitions are only allowed with host-networking',
    ),
    ...unless(
      app.container?.type !== 'DOCKER' || containerNetworks <= 1,
      '/',
      'may only specify a single container network when using the Docker container engine',
    ),
  ];
}

function validateDefinitions({ portDefinitions = [] }: AppDefinition): readonly Violation[] {
  const fixed = portDefinitions.map(({ port }) => (port === 0 ? undefined : port));
  return [
    ...unless(
      areUnique(portDefinitions.map(({ name }) => name)),
      '/portDefinitions',
      PORT_NAMES_UNIQUE,
    ),
    ...unless(areUnique(fixed), '/portDefinitions', 'Ports must be unique.'),
  ];
}

function validateMappings(app: AppDefinition): readonly Violation[] {
  const mappings = app.container?.portMappings ?? [];
  const at = '/container/portMappings';
  return [
    ...unless(areUnique(mappings.map(({ name }) => name)), at, PORT_NAMES_UNIQUE),
    ...mappings.flatMap((mapping, index) =>
      validateMapping(mapping, app.networks, `${at}(${index})`),
    ),
  ];
}

function validateMapping(
  mapping: PortMapping,
  networks: readonly Network[],
  at: string,
): readonly Violation[] {
  const bridged = networks.some((network) => network.mode === 'container/bridge');
  return [
    ...validateNetworkNames(mapping, networks, at),
    ...unless(
      !bridged || mapping.hostPort !== undefined,
      at,
      'hostPort is required for BRIDGE mode.',
    ),
  ];
}

/** Which of the container networks a mapping, or a pod's endpoint, is for. */
export function validateNetworkNames(
  mapping: Pick<PortMapping, 'hostPort' | 'networkNames'>,
  networks: readonly Network[],
  at: string,
): readonly Violation[] {
  const names = networks.flatMap(({ mode, name }) =>
    mode === 'container' && name !== undefined ? [name] : [],
  );
  const isAmbiguous = mapping.hostPort !== undefined && names.length > 1;
  return [
    ...unless(
      !isAmbiguous || mapping.networkNames.length === 1,
      at,
      'networkNames must be a single item list when hostPort is specified and more than 1 container network is defined',
    ),
    ...mapping.networkNames.flatMap((name, index) =>
      unless(
        names.includes(name),
        `${at}/networkNames(${index})`,
        `is not one of (${names.join(',')})`,
      ),
    ),
  ];
}
