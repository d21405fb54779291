import type { Violation } from '../violation.js';
import type { AppDefinition } from './app-definition.js';
import type { AppSettings } from './app-settings.js';

/**
 * Paths of the host that an app asks for, where an operator has said which ones there may be. Flags
 * of `docker run` that mount something count as well.
 */
export function validateHostPaths(
  app: AppDefinition,
  { hostPaths: allowed }: Pick<AppSettings, 'hostPaths'>,
): readonly Violation[] {
  if (allowed === undefined) return [];
  return wantedPaths(app).flatMap(({ at, hostPath }) => {
    if (allowed.some((folder) => isWithin(hostPath, folder))) return [];
    const choice = allowed.length === 0 ? 'none are' : `below ${allowed.join(', ')}`;
    const message = `The path ${hostPath} of the host is not allowed here (EKIDEN_HOST_PATHS: ${choice})`;
    return [{ path: at, message }];
  });
}

interface WantedPath {
  readonly at: string;
  readonly hostPath: string;
}

/** Relative ones lie in the sandbox. */
function wantedPaths({ container, pod }: AppDefinition): readonly WantedPath[] {
  const volumes = (container?.volumes ?? []).flatMap((volume, index): readonly WantedPath[] =>
    volume.kind === 'host'
      ? [{ at: `/container/volumes(${index})/hostPath`, hostPath: volume.hostPath }]
      : [],
  );
  const ofPod = (pod?.volumes ?? []).flatMap((volume, index): readonly WantedPath[] =>
    volume.kind === 'host' ? [{ at: `/volumes(${index})/host`, hostPath: volume.host }] : [],
  );
  const flags = (container?.docker?.parameters ?? []).flatMap(({ key, value }, index) => {
    const hostPath = mountedBy(key, value);
    const at = `/container/docker/parameters(${index})/value`;
    return hostPath === undefined ? [] : [{ at, hostPath }];
  });
  return [...volumes, ...ofPod, ...flags].filter(({ hostPath }) => hostPath.startsWith('/'));
}

/** What a flag of `docker run` takes from the host. */
function mountedBy(key: string, value: string): string | undefined {
  if (key === 'v' || key === 'volume') return value.split(':')[0];
  if (key === 'device') return value.split(':')[0];
  if (key !== 'mount') return undefined;
  const source = value.split(',').find((part) => /^(source|src)=/.test(part));
  return source?.slice(source.indexOf('=') + 1);
}

/** `..` leads out of whatever is allowed. */
function isWithin(path: string, folder: string): boolean {
  if (path.split('/').includes('..')) return false;
  const root = folder.replace(/\/+$/, '');
  const plain = path.replace(/\/{2,}/g, '/');
  return plain === root || plain.startsWith(`${root}/`);
}
