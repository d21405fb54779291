import type { ContainerNetwork, ContainerPort, ContainerVolume, TaskSpec } from '@ekiden/host';
import { usesHostNetwork, type AppDefinition, type AppVolume } from '../app/index.js';

/** What the container of a task is made of, for apps with an image (marathon-api 5.2, 6.3). */
export function containerOf(
  app: AppDefinition,
  hostPorts: readonly (number | undefined)[],
): Pick<TaskSpec, 'container'> {
  const { container } = app;
  if (container?.docker === undefined) return {};
  const { image, forcePullImage, privileged, parameters } = container.docker;
  return {
    container: {
      image,
      forcePullImage,
      privileged,
      parameters,
      network: networkOf(app),
      ports: portsOf(app, hostPorts),
      volumes: container.volumes.flatMap(volumeOf),
      tty: app.tty === true,
    },
  };
}

export function networkOf({ networks }: AppDefinition): ContainerNetwork {
  if (usesHostNetwork(networks)) return { kind: 'host' };
  const [network] = networks;
  if (network?.mode !== 'container' || network.name === undefined) return { kind: 'bridge' };
  return { kind: 'user', name: network.name };
}

/** In the host's own network a task takes its ports itself. */
function portsOf(
  app: AppDefinition,
  hostPorts: readonly (number | undefined)[],
): readonly ContainerPort[] {
  if (usesHostNetwork(app.networks)) return [];
  return (app.container?.portMappings ?? []).map(({ containerPort, protocol }, at) => {
    const hostPort = hostPorts[at];
    return {
      containerPort,
      ...(hostPort === undefined ? {} : { hostPort }),
      protocols: protocol === 'udp,tcp' ? ['tcp', 'udp'] : [protocol],
    };
  });
}

function volumeOf(volume: AppVolume): readonly ContainerVolume[] {
  switch (volume.kind) {
    case 'host': {
      const { hostPath, containerPath, mode } = volume;
      const readOnly = mode === 'RO';
      // A relative one is a folder of the task's sandbox (Mesos), which nobody else sees.
      if (!hostPath.startsWith('/')) return [{ kind: 'scratch', containerPath, readOnly }];
      return [{ kind: 'host', hostPath, containerPath, readOnly }];
    }
    case 'external':
      return externalVolume(volume);
    case 'persistent':
    case 'secret':
      // Local volumes belong to a reservation, secrets to their holder.
      return [];
  }
}

/** Names the volume plugin; the other options are for it, each behind a name space. */
const DRIVER = 'dvdi/driver';

/** A volume of a Docker volume plugin, by Marathon's provider `dvdi` (external volumes). */
function externalVolume({
  containerPath,
  mode,
  external,
}: Extract<AppVolume, { kind: 'external' }>): readonly ContainerVolume[] {
  if (external.provider !== 'dvdi' || external.name === undefined) return [];
  const { name, options = {} } = external;
  const driver = options[DRIVER];
  const driverOptions = Object.entries(options).flatMap(([key, value]) =>
    key === DRIVER ? [] : [[key.slice(key.indexOf('/') + 1), value] as const],
  );
  return [
    {
      kind: 'named',
      name,
      ...(driver === undefined ? {} : { driver }),
      driverOptions: Object.fromEntries(driverOptions),
      containerPath,
      readOnly: mode === 'RO',
    },
  ];
}
