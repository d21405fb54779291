import 'reflect-metadata';
import { STATUS_CODES } from 'node:http';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiContext } from './api-context.js';
import { ApiModule } from './api.module.js';
import {
  AnswerAdapter,
  NestLog,
  Problem,
  ProblemFilter,
  Routes,
  measureRequests,
  parseBodiesAsJson,
  problemAnswer,
  rewriteUrl,
  routeUpgrades,
  sendStandardHeaders,
  standardHeaders,
  statusOf,
} from './http/index.js';
import type { HttpServerOptions } from './http-server-options.js';
import {
  LeaderProxy,
  allowOrigins,
  answerClientError,
  askCredentials,
  compressAnswers,
  isNegotiated,
  limitBodies,
  limitRequests,
  readOnWhenTooLarge,
  refuseOtherMediaTypes,
  type TransportRules,
} from './transport/index.js';

/** Milliseconds between two looks for clients that took too long to send. */
const CHECK_CONNECTIONS_MS = 1_000;

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
  const { door, log, metrics, rules } = options;
  const leader = (): string | undefined => door.leadership().leader;
  const adapter = makeAdapter(rules, leader);
  const server = adapter.getInstance<FastifyInstance>();
  const routes = Routes.watch(server);
  routeUpgrades(server);
  parseBodiesAsJson(server, rules.bodyLimit);
  sendStandardHeaders(server, leader);
  measureRequests(server, metrics);
  applyRules(server, adapter, options);
  const api = new ApiContext(options);
  sendWhatIsKnown(server, adapter, api);
  const nest: Partial<NestApplicationOptions> = {
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
    logger: new NestLog(log),
  };
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.over(api), adapter, nest);
  app.useGlobalFilters(new ProblemFilter(adapter, { routes, log, bodyLimit: rules.bodyLimit }));
  await app.init();
  await server.ready();
  return app;
}

/** The hooks of every request, in this order; the first that refuses is the last that is asked. */
function applyRules(
  server: FastifyInstance,
  adapter: AnswerAdapter,
  { rules, door }: Pick<HttpServerOptions, 'rules' | 'door'>,
): void {
  const refuse = (reply: FastifyReply, problem: Problem): void => {
    adapter.reply(reply, problemAnswer(problem));
  };
  allowOrigins(server, rules.allowedOrigins);
  readOnWhenTooLarge(server, rules.bodyLimit);
  limitRequests(server, rules.maxConcurrentRequests, refuse);
  askCredentials(server, rules, refuse);
  new LeaderProxy({
    rules: rules.proxy,
    leadership: () => door.leadership(),
    bodyLimit: rules.bodyLimit,
    hasState: () => door.state() !== undefined,
    refuse,
  }).watch(server);
  limitBodies(server, rules.bodyLimit, refuse);
  refuseOtherMediaTypes(server, refuse);
  if (rules.compression) compressAnswers(server);
}

/**
 * Sends what was made for the same URL in the same turn without asking a controller again. Comes
 * after the rules, so that nobody is answered whom they refuse.
 */
function sendWhatIsKnown(server: FastifyInstance, adapter: AnswerAdapter, api: ApiContext): void {
  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    const known =
      request.method === 'GET' && !isNegotiated(request) ? api.known(request) : undefined;
    if (known === undefined) done();
    else adapter.reply(reply, known);
  });
}

function makeAdapter(rules: TransportRules, leader: () => string | undefined): AnswerAdapter {
  const adapter: AnswerAdapter = new AnswerAdapter({
    rewriteUrl: ({ method = 'GET', url = '/' }) => rewriteUrl(method, url),
    routerOptions: { maxParamLength: ID_LENGTH_MAX },
    requestTimeout: rules.receiveTimeoutMs,
    http: {
      connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
      requestTimeout: rules.receiveTimeoutMs,
      // Node takes the smaller of the two for the headers, and waits for bodies by the other
      headersTimeout: rules.receiveTimeoutMs,
    },
    clientErrorHandler: (error, socket) => {
      answerClientError(error, socket, standardHeaders(leader()));
    },
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
