import type { IncomingMessage } from 'node:http';
import { plainAddress } from '../proxy-header.js';

/** Of one connection, not of what goes through it (RFC 9110, 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Answered by whoever takes the request; the body follows at once. */
const EXPECT = 'expect';

const FORWARDED_FOR = 'x-forwarded-for';

/**
 * Headers of a request as its backend gets them, names and values in turn: as they came, and who
 * the client is. What an earlier proxy said stays; its own address is added to `X-Forwarded-For`.
 */
export function requestHeaders(request: IncomingMessage): string[] {
  const { headers } = request;
  const dropped = namedBy(headers.connection);
  const result: string[] = [];
  const hops: string[] = [];
  eachHeader(request.rawHeaders, (name, value, lower) => {
    if (lower === FORWARDED_FOR) hops.push(value);
    else if (!HOP_BY_HOP.has(lower) && lower !== EXPECT && !dropped.has(lower)) {
      result.push(name, value);
    }
  });
  hops.push(plainAddress(request.socket.remoteAddress ?? 'unknown'));
  result.push('X-Forwarded-For', hops.join(', '));
  if (headers['x-forwarded-proto'] === undefined) result.push('X-Forwarded-Proto', 'http');
  const { host } = headers;
  if (headers['x-forwarded-host'] === undefined && host !== undefined) {
    result.push('X-Forwarded-Host', host);
  }
  return result;
}

/** Headers of a response as the client gets them. */
export function responseHeaders(raw: readonly (Buffer | string)[]): string[] {
  const texts = raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
  const result: string[] = [];
  let dropped: ReadonlySet<string> = new Set();
  eachHeader(texts, (_, value, lower) => {
    if (lower === 'connection') dropped = new Set([...dropped, ...namedBy(value)]);
  });
  eachHeader(texts, (name, value, lower) => {
    if (!HOP_BY_HOP.has(lower) && !dropped.has(lower)) result.push(name, value);
  });
  return result;
}

function eachHeader(
  raw: readonly string[],
  look: (name: string, value: string, lower: string) => void,
): void {
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    look(name, raw[i + 1] ?? '', name.toLowerCase());
  }
}

const NONE: ReadonlySet<string> = new Set();
const PLAIN: readonly (string | undefined)[] = [undefined, 'close', 'keep-alive'];

/** Further headers of this connection only, which a `Connection` header names. */
function namedBy(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined || PLAIN.includes(connection)) return NONE;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}
