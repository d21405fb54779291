import { Readable } from 'node:stream';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { matchesTag } from './entity-tag.js';
import { HttpAnswer } from './http-answer.js';

/**
 * Sends `HttpAnswer`s as they are. Nest would set the status it has on record for the route over
 * the one that a handler decides on.
 */
export class AnswerAdapter extends FastifyAdapter {
  override reply(
    response: FastifyReply,
    body: unknown,
    statusCode?: number,
  ): FastifyReply<never, never, never, never, never, never> {
    if (body instanceof HttpAnswer) send(response, body);
    else super.reply(response, body, statusCode);
    return response as FastifyReply<never, never, never, never, never, never>;
  }
}

function send(reply: FastifyReply, answer: HttpAnswer): void {
  void reply.headers(answer.headers);
  const tag = isTaggable(reply, answer) ? answer.etag() : undefined;
  if (tag !== undefined) {
    void reply.header('ETag', tag);
    if (matchesTag(reply.request.headers['if-none-match'], tag)) {
      void reply.removeHeader('Content-Type').code(304).send();
      return;
    }
  }
  void reply.code(answer.status).send(payloadOf(reply, answer));
}

function payloadOf({ request }: FastifyReply, answer: HttpAnswer): Buffer | Readable | undefined {
  if (request.method !== 'HEAD') return answer.stream?.() ?? answer.body;
  // Fastify says "0 bytes" of nothing, and leaves alone what is said of a stream.
  if (answer.headers['Content-Length'] !== undefined) return Readable.from([]);
  // What HEAD asks about is not made.
  return answer.stream === undefined ? answer.body : undefined;
}

function isTaggable(reply: FastifyReply, answer: HttpAnswer): boolean {
  const { method } = reply.request;
  return answer.status === 200 && ['GET', 'HEAD'].includes(method);
}
