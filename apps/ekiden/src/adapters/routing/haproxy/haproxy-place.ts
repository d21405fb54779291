import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The address of a unix socket holds 104 bytes or more; HAProxy opens it under a longer name and
 * then renames it.
 */
const SOCKET_PATH_MAX = 80;

/** Where the HAProxy of a data directory keeps its things. */
export interface HaproxyPlace {
  readonly folder: string;
  /** What processes run is asked here, and each of them. */
  readonly masterSocket: string;
  /** The present worker's own socket, for operators and exporters. */
  readonly statsSocket: string;
  readonly config: string;
  /** A configuration that is not in force yet. */
  readonly candidate: string;
  readonly record: string;
  /** The table that it was told last. */
  readonly table: string;
  readonly log: string;
}

/** `dataDir` is absolute. */
export function haproxyPlace(dataDir: string): HaproxyPlace {
  const folder = join(dataDir, 'haproxy');
  const fits = Buffer.byteLength(join(folder, 'master.sock')) <= SOCKET_PATH_MAX;
  // Configuration words end at blanks and have quotes of their own.
  const plain = /^[A-Za-z0-9/._-]+$/.test(folder);
  const sockets = fits && plain ? folder : farFolder(folder);
  return {
    folder,
    masterSocket: join(sockets, 'master.sock'),
    statsSocket: join(sockets, 'stats.sock'),
    config: join(folder, 'haproxy.cfg'),
    candidate: join(folder, 'haproxy.cfg.new'),
    record: join(folder, 'haproxy.json'),
    table: join(folder, 'table.json'),
    log: join(folder, 'haproxy.log'),
  };
}

export function socketFolder({ masterSocket }: HaproxyPlace): string {
  return dirname(masterSocket);
}

/** In a place with a short and plain name. */
function farFolder(folder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(tmpdir(), `ekiden-haproxy-${hash}`);
}
