import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { SESSION_PROTOCOL } from '../../session-frames.js';

/** The connection of a request that asks for another protocol, and what came after its head. */
export interface Upgrade {
  readonly connection: Duplex;
  readonly head: Buffer;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** `undefined` for a plain request. */
export function upgradeOf(request: IncomingMessage): Upgrade | undefined {
  return upgrades.get(request);
}

/**
 * Has requests for a session go through the server like all others, with credentials, limits and the
 * way to the leader; whoever serves them takes the connection over. Node hands every `Upgrade` out as
 * soon as anybody listens for it: other ones (clients that try HTTP/2) are served as if the header
 * were not there, as before.
 */
export function routeUpgrades(server: FastifyInstance): void {
  server.server.on('upgrade', (request: IncomingMessage, _connection: Duplex, head: Buffer) => {
    const connection = request.socket;
    if (request.headers.upgrade?.toLowerCase() !== SESSION_PROTOCOL) {
      connection.unshift(Buffer.concat([plainHead(request), head]));
      server.server.emit('connection', connection);
      return;
    }
    upgrades.set(request, { connection, head });
    connection.on('error', () => undefined);
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    // An answer, not a session: nobody else would close behind it.
    response.on('finish', () => connection.end());
    response.assignSocket(connection);
    server.routing(request, response);
  });
}

/** The request as it would have come without the wish. */
function plainHead({ method = 'GET', url = '/', rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const isAboutIt = /^(?:upgrade|http2-settings)$/i.test(name);
    const value = rawHeaders[at + 1] ?? '';
    if (isAboutIt) continue;
    lines.push(`${name}: ${/^connection$/i.test(name) ? withoutUpgrade(value) : value}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function withoutUpgrade(value: string): string {
  const kept = value.split(',').filter((word) => !/^\s*(?:upgrade|http2-settings)\s*$/i.test(word));
  return kept.length === 0 ? 'keep-alive' : kept.join(',');
}
