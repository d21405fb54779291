/** Where a container finds what was fetched for it; Mesos's place (Docker containerizer). */
export const SANDBOX = '/mnt/mesos/sandbox';

/** Where a container finds what has a path of its own, or one in its sandbox. */
export function placeOf(path: string): string {
  return path.startsWith('/') ? path : `${SANDBOX}/${path}`;
}
