import type { AppDefinition } from './app-definition.js';
import { hasVolumes, isResident, isSingleInstance, usesHostNetwork } from './app-facts.js';

/** What a run spec says about whether it can run twice. */
export type TwinSubject = Pick<
  AppDefinition,
  'container' | 'pod' | 'labels' | 'networks' | 'requirePorts' | 'portDefinitions'
>;

/**
 * Why there cannot be a second generation of an app beside the first one, as the end of a sentence
 * that begins with it; `undefined` = there can (rollouts.md, Blue/green, twin set).
 */
export function twinObstacle(app: TwinSubject): string | undefined {
  if (isResident(app)) return 'has persistent volumes, and data is there once';
  if (isSingleInstance(app)) return 'must never run twice (MARATHON_SINGLE_INSTANCE_APP)';
  if (hasOwnExternalVolume(app)) return 'has an external volume that one instance can use';
  const [port] = fixedHostPorts(app);
  if (port !== undefined) return `has the fixed host port ${port}`;
  return willHaveFixedPorts(app) ? 'gets a fixed host port by requirePorts' : undefined;
}

/** Its service ports, which are still to be chosen, are those of its hosts as well. */
function willHaveFixedPorts({ networks, requirePorts, portDefinitions }: TwinSubject): boolean {
  return usesHostNetwork(networks) && requirePorts && (portDefinitions ?? []).length > 0;
}

/** Ports of the host that every instance insists on. */
export function fixedHostPorts({
  container,
  pod,
  networks,
  requirePorts,
  portDefinitions,
}: TwinSubject): readonly number[] {
  const onHost = usesHostNetwork(networks);
  const asked = [
    ...(container?.portMappings ?? []).map(({ hostPort }) => hostPort ?? 0),
    ...(onHost && requirePorts ? (portDefinitions ?? []).map(({ port }) => port) : []),
    ...(pod?.containers ?? []).flatMap(({ endpoints }) =>
      endpoints.map(({ hostPort }) => hostPort ?? 0),
    ),
  ];
  return asked.filter((port) => port > 0);
}

function hasOwnExternalVolume({ container }: TwinSubject): boolean {
  if (!hasVolumes(container?.volumes, 'external')) return false;
  return (container?.volumes ?? []).some((volume) => {
    if (volume.kind !== 'external') return false;
    const { external } = volume;
    return external.provider === 'dvdi'
      ? !external.shared
      : external.options.capability.accessMode.startsWith('SINGLE_NODE');
  });
}
