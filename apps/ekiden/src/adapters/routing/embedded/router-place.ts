import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The address of a unix socket holds 108 bytes on Linux, 104 elsewhere, with a final zero. */
const SOCKET_PATH_MAX = 100;

/** Where the router of a data directory keeps its things. */
export interface RouterPlace {
  readonly folder: string;
  readonly socket: string;
  readonly record: string;
  readonly log: string;
}

/** `dataDir` is absolute. */
export function routerPlace(dataDir: string): RouterPlace {
  const folder = join(dataDir, 'router');
  const near = join(folder, 'control.sock');
  return {
    folder,
    socket: Buffer.byteLength(near) <= SOCKET_PATH_MAX ? near : farSocket(folder),
    record: join(folder, 'router.json'),
    log: join(folder, 'router.log'),
  };
}

/** In a place with a short name, for data directories with a long one. */
function farSocket(folder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(tmpdir(), `ekiden-router-${hash}`, 'control.sock');
}
