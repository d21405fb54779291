import type { AppDefinition, AppVolume, HealthCheck, Network } from './app-definition.js';
import { declaredEndpoints } from './pod-ports.js';

/** Whether tasks share the host's network: no network at all means the same. */
export function usesHostNetwork(networks: readonly Network[]): boolean {
  return networks.every((network) => network.mode === 'host');
}

/** Apps and pods with persistent volumes stay where their data is. */
export function isResident({ container, pod }: Pick<AppDefinition, 'container' | 'pod'>): boolean {
  const ofPod = pod?.volumes.some(({ kind }) => kind === 'persistent') ?? false;
  return ofPod || hasVolumes(container?.volumes, 'persistent');
}

export function hasVolumes(
  volumes: readonly AppVolume[] | undefined,
  kind: AppVolume['kind'],
): boolean {
  return (volumes ?? []).some((volume) => volume.kind === kind);
}

/** Label by which an app demands never to run twice (marathon-api 7.2). */
const SINGLE_INSTANCE_LABEL = 'MARATHON_SINGLE_INSTANCE_APP';

export function isSingleInstance(app: Pick<AppDefinition, 'labels'>): boolean {
  return app.labels[SINGLE_INSTANCE_LABEL] === 'true';
}

/** One port of an app, whichever of the two forms declares it, or one endpoint of a pod. */
export interface DeclaredPort {
  readonly name?: string;
  /** What the user asked for: the definition's port or the mapping's container port; 0 = any. */
  readonly requested: number;
  /** 0 until one has been allocated. */
  readonly servicePort: number;
}

/** The app's ports in order: `PORT0`, `PORT1`, ... and what a `portIndex` counts. */
export function declaredPorts(
  app: Pick<AppDefinition, 'networks' | 'container' | 'portDefinitions' | 'pod'>,
): readonly DeclaredPort[] {
  if (app.pod !== undefined) return declaredEndpoints(app.pod);
  if (usesHostNetwork(app.networks)) {
    return (app.portDefinitions ?? []).map(({ name, port }) => ({
      ...(name === undefined ? {} : { name }),
      requested: port,
      servicePort: port,
    }));
  }
  return (app.container?.portMappings ?? []).map(({ name, containerPort, servicePort }) => ({
    ...(name === undefined ? {} : { name }),
    requested: containerPort,
    servicePort,
  }));
}

/**
 * Which of the app's ports a health check probes; undefined for a fixed `port`, a port by name, and
 * commands. A check that says nothing of its port means the first one.
 */
export function probedPortIndex(check: HealthCheck): number | undefined {
  if (check.protocol === 'COMMAND' || check.port !== undefined) return undefined;
  return check.portName === undefined ? (check.portIndex ?? 0) : undefined;
}

/** Kinds that are asked from where the task is, as the executor of Mesos did. */
export function isMesosProbe({ protocol }: Pick<HealthCheck, 'protocol'>): boolean {
  return protocol.startsWith('MESOS_');
}
