import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { unavailable, type Problem } from '../http/index.js';
import { isEventStream } from './event-streams.js';
import type { TransportRules } from './transport-rules.js';

type Refuse = (reply: FastifyReply, problem: Problem) => void;

/** Bodies of the largest size that may be in memory at once. */
const LARGEST_BODIES = 16;

const RETRY_AFTER_SECONDS = 1;

/** Serves so many requests at once and no more (marathon-api 1.5). Event streams do not count. */
export function limitRequests(
  server: FastifyInstance,
  max: TransportRules['maxConcurrentRequests'],
  refuse: Refuse,
): void {
  if (max === undefined) return;
  let underWay = 0;
  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    if (isEventStream(request)) {
      done();
      return;
    }
    if (underWay >= max) {
      const message = `Too many concurrent requests! Allowed: ${max}.`;
      refuse(reply, unavailable(message, RETRY_AFTER_SECONDS));
      return;
    }
    underWay += 1;
    reply.raw.once('close', () => {
      underWay -= 1;
    });
    done();
  });
}

/**
 * Bounds the memory that bodies take together: a request whose body would go beyond it is to come
 * again. A body of unknown length counts as one of the largest.
 */
export function limitBodies(server: FastifyInstance, bodyLimit: number, refuse: Refuse): void {
  const budget = bodyLimit * LARGEST_BODIES;
  let promised = 0;
  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    const size = Math.min(sizeOf(request, bodyLimit), bodyLimit);
    if (size === 0) {
      done();
      return;
    }
    if (promised + size > budget) {
      const message = 'Too many large requests are under way. Try again.';
      refuse(reply, unavailable(message, RETRY_AFTER_SECONDS));
      return;
    }
    promised += size;
    reply.raw.once('close', () => {
      promised -= size;
    });
    done();
  });
}

function sizeOf({ headers }: FastifyRequest, bodyLimit: number): number {
  if (headers['transfer-encoding'] !== undefined) return bodyLimit;
  const length = Number(headers['content-length'] ?? 0);
  return Number.isFinite(length) ? length : bodyLimit;
}
