import type { FastifyInstance } from 'fastify';

/** Headers of every answer (marathon-api 1.2). `leader` is `host:port`, if one is known. */
export function standardHeaders(leader: string | undefined): Record<string, string> {
  return {
    'Cache-Control': 'no-cache, no-store, must-revalidate',
    Pragma: 'no-cache',
    Expires: '0',
    'X-Frame-Options': 'DENY',
    'X-XSS-Protection': '1; mode=block',
    ...(leader === undefined ? {} : { 'X-Marathon-Leader': `http://${leader}` }),
  };
}

/** Puts them on every answer of a request that was routed; `leader` is asked each time. */
export function sendStandardHeaders(
  server: FastifyInstance,
  leader: () => string | undefined,
): void {
  server.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(standardHeaders(leader()));
    done();
  });
}
