import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../http/index.js';
import { isPreflight } from './allow-origins.js';
import type { TransportRules } from './transport-rules.js';

type Refuse = (reply: FastifyReply, problem: Problem) => void;

/**
 * Asks everybody for the credentials, on every path (marathon-api 1.6). Only a preflight of a page
 * whose origin may read answers comes through without: browsers send it bare.
 */
export function askCredentials(
  server: FastifyInstance,
  rules: Pick<TransportRules, 'credentials' | 'realm' | 'allowedOrigins'>,
  refuse: Refuse,
): void {
  const { credentials, realm, allowedOrigins } = rules;
  if (credentials === undefined) return;
  const expected = digest(`${credentials.user}:${credentials.password}`);
  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    const known = isSame(written(request.headers.authorization), expected);
    if (known || (allowedOrigins.length > 0 && isPreflight(request))) {
      done();
      return;
    }
    const challenge = { 'WWW-Authenticate': `Basic realm="${realm}"` };
    refuse(reply, new Problem(401, { message: 'Invalid username or password.' }, challenge));
  });
}

/** `user:password` as the client sent it; the empty text stands for none. */
function written(header: string | undefined): string {
  const match = /^basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(header ?? '');
  return Buffer.from(match?.[1] ?? '', 'base64').toString('utf8');
}

/** The name in a header that has been found right. */
export function userIn({ headers }: FastifyRequest): string {
  return written(headers.authorization).split(':', 1)[0] ?? '';
}

/** Takes the same time wherever the two differ: digests have one length. */
function isSame(text: string, expected: Buffer): boolean {
  return timingSafeEqual(digest(text), expected);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
