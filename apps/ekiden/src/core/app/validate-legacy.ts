import type { Violation } from '../violation.js';
import type { AppWire, ContainerWire, DockerWire, Maybe, PortMappingWire } from './app-wire.js';
import { MUST_BE_EMPTY, PORT_NAMES_UNIQUE, areUnique, expected, unless } from './phrases.js';
import { judgeBy, type BrokenFields, type Rule } from './rule.js';
import { isUri } from './uri.js';

/**
 * Stage 1: legacy fields that contradict each other or the present form (marathon-api 7.1).
 * Partial updates are judged too: Marathon lets their contradictions through and then fails with
 * a 500, under the texts of the last four rules here.
 */
export function validateLegacy(wire: AppWire, broken?: BrokenFields): readonly Violation[] {
  return judgeBy(RULES, wire, undefined, broken);
}

const RULES: readonly Rule<AppWire>[] = [
  {
    reads: ['container'],
    judge: ({ container }) => (container ? validateContainer(container) : []),
  },
  { reads: ['ipAddress', 'container', 'ports'], judge: validateIpAddress },
  { reads: ['uris', 'fetch'], judge: validateUris },
  { reads: ['networks', 'container', 'ipAddress'], judge: validateMixedNetworks },
  { reads: ['ports', 'portDefinitions'], judge: validatePorts },
];

function validateContainer(container: ContainerWire): readonly Violation[] {
  const docker = container.docker;
  if (!docker) return [];
  return [
    ...unless(isAbsent(docker.credential), '/container/docker/credential', MUST_BE_EMPTY),
    ...(container.type === 'MESOS' ? validateMesosImage(docker) : []),
    ...unless(
      areUnique((docker.portMappings ?? []).map(nameOf)),
      '/container/docker/portMappings',
      PORT_NAMES_UNIQUE,
    ),
    ...unless(
      docker.network !== 'NONE',
      '/container/docker/network',
      'unsupported docker network type NONE',
    ),
    ...unless(
      isEmpty(docker.portMappings) || isEmpty(container.portMappings),
      '/',
      'cannot specify both portMappings and docker.portMappings',
    ),
  ];
}

function validateMesosImage(docker: DockerWire): readonly Violation[] {
  const at = '/container/docker';
  return [
    ...unless(isAbsent(docker.network), `${at}/network`, MUST_BE_EMPTY),
    ...unless(isEmpty(docker.parameters), `${at}/parameters`, MUST_BE_EMPTY),
    ...unless(isEmpty(docker.portMappings), `${at}/portMappings`, MUST_BE_EMPTY),
  ];
}

function validateIpAddress(wire: AppWire): readonly Violation[] {
  const { ipAddress, container } = wire;
  if (!ipAddress) return [];
  const discovers = !isEmpty(ipAddress.discovery?.ports);
  const inDocker = !!container && container.type !== 'MESOS';
  return [
    ...unless(
      !(inDocker && discovers),
      '/ipAddress',
      'ipAddress/discovery is not allowed for Docker containers',
    ),
    ...unless(isEmpty(wire.ports), '/', 'cannot specify both an IP address and port'),
    ...unless(
      !(discovers && !isEmpty(container?.portMappings)),
      '/',
      'container.portMappings and ipAddress.discovery.ports must not both be set',
    ),
  ];
}

/** That of `fetch` (marathon-api 5.7). */
const URI_LENGTH_MAX = 1_024;

function validateUris({ uris, fetch }: AppWire): readonly Violation[] {
  const broken = (uris ?? []).flatMap((uri, at) => [
    ...unless(isUri(uri), `/uris(${at})`, 'URI has invalid syntax.'),
    // Marathon takes any length here and shows what it would refuse in `fetch`.
    ...unless(
      uri.length <= URI_LENGTH_MAX,
      `/uris(${at})`,
      `must not be longer than ${URI_LENGTH_MAX} characters`,
    ),
  ]);
  const mixed = !isEmpty(uris) && !isEmpty(fetch);
  return [...unless(!mixed, '/uris', 'may not be set in conjunction with fetch'), ...broken];
}

function validateMixedNetworks({ networks, container, ipAddress }: AppWire): readonly Violation[] {
  if (isEmpty(networks)) return [];
  return [
    ...unless(
      isAbsent(container?.docker?.network),
      '/',
      'must not specify both container.docker.network and networks',
    ),
    ...unless(isAbsent(ipAddress), '/', 'must not specify both networks and ipAddress'),
  ];
}

function validatePorts({ ports, portDefinitions }: AppWire): readonly Violation[] {
  const fixed = (ports ?? []).filter((port) => port !== 0);
  return [
    // Marathon takes any number here and shows what it would refuse in a port definition.
    ...(ports ?? []).flatMap((port, at) =>
      unless(port >= 0 && port <= 65_535, `/ports(${at})`, expected(port, 'between 0 and 65535')),
    ),
    ...unless(areUnique(fixed), '/', 'ports must be unique'),
    ...unless(
      !ports || !portDefinitions || sameNumbers(ports, portDefinitions),
      '/',
      'cannot specify both ports and port definitions',
    ),
  ];
}

function sameNumbers(
  ports: readonly number[],
  definitions: NonNullable<AppWire['portDefinitions']>,
): boolean {
  const numbers = definitions.map((definition) => definition.port ?? 0);
  return ports.length === numbers.length && ports.every((port, at) => port === numbers[at]);
}

function nameOf(mapping: PortMappingWire): string | undefined {
  return mapping.name ?? undefined;
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

function isEmpty(list: Maybe<readonly unknown[]>): boolean {
  return (list ?? []).length === 0;
}
