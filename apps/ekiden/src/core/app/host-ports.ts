import type { AppDefinition } from './app-definition.js';
import { usesHostNetwork } from './app-facts.js';
import { endpointDemand } from './pod-ports.js';

/** What one port of an app needs from the host it runs on. */
export type HostPortDemand =
  | { readonly kind: 'fixed'; readonly port: number }
  | { readonly kind: 'any' }
  /** A port inside a container network only: nothing is allocated. */
  | { readonly kind: 'none' };

/** One demand per declared port, in order (marathon-behaviour 4.7). */
export function hostPortDemand(
  app: Pick<AppDefinition, 'networks' | 'container' | 'portDefinitions' | 'requirePorts' | 'pod'>,
): readonly HostPortDemand[] {
  if (app.pod !== undefined) return endpointDemand(app.pod);
  if (usesHostNetwork(app.networks)) {
    // With `requirePorts` the service port is the host port as well.
    return (app.portDefinitions ?? []).map(({ port }) => demand(app.requirePorts ? port : 0));
  }
  return (app.container?.portMappings ?? []).map(({ hostPort }) =>
    hostPort === undefined ? { kind: 'none' } : demand(hostPort),
  );
}

function demand(port: number): HostPortDemand {
  return port === 0 ? { kind: 'any' } : { kind: 'fixed', port };
}
