import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addVary } from './vary.js';

/**
 * Lets pages of other origins read answers (marathon-api 1.4): the origin that asks if it is among
 * `origins`, else the last one, as Marathon would. Nothing happens without any.
 */
export function allowOrigins(server: FastifyInstance, origins: readonly string[]): void {
  const fallback = origins.at(-1);
  if (fallback === undefined) return;
  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    const { origin } = request.headers;
    const asking = origin !== undefined && origins.includes(origin) ? origin : undefined;
    const allowed = origins.includes('*') ? '*' : (asking ?? fallback);
    void reply.headers({
      'Access-Control-Allow-Origin': allowed,
      'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
      'Access-Control-Max-Age': '86400',
    });
    const wanted = request.headers['access-control-request-headers'];
    if (typeof wanted === 'string') void reply.header('Access-Control-Allow-Headers', wanted);
    if (origins.length > 1 && allowed !== '*') addVary(reply, 'Origin');
    done();
  });
}

/** A browser's question before a request of a page; it cannot bring credentials. */
export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}
