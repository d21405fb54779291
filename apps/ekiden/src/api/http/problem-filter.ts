import { STATUS_CODES } from 'node:http';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { AnswerAdapter } from './answer-adapter.js';
import { empty, json, type HttpAnswer } from './http-answer.js';
import { Problem, tooLarge } from './problem.js';
import type { Routes } from './routes.js';

/**
 * Turns everything thrown on the way to an answer into Marathon's JSON error bodies
 * (marathon-api 2). What went wrong inside stays in the log.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly adapter: AnswerAdapter;
  private readonly routes: Routes;
  private readonly log: Logger;
  private readonly bodyLimit: number;

  /** `bodyLimit` in bytes. */
  constructor(
    adapter: AnswerAdapter,
    { routes, log, bodyLimit }: { routes: Routes; log: Logger; bodyLimit: number },
  ) {
    this.adapter = adapter;
    this.routes = routes;
    this.log = log;
    this.bodyLimit = bodyLimit;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (this.adapter.isHeadersSent(reply)) return;
    this.adapter.reply(reply, this.answerFor(error, request));
  }

  private answerFor(error: unknown, request: FastifyRequest): HttpAnswer {
    if (error instanceof Problem) return problemAnswer(error);
    const status = statusOf(error);
    // only the router's own not-found has no Problem: ours always are
    if (status === 404) return this.unrouted(request);
    if (status === 413) return problemAnswer(tooLarge(this.bodyLimit));
    if (status >= 500) {
      this.log.error({ err: error, method: request.method, url: request.originalUrl }, 'failed');
    }
    return json({ message: STATUS_CODES[status] ?? 'Error' }, { status });
  }

  private unrouted(request: FastifyRequest): HttpAnswer {
    const methods = this.routes.methodsOf(pathOf(request.url));
    if (methods.length === 0) {
      return json({ message: `URI not found: ${pathOf(request.originalUrl)}` }, { status: 404 });
    }
    const headers = { Allow: [...methods, 'OPTIONS'].join(', ') };
    if (request.method === 'OPTIONS') return empty(200, headers);
    return json({ message: 'Method Not Allowed' }, { status: 405, headers });
  }
}

export function problemAnswer(problem: Problem): HttpAnswer {
  return json(problem.body, { status: problem.getStatus(), headers: problem.headers });
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/** Status of an error that is not ours: Nest's, or one of Fastify's (413, 414, 415, ...). */
export function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  const known = typeof status === 'number' && status >= 400 && status < 600;
  return known ? status : 500;
}
