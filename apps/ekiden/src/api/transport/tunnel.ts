import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Upgrade } from '../http/index.js';
import { VIA, withVia } from './via.js';

/** A connection to `host:port`; `undefined` when there is none in time. */
export function connectTo(address: string, timeoutMs: number): Promise<Socket | undefined> {
  const { hostname, port } = new URL(`http://${address}`);
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: Number(port) || 80, allowHalfOpen: true });
    const fail = (): void => {
      socket.destroy();
      resolve(undefined);
    };
    const limit = setTimeout(fail, timeoutMs);
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(limit);
      socket.off('error', fail);
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('close', () => clearTimeout(limit));
  });
}

/** Repeats the request to the leader, and from there on hands every byte on, both ways. */
export function tunnel(
  request: FastifyRequest,
  to: { readonly leader: Socket; readonly upgrade: Upgrade; readonly self: string },
): void {
  const { leader, upgrade } = to;
  const { connection, head } = upgrade;
  const forwarded = [request.headers['x-forwarded-for'], request.ip].flat().filter(Boolean);
  const headers: Readonly<Record<string, string | readonly string[] | undefined>> = {
    ...request.headers,
    [VIA]: withVia(request.headers[VIA], to.self),
    'x-forwarded-for': forwarded.join(', '),
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => `${name}: ${one}\r\n`),
  );
  leader.write(`${request.method} ${request.originalUrl} HTTP/1.1\r\n${lines.join('')}\r\n`);
  leader.write(head);
  pipeline(connection, leader, () => leader.destroy());
  pipeline(leader, connection, () => connection.destroy());
}
