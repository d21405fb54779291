import type { DeclaredPort } from './app-facts.js';
import type { HostPortDemand } from './host-ports.js';
import type { PodContainer, PodEndpoint, PodPart } from './pod-part.js';

/** An endpoint and the container it is of. */
export interface PlacedEndpoint {
  readonly container: PodContainer;
  readonly endpoint: PodEndpoint;
}

/** All endpoints of a pod in the order of its containers: its ports, as an app has them. */
export function endpointsOf({ containers }: PodPart): readonly PlacedEndpoint[] {
  return containers.flatMap((container) =>
    container.endpoints.map((endpoint) => ({ container, endpoint })),
  );
}

/** Pods have no service ports. */
export function declaredEndpoints(pod: PodPart): readonly DeclaredPort[] {
  return endpointsOf(pod).map(({ endpoint: { name, containerPort, hostPort = 0 } }) => ({
    name,
    requested: containerPort ?? hostPort,
    servicePort: 0,
  }));
}

export function endpointDemand(pod: PodPart): readonly HostPortDemand[] {
  return endpointsOf(pod).map(({ endpoint: { hostPort } }) => {
    if (hostPort === undefined) return { kind: 'none' };
    return hostPort === 0 ? { kind: 'any' } : { kind: 'fixed', port: hostPort };
  });
}
