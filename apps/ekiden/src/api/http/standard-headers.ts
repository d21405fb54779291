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

/** Puts them on every answer that passes through the hooks; `leader` is asked each time. */
export function sendStandardHeaders(
  server: FastifyInstance,
  leader: () => string | undefined,
): void {
  server.addHook('onSend', (_request, reply, payload, done) => {
    void reply.headers(standardHeaders(leader()));
    done(null, payload);
  });
}

const JSON_RANGES = new Set(['application/json', 'application/*', '*/*', '*']);

/** Whether an `Accept` header lets us answer in JSON; a missing one allows anything. */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const refused = parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
    return JSON_RANGES.has(type) && !refused;
  });
}
