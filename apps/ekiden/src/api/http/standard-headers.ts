import type { FastifyInstance } from 'fastify';

const STANDARD = {
  'Cache-Control': 'no-cache, no-store, must-revalidate',
  Pragma: 'no-cache',
  Expires: '0',
  'X-Frame-Options': 'DENY',
  'X-XSS-Protection': '1; mode=block',
} as const;

/** As Fastify keeps them, so that it need not write the names anew for every answer. */
const KEPT = Object.entries(STANDARD).map(
  ([name, value]): readonly [name: string, value: string] => [name.toLowerCase(), value],
);

/** Headers of every answer (marathon-api 1.2). `leader` is `host:port`, if one is known. */
export function standardHeaders(leader: string | undefined): Record<string, string> {
  return {
    ...STANDARD,
    ...(leader === undefined ? {} : { 'X-Marathon-Leader': `http://${leader}` }),
  };
}

/** Puts them on every answer of a request that was routed; `leader` is asked each time. */
export function sendStandardHeaders(
  server: FastifyInstance,
  leader: () => string | undefined,
): void {
  server.addHook('onRequest', (_request, reply, done) => {
    for (const [name, value] of KEPT) void reply.header(name, value);
    const known = leader();
    if (known !== undefined) void reply.header('x-marathon-leader', `http://${known}`);
    done();
  });
}
