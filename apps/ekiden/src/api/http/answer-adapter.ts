import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
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
  if (isTagged(reply, answer)) {
    const tag = answer.etag();
    void reply.header('ETag', tag);
    if (matches(reply.request.headers['if-none-match'], tag)) {
      void reply.removeHeader('Content-Type').code(304).send();
      return;
    }
  }
  void reply.code(answer.status).send(answer.body);
}

function isTagged(reply: FastifyReply, answer: HttpAnswer): boolean {
  const { method } = reply.request;
  return answer.status === 200 && answer.body !== undefined && ['GET', 'HEAD'].includes(method);
}

/** `If-None-Match` compares weakly: `W/` on either side is of no account (RFC 9110, 13.1.2). */
function matches(wanted: string | undefined, tag: string): boolean {
  if (wanted === undefined) return false;
  const bare = tag.replace(/^W\//, '');
  return wanted
    .split(',')
    .map((one) => one.trim().replace(/^W\//, ''))
    .some((one) => one === '*' || one === bare);
}
