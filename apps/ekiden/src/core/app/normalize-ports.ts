import type { Network, PortDefinition, PortMapping, Protocol } from './app-definition.js';
import { APP_DEFAULTS } from './app-defaults.js';
import { usesHostNetwork } from './app-facts.js';
import type { Maybe, PortDefinitionWire, PortMappingWire, ProtocolWire } from './app-wire.js';
import { given, givenEntries } from './given.js';

/** Host networking without a word about ports means one port; `[]` means none (6.1). */
export function normalizePortDefinitions(
  wire: Maybe<readonly PortDefinitionWire[]>,
): readonly PortDefinition[] {
  const defaults = APP_DEFAULTS.portDefinition;
  return (wire ?? APP_DEFAULTS.app.portDefinitions).map((definition: PortDefinitionWire) =>
    given({
      port: definition.port ?? defaults.port,
      name: definition.name,
      protocol: normalizeProtocol(definition.protocol),
      labels: givenEntries(definition.labels),
    }),
  );
}

/**
 * Mappings of non-host networking: one by default, and never fewer than the port definitions that
 * the same document carries, which the app loses (6.1, 6.3). Bridge mappings always have a host
 * port, any by default; on container networks none is allocated unless asked for. Mappings beside
 * host networking are kept as given, so that validation can refuse them.
 */
export function normalizePortMappings(
  wire: Maybe<readonly PortMappingWire[]>,
  networks: readonly Network[],
  definitionCount: number,
): readonly PortMapping[] | undefined {
  const hosted = usesHostNetwork(networks);
  if (hosted && (wire ?? []).length === 0) return undefined;
  const mappings = [...(wire ?? [{ name: APP_DEFAULTS.defaultPortName }])];
  while (!hosted && mappings.length < definitionCount) mappings.push({});
  const bridged = networks.some((network) => network.mode === 'container/bridge');
  return mappings.map((mapping) => normalizeMapping(mapping, bridged));
}

function normalizeMapping(mapping: PortMappingWire, bridged: boolean): PortMapping {
  const defaults = APP_DEFAULTS.portMapping;
  return given({
    containerPort: mapping.containerPort ?? defaults.containerPort,
    hostPort: mapping.hostPort ?? (bridged ? 0 : undefined),
    servicePort: mapping.servicePort ?? defaults.servicePort,
    name: mapping.name,
    protocol: normalizeProtocol(mapping.protocol),
    labels: givenEntries(mapping.labels),
    networkNames: mapping.networkNames ?? defaults.networkNames,
  });
}

function normalizeProtocol(protocol: Maybe<ProtocolWire>): Protocol {
  return protocol === 'tcp,udp' ? 'udp,tcp' : (protocol ?? APP_DEFAULTS.portDefinition.protocol);
}
