import {
  areUnique,
  unless,
  usesHostNetwork,
  validateNetworkNames,
  type PodDefinition,
  type PodEndpoint,
} from '../app/index.js';
import type { Violation } from '../violation.js';

/** Endpoints of all containers, singly and together (marathon-api 7.6). */
export function validateEndpoints(spec: PodDefinition): readonly Violation[] {
  const { containers } = spec.pod;
  const all = containers.flatMap(({ endpoints }) => endpoints);
  return [
    ...unless(
      areUnique(all.map(({ name }) => name)),
      '/',
      // The slip of the pen is Marathon's.
      'endpoint names nust be unique across all containers',
    ),
    ...unless(
      areUnique(all.map(({ containerPort }) => containerPort)),
      '/',
      'container ports must be unique across all containers',
    ),
    ...unless(
      areUnique(all.map(({ hostPort }) => (hostPort === 0 ? undefined : hostPort))),
      '/',
      'host ports must be unique across all containers',
    ),
    ...containers.flatMap(({ endpoints }, container) =>
      endpoints.flatMap((endpoint, at) =>
        validateEndpoint(endpoint, spec, `/containers(${container})/endpoints(${at})`),
      ),
    ),
  ];
}

function validateEndpoint(
  endpoint: PodEndpoint,
  { networks }: PodDefinition,
  at: string,
): readonly Violation[] {
  const { containerPort, protocol } = endpoint;
  const onHost = usesHostNetwork(networks);
  return [
    ...unless(
      !onHost || containerPort === undefined,
      `${at}/containerPort`,
      'is not allowed when using host-mode networking',
    ),
    ...unless(
      onHost || containerPort !== undefined,
      `${at}/containerPort`,
      'is required when using container-mode networking',
    ),
    ...unless(
      areUnique(protocol),
      `${at}/protocol`,
      'Duplicate protocols within the same endpoint are not allowed',
    ),
    ...validateNetworkNames(endpoint, networks, at),
  ];
}
