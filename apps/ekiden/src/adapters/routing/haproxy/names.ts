import { isIP } from 'node:net';
import type { TaskId } from '@ekiden/kernel';
import type { Listen } from '../../../core/traffic/index.js';

/*
 * Names in HAProxy's configuration and on its sockets. They hold letters, digits and `.:_-` only,
 * so nothing that a definition says can end a word or a line there.
 */

const PLAIN = /^[A-Za-z0-9_.-]$/;
const PREVIEW = ':preview:';

/** What leads to the instances of one listening address, which is an IP address. */
export function backendName({ address, port }: Listen): string {
  return `${address}:${port}`;
}

/** What leads to a version of it that is not live yet. */
export function previewName(route: string, deployment: string): string {
  return `${route}${PREVIEW}${escaped(deployment)}`;
}

/** The backend that a preview stands beside; any other one is its own. */
export function routeOfBackend(backend: string): string {
  return backend.split(PREVIEW, 1)[0] ?? backend;
}

export function serverName(taskId: TaskId): string {
  return escaped(taskId);
}

export function taskOfServer(server: string): TaskId {
  const text = server.replace(/(?::[0-9a-f]{2})+/g, (bytes) =>
    Buffer.from(bytes.replaceAll(':', ''), 'hex').toString('utf8'),
  );
  return text as TaskId;
}

/** Everything but letters, digits and `._-` as its bytes, `:2f` for a slash. */
export function escaped(text: string): string {
  return Array.from(text, (sign) => (PLAIN.test(sign) ? sign : bytesOf(sign))).join('');
}

function bytesOf(sign: string): string {
  const bytes = [...Buffer.from(sign, 'utf8')];
  return bytes.map((byte) => `:${byte.toString(16).padStart(2, '0')}`).join('');
}

/** As `bind` and `server` lines take it, and as statistics show it. */
export function socketAddress(address: string, port: number): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}
