import type { AppVolume, Container, ExternalVolume, LinuxInfo, Network } from './app-definition.js';
import { APP_DEFAULTS } from './app-defaults.js';
import { usesHostNetwork } from './app-facts.js';
import type {
  ContainerWire,
  DockerWire,
  ExternalVolumeWire,
  LinuxInfoWire,
  Maybe,
  PersistentVolumeWire,
  VolumeWire,
} from './app-wire.js';
import { given } from './given.js';
import { normalizePortMappings } from './normalize-ports.js';

/** Non-host networking needs a container to hold its mappings: an empty one is added (6.3). */
export function normalizeContainer(
  wire: Maybe<ContainerWire>,
  networks: readonly Network[],
  definitionCount: number,
): Container | undefined {
  const container = wire ?? (usesHostNetwork(networks) ? undefined : { type: 'MESOS' as const });
  if (container === undefined) return undefined;
  const { type, docker, volumes, portMappings, linuxInfo }: ContainerWire = container;
  return given({
    type: type ?? APP_DEFAULTS.container.type,
    docker: docker ? normalizeDocker(docker) : undefined,
    volumes: (volumes ?? []).map(normalizeVolume),
    portMappings: normalizePortMappings(portMappings, networks, definitionCount),
    linuxInfo: linuxInfo ? normalizeLinuxInfo(linuxInfo) : undefined,
  });
}

function normalizeDocker(docker: DockerWire): NonNullable<Container['docker']> {
  const defaults = APP_DEFAULTS.docker;
  return given({
    image: docker.image,
    forcePullImage: docker.forcePullImage ?? defaults.forcePullImage,
    privileged: docker.privileged ?? defaults.privileged,
    parameters: (docker.parameters ?? []).map(({ key, value }) => ({ key, value })),
    pullConfig: docker.pullConfig ? { secret: docker.pullConfig.secret } : undefined,
  });
}

/** The first shape that fits decides, in this order (marathon-api 5.2). */
function normalizeVolume(volume: VolumeWire): AppVolume {
  const { containerPath } = volume;
  const mode = volume.mode ?? APP_DEFAULTS.volume.mode;
  if (volume.persistent) {
    const persistent = normalizePersistent(volume.persistent);
    return { kind: 'persistent', containerPath, mode, persistent };
  }
  if (volume.external) {
    return { kind: 'external', containerPath, mode, external: normalizeExternal(volume.external) };
  }
  if (typeof volume.secret === 'string') {
    return { kind: 'secret', containerPath, secret: volume.secret };
  }
  return { kind: 'host', containerPath, hostPath: volume.hostPath ?? '', mode };
}

export function normalizePersistent(
  volume: PersistentVolumeWire,
): Extract<AppVolume, { kind: 'persistent' }>['persistent'] {
  const type = volume.profileName
    ? APP_DEFAULTS.profiledVolumeType
    : APP_DEFAULTS.persistentVolume.type;
  return given({
    type: volume.type ?? type,
    size: volume.size,
    maxSize: volume.maxSize,
    profileName: volume.profileName,
    constraints: volume.constraints ?? APP_DEFAULTS.persistentVolume.constraints,
  });
}

function normalizeExternal(external: ExternalVolumeWire): ExternalVolume {
  if (external.provider === 'csi') return external;
  return { ...external, shared: external.shared ?? APP_DEFAULTS.dvdiVolume.shared };
}

export function normalizeLinuxInfo({ seccomp, ipcInfo }: LinuxInfoWire): LinuxInfo {
  return given({
    seccomp: seccomp
      ? given({
          profileName: seccomp.profileName,
          unconfined: seccomp.unconfined ?? APP_DEFAULTS.seccomp.unconfined,
        })
      : undefined,
    ipcInfo: ipcInfo ? given({ mode: ipcInfo.mode, shmSize: ipcInfo.shmSize }) : undefined,
  });
}
