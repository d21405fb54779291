import type {
  AppWire,
  ArtifactWire,
  ContainerWire,
  HealthCheckWire,
  LabelsWire,
  NetworkWire,
  PortDefinitionWire,
  PortMappingWire,
} from './app-wire.js';
import { given } from './given.js';
import { isArchive } from './uri.js';

/** An app document that speaks of nothing in the older forms any more. */
export type ModernAppWire = Omit<AppWire, 'ports' | 'uris' | 'ipAddress'>;

/**
 * Rewrites the legacy fields into their present form (marathon-api 6.1, 6.2, 6.4); everything else
 * stays as given, nothing is defaulted. `current` makes it a partial update of that document:
 * there, health checks without a port always get the first one, and discovery ports go to the
 * container that is kept. Conflicts between old and new forms are refused before (validate-legacy);
 * here the new form wins.
 */
export function modernizeApp(
  wire: AppWire,
  options: { readonly bridgeName: string; readonly current?: ModernAppWire },
): ModernAppWire {
  if (isModern(wire)) return wire;
  const { ports, uris, ipAddress, ...rest } = wire;
  const container = modernContainer(wire, options.current);
  const portDefinitions: readonly PortDefinitionWire[] | undefined =
    wire.portDefinitions ?? ports?.map((port) => ({ port }));
  const hasPorts = (portDefinitions ?? []).length > 0 || (container?.portMappings ?? []).length > 0;
  const healthChecks =
    hasPorts || options.current !== undefined
      ? wire.healthChecks?.map(withFirstPort)
      : wire.healthChecks;
  return given({
    ...rest,
    container,
    portDefinitions,
    healthChecks,
    networks: wire.networks ?? legacyNetworks(wire, options.bridgeName),
    fetch: modernFetch(wire),
  });
}

/** Nothing would be rewritten: most definitions are of this century. */
function isModern(wire: AppWire): boolean {
  const { ports, uris, ipAddress, container, healthChecks } = wire;
  const legacy = ports ?? uris ?? ipAddress ?? container?.docker?.network;
  return (
    (legacy ?? container?.docker?.portMappings ?? undefined) === undefined &&
    (healthChecks ?? []).every((check) => withFirstPort(check) === check)
  );
}

function modernFetch({ uris, fetch }: AppWire): readonly ArtifactWire[] | undefined {
  const fetched = fetch ?? undefined;
  if (uris === undefined || uris === null || (fetched ?? []).length > 0) return fetched;
  // templates leave empty ones behind, and there is nothing to fetch at them
  return uris.filter((uri) => uri !== '').map((uri) => ({ uri, extract: isArchive(uri) }));
}

function withFirstPort(check: HealthCheckWire): HealthCheckWire {
  const needsPort = (check.portIndex ?? check.port ?? check.portName ?? undefined) === undefined;
  return needsPort && check.protocol !== 'COMMAND' ? { ...check, portIndex: 0 } : check;
}

function legacyNetworks(wire: AppWire, bridgeName: string): readonly NetworkWire[] | undefined {
  const ip = wire.ipAddress ?? undefined;
  const network = wire.container?.docker?.network ?? (ip === undefined ? undefined : 'USER');
  const labels: LabelsWire = ip?.labels ?? {};
  switch (network) {
    case undefined:
      return undefined;
    case 'HOST':
    case 'NONE': // refused by validate-legacy
      return [{ mode: 'host' }];
    case 'BRIDGE':
      return [{ mode: 'container/bridge', labels }];
    case 'USER': {
      const name = ip?.networkName ?? undefined;
      const isBridge = name === bridgeName && (wire.container?.docker?.network ?? null) === null;
      return isBridge
        ? [{ mode: 'container/bridge', labels }]
        : [{ mode: 'container', name, labels }];
    }
  }
}

function modernContainer(
  wire: AppWire,
  current: ModernAppWire | undefined,
): ContainerWire | undefined {
  const discovered = wire.ipAddress?.discovery?.ports?.map(
    ({ number, ...port }): PortMappingWire => ({ ...port, containerPort: number }),
  );
  const container = wire.container ?? undefined;
  if (container === undefined) {
    if (discovered === undefined || discovered.length === 0) return undefined;
    return { ...(current?.container ?? { type: 'MESOS' as const }), portMappings: discovered };
  }
  const { docker, ...rest } = container;
  const portMappings =
    container.portMappings ??
    docker?.portMappings ??
    (container.type === 'MESOS' ? discovered : undefined);
  return {
    ...rest,
    portMappings,
    ...(docker ? { docker: { ...docker, network: null, portMappings: null } } : {}),
  };
}
