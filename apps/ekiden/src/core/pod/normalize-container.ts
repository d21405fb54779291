import {
  given,
  givenEntries,
  normalizeArtifact,
  normalizeCommand,
  normalizeLinuxInfo,
  readableLimits,
  type Network,
  type PodCheck,
  type PodContainer,
  type PodEndpoint,
  type PodHealthCheck,
  type PodImage,
  type PodProbe,
  type PodResources,
} from '../app/index.js';
import { POD_DEFAULTS } from './pod-defaults.js';
import type {
  PodCheckWire,
  PodContainerWire,
  PodEndpointWire,
  PodHealthCheckWire,
  PodImageWire,
  PodProbeWire,
  PodResourcesWire,
} from './pod-wire.js';

/** Fills the gaps of one container; `networks` of the pod decide about its host ports (6.4). */
export function normalizeContainer(
  wire: PodContainerWire,
  networks: readonly Network[],
): PodContainer {
  const { exec, lifecycle } = wire;
  return given({
    name: wire.name,
    exec: exec
      ? given({
          command: normalizeCommand(exec.command),
          overrideEntrypoint: exec.overrideEntrypoint,
        })
      : undefined,
    resources: normalizeResources(wire.resources),
    resourceLimits: readableLimits(wire.resourceLimits),
    endpoints: (wire.endpoints ?? []).map((endpoint) => normalizeEndpoint(endpoint, networks)),
    linuxInfo: wire.linuxInfo ? normalizeLinuxInfo(wire.linuxInfo) : undefined,
    image: wire.image ? normalizeImage(wire.image) : undefined,
    environment: givenEntries(wire.environment),
    user: wire.user,
    healthCheck: wire.healthCheck ? normalizeHealthCheck(wire.healthCheck) : undefined,
    check: wire.check ? normalizeCheck(wire.check) : undefined,
    volumeMounts: (wire.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      readOnly: readOnly ?? POD_DEFAULTS.mount.readOnly,
    })),
    artifacts: (wire.artifacts ?? []).map(normalizeArtifact),
    labels: givenEntries(wire.labels),
    lifecycle: lifecycle
      ? given({ killGracePeriodSeconds: lifecycle.killGracePeriodSeconds })
      : undefined,
    tty: wire.tty,
  });
}

function normalizeResources({ cpus, mem, disk, gpus }: PodResourcesWire): PodResources {
  const defaults = POD_DEFAULTS.resources;
  return {
    cpus: cpus ?? defaults.cpus,
    mem: mem ?? defaults.mem,
    disk: disk ?? defaults.disk,
    gpus: gpus ?? defaults.gpus,
  };
}

function normalizeEndpoint(wire: PodEndpointWire, networks: readonly Network[]): PodEndpoint {
  const contained = networks.some(({ mode }) => mode === 'container');
  return given({
    name: wire.name,
    containerPort: wire.containerPort,
    hostPort: wire.hostPort ?? (contained ? undefined : POD_DEFAULTS.hostPort),
    protocol: wire.protocol ?? POD_DEFAULTS.endpoint.protocol,
    labels: givenEntries(wire.labels),
    networkNames: wire.networkNames ?? POD_DEFAULTS.endpoint.networkNames,
  });
}

function normalizeImage({ kind, id, pullConfig, forcePull, labels }: PodImageWire): PodImage {
  return given({
    kind,
    id,
    pullConfig: pullConfig ? { secret: pullConfig.secret } : undefined,
    forcePull,
    labels: givenEntries(labels),
  });
}

function normalizeHealthCheck(wire: PodHealthCheckWire): PodHealthCheck {
  const defaults = POD_DEFAULTS.healthCheck;
  return {
    ...normalizeProbe(wire),
    gracePeriodSeconds: wire.gracePeriodSeconds ?? defaults.gracePeriodSeconds,
    intervalSeconds: wire.intervalSeconds ?? defaults.intervalSeconds,
    maxConsecutiveFailures: wire.maxConsecutiveFailures ?? defaults.maxConsecutiveFailures,
    timeoutSeconds: wire.timeoutSeconds ?? defaults.timeoutSeconds,
    delaySeconds: wire.delaySeconds ?? defaults.delaySeconds,
  };
}

function normalizeCheck(wire: PodCheckWire): PodCheck {
  const defaults = POD_DEFAULTS.check;
  return {
    ...normalizeProbe(wire),
    intervalSeconds: wire.intervalSeconds ?? defaults.intervalSeconds,
    timeoutSeconds: wire.timeoutSeconds ?? defaults.timeoutSeconds,
    delaySeconds: wire.delaySeconds ?? defaults.delaySeconds,
  };
}

function normalizeProbe({ http, tcp, exec }: PodProbeWire): PodProbe {
  return given({
    http: http
      ? given({
          endpoint: http.endpoint,
          path: http.path,
          scheme: http.scheme ?? POD_DEFAULTS.httpProbe.scheme,
        })
      : undefined,
    tcp: tcp ? { endpoint: tcp.endpoint } : undefined,
    exec: exec ? { command: normalizeCommand(exec.command) } : undefined,
  });
}
