import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, acceptsJson, qualityOf } from '../http/index.js';
import { isEventStream } from './event-streams.js';

type Refuse = (reply: FastifyReply, problem: Problem) => void;

/** Lists of tasks can be had as plain text (marathon-api 4.5.1), what they write always is. */
const AS_TEXT = /^\/v2\/(?:tasks(?:\/[^/]+\/logs)?|apps\/[^/]+\/tasks)\/?(?:\?|$)/;

/** Whether the answer to this path may be of another type than JSON, as the client likes best. */
export function isNegotiated({ url }: Pick<FastifyRequest, 'url'>): boolean {
  return AS_TEXT.test(url);
}

/** We answer in JSON; a client that cannot take it is told so (marathon-api 1.7). */
export function refuseOtherMediaTypes(server: FastifyInstance, refuse: Refuse): void {
  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    if (isAcceptable(request)) {
      done();
      return;
    }
    refuse(reply, new Problem(406, { message: 'Not Acceptable' }));
  });
}

function isAcceptable(request: FastifyRequest): boolean {
  const { method, url, headers } = request;
  if (headers.accept === undefined || acceptsJson(headers.accept)) return true;
  if (!url.startsWith('/v2/') || isEventStream(request)) return true;
  const reads = method === 'GET' || method === 'HEAD';
  return reads && isNegotiated(request) && qualityOf(headers.accept, 'text/plain') > 0;
}
