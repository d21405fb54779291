import type { FastifyInstance, FastifyRequest } from 'fastify';
import { nestsDeeperThan } from './json-depth.js';
import { Problem, badRequest } from './problem.js';

/** Levels of arrays and objects; the deepest legal document has fewer than 20. */
const DEPTH_LIMIT = 100;

/** Bytes that take some milliseconds. */
const LARGE = 256 * 1024;

/** What clients send JSON as: `curl -d` calls it a form. */
const JSON_TYPES = ['application/json', 'application/x-www-form-urlencoded', 'text/plain'];

/**
 * Replaces Fastify's body parsers: JSON under every name clients use for it (under any name for
 * groups, marathon-api 1.7), an empty body reads as `undefined`, anything else is refused with 415.
 * `bodyLimit` in bytes.
 */
export function parseBodiesAsJson(server: FastifyInstance, bodyLimit: number): void {
  server.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit } as const;
  server.addContentTypeParser<Buffer>(JSON_TYPES, options, (_request, body, done) => {
    settle(body, done, () => parseJsonBody(body));
  });
  server.addContentTypeParser<Buffer>('*', options, (request, body, done) => {
    settle(body, done, () => {
      if (body.length > 0 && hasContentType(request) && !isForGroups(request)) {
        throw new Problem(415, { message: 'Unsupported Media Type' });
      }
      return parseJsonBody(body);
    });
  });
}

/** `undefined` for an empty body. Throws a `Problem` (400) for text that is not JSON. */
function parseJsonBody(body: Buffer): unknown {
  if (nestsDeeperThan(body, DEPTH_LIMIT)) {
    throw badRequest('Invalid JSON', `nested deeper than ${DEPTH_LIMIT} levels`);
  }
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest('Invalid JSON', whereAndWhy(text, error));
  }
}

/** The parser's complaint, with a line and a column wherever it tells a position. */
function whereAndWhy(text: string, error: unknown): string {
  const why = error instanceof Error ? error.message : 'not JSON';
  if (/\(line \d+ column \d+\)/.test(why)) return why;
  const position = /at position (\d+)/.exec(why)?.[1];
  // of short texts the parser shows an excerpt instead
  if (position === undefined && !why.startsWith('Unexpected end')) return why;
  const lines = text.slice(0, Number(position ?? text.length)).split('\n');
  return `${why} (line ${lines.length} column ${(lines.at(-1) ?? '').length + 1})`;
}

function isForGroups({ url }: FastifyRequest): boolean {
  return /^\/v2\/groups(?:[/?]|$)/.test(url);
}

function hasContentType(request: FastifyRequest): boolean {
  return (request.headers['content-type'] ?? '').trim() !== '';
}

type Done = (error: Error | null, body?: unknown) => void;

/** What is parsed goes on in a later round of the event loop, where that took a while. */
function settle(body: Buffer, done: Done, parse: () => unknown): void {
  const goOn: Done = body.length < LARGE ? done : (...outcome) => setImmediate(done, ...outcome);
  let parsed: unknown;
  try {
    parsed = parse();
  } catch (error) {
    goOn(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  goOn(null, parsed);
}
