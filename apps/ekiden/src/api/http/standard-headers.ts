import type { FastifyInstance } from 'fastify';

/** Headers of every answer (marathon-api 1.2); `leader` is asked each time. */
export function sendStandardHeaders(
  server: FastifyInstance,
  leader: () => string | undefined,
): void {
  server.addHook('onSend', (_request, reply, payload, done) => {
    void reply.headers({
      'Cache-Control': 'no-cache, no-store, must-revalidate',
      Pragma: 'no-cache',
      Expires: '0',
      'X-Frame-Options': 'DENY',
      'X-XSS-Protection': '1; mode=block',
    });
    const address = leader();
    if (address !== undefined) void reply.header('X-Marathon-Leader', `http://${address}`);
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
