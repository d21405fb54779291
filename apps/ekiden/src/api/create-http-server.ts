import 'reflect-metadata';
import { STATUS_CODES } from 'node:http';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiModule } from './api.module.js';
import {
  AnswerAdapter,
  NestLog,
  Problem,
  ProblemFilter,
  Routes,
  acceptsJson,
  measureRequests,
  parseBodiesAsJson,
  problemAnswer,
  rewriteUrl,
  sendStandardHeaders,
  standardHeaders,
  statusOf,
} from './http/index.js';
import type { HttpServerOptions } from './http-server-options.js';

/** Milliseconds a client has for sending a whole request; large bodies on slow lines included. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Milliseconds that an idle connection is kept (marathon-api 1.1). */
const IDLE_TIMEOUT_MS = 30_000;

/** Characters of a decoded id in a URL; ids themselves have no limit (marathon-api 3.1). */
const ID_LENGTH_MAX = 4096;

/**
 * Puts the HTTP surface together, ready for `listen` or `inject`. Closing it does not wait for
 * idle or streaming connections.
 */
export async function createHttpServer(
  options: HttpServerOptions,
): Promise<NestFastifyApplication> {
  const { door, log, metrics } = options;
  const leader = (): string | undefined => door.leadership().leader;
  const adapter = makeAdapter(leader);
  const server = adapter.getInstance<FastifyInstance>();
  const routes = Routes.watch(server);
  parseBodiesAsJson(server);
  sendStandardHeaders(server, leader);
  measureRequests(server, metrics);
  refuseOtherMediaTypes(server, adapter);
  const nest: Partial<NestApplicationOptions> = {
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
    logger: new NestLog(log),
  };
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.over(options),
    adapter,
    nest,
  );
  app.useGlobalFilters(new ProblemFilter(adapter, routes, log));
  await app.init();
  await server.ready();
  return app;
}

function makeAdapter(leader: () => string | undefined): AnswerAdapter {
  const adapter: AnswerAdapter = new AnswerAdapter({
    rewriteUrl: ({ method = 'GET', url = '/' }) => rewriteUrl(method, url),
    routerOptions: { maxParamLength: ID_LENGTH_MAX },
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: IDLE_TIMEOUT_MS,
    forceCloseConnections: true,
    // what the router refuses before any hook: malformed escapes, ids beyond the limit
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      const status = statusOf(error);
      const message = status === 400 ? `Malformed URL: ${request.url}` : STATUS_CODES[status];
      const problem = new Problem(
        status,
        { message: message ?? 'Error' },
        standardHeaders(leader()),
      );
      adapter.reply(reply, problemAnswer(problem));
    },
  });
  return adapter;
}

/** We answer in JSON; a client that cannot take it is told so (marathon-api 1.7). */
function refuseOtherMediaTypes(server: FastifyInstance, adapter: AnswerAdapter): void {
  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    const streams = request.url.startsWith('/v2/events');
    const refused =
      request.url.startsWith('/v2/') && !streams && !acceptsJson(request.headers.accept);
    if (!refused) {
      done();
      return;
    }
    adapter.reply(reply, problemAnswer(new Problem(406, { message: 'Not Acceptable' })));
  });
}
