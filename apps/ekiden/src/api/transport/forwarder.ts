import { pipeline } from 'node:stream';
import { fastifyReplyFrom } from '@fastify/reply-from';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ProxyRules } from './transport-rules.js';
import { VIA, withVia } from './via.js';

/** Hands requests to another service, bodies both ways as streams. */
export interface Forwarder {
  /** Takes over the answer. `address` is `host:port`. */
  forward(request: FastifyRequest, reply: FastifyReply, address: string): void;
  close(): Promise<void>;
}

/** What cannot be forwarded as it is: characters that a URL would write differently. */
const PLAIN_PATH = /^[\w\-./~%*:@!$&'()+,;=]*$/;

/** Headers that are about one connection only. */
const PER_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'proxy-connection'];

/** Answers of ours for what goes wrong on the way (marathon-api 1.3). */
const REFUSED = 'Connection to leader refused.';
const FAILURES: Readonly<Record<string, readonly [status: number, message: string]>> = {
  ECONNREFUSED: [502, REFUSED],
  EHOSTUNREACH: [502, REFUSED],
  ENETUNREACH: [502, REFUSED],
  ENOTFOUND: [502, 'The address of the leader is unknown here.'],
  EAI_AGAIN: [502, 'The address of the leader is unknown here.'],
  UND_ERR_CONNECT_TIMEOUT: [504, 'The leader could not be reached in time.'],
  UND_ERR_HEADERS_TIMEOUT: [504, 'The leader did not answer in time.'],
};
const BROKEN_OFF = [502, 'The leader broke off the connection.'] as const;

/**
 * A server of its own that listens nowhere: it parses no bodies, has one handler for everything,
 * and is loaded only by services that stand by.
 */
export async function openForwarder(rules: ProxyRules): Promise<Forwarder> {
  const server = fastify({ routerOptions: { maxParamLength: 65_536 }, exposeHeadRoutes: false });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload);
  });
  await server.register(fastifyReplyFrom, {
    disableCache: true,
    disableRequestLogging: true,
    undici: {
      connections: null,
      pipelining: 1,
      connect: { timeout: rules.connectTimeoutMs },
      headersTimeout: rules.readTimeoutMs,
      bodyTimeout: rules.readTimeoutMs,
    },
  });
  const leaders = new WeakMap<object, string>();
  server.setErrorHandler((error, _request, reply) => {
    sendFailure(reply, error);
  });
  server.setNotFoundHandler((request, reply) => {
    send(request, reply, { leader: leaders.get(request.raw) ?? '', self: rules.self });
  });
  await server.ready();
  return {
    forward: (request, reply, address) => {
      leaders.set(request.raw, address);
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.hijack();
      server.routing(request.raw, reply.raw);
    },
    close: () => server.close(),
  };
}

interface Way {
  /** `host:port`. */
  readonly leader: string;
  readonly self: string;
}

function send(request: FastifyRequest, reply: FastifyReply, { leader, self }: Way): void {
  const { originalUrl } = request;
  // the id of a path with odd characters is percent-encoded already in the routed form
  const url = PLAIN_PATH.test(pathOf(originalUrl)) ? originalUrl : request.url;
  reply.from(pathOf(url), {
    getUpstream: () => `http://${leader}`,
    queryString: () => queryOf(url),
    // an answer is an answer, also a 503
    retryDelay: () => null,
    rewriteRequestHeaders: (_request, headers) => ({
      ...headers,
      [VIA]: withVia(request.headers[VIA], self),
      'x-forwarded-for': [headers['x-forwarded-for'], request.ip].filter(Boolean).join(', '),
    }),
    rewriteHeaders: (headers) => ({
      ...without(headers, PER_CONNECTION),
      [VIA]: withVia(headers[VIA], self),
    }),
    onResponse: (_request, _reply, { stream }) => {
      if (isEventStream(reply)) passOn(reply, stream);
      else void reply.send(stream);
    },
    onError: (_reply, { error }) => {
      sendFailure(reply, error);
    },
  });
}

/** Begins at once: the headers of an event stream come long before its first event. */
function passOn(reply: FastifyReply, stream: NodeJS.ReadableStream): void {
  reply.hijack();
  reply.raw.writeHead(reply.statusCode, { ...reply.getHeaders() } as Record<string, string>);
  reply.raw.flushHeaders();
  pipeline(stream, reply.raw, () => undefined);
}

function isEventStream(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type') ?? '').startsWith('text/event-stream');
}

function sendFailure(reply: FastifyReply, error: unknown): void {
  const [status, message] = failureOf(error);
  void reply.code(status).header('Retry-After', '1').send({ message });
}

function failureOf(error: unknown): readonly [number, string] {
  for (let at = error; at instanceof Error; at = at.cause) {
    const known = 'code' in at ? FAILURES[String(at.code)] : undefined;
    if (known !== undefined) return known;
    // the URL is refused before anything is sent
    if ('statusCode' in at && at.statusCode === 400) return [400, 'Malformed URL'];
    if (at instanceof URIError) return [400, 'Malformed URL'];
  }
  return BROKEN_OFF;
}

function without(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  names: readonly string[],
): Record<string, string | string[] | undefined> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

function queryOf(url: string): string {
  const cut = url.indexOf('?');
  return cut < 0 ? '' : url.slice(cut + 1);
}
