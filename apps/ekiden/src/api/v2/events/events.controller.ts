import type { OutgoingHttpHeaders } from 'node:http';
import { Controller, Get, Query, Req, Res, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Counter } from '../../../ports/index.js';
import { ApiContext } from '../../api-context.js';
import {
  Problem,
  all,
  badRequest,
  first,
  unavailable,
  type QueryValues,
} from '../../http/index.js';
import { EventStreams } from './event-streams.js';
import { eventFilter } from './event-types.js';
import { ResponseSink } from './frame-sink.js';

const HEARTBEAT_MS = 10_000;
const STREAM_TYPE = 'text/event-stream';

/** Events as they happen, as server-sent events (marathon-api 9). */
@Controller('v2/events')
export class EventsController implements OnModuleDestroy {
  private readonly streams: EventStreams;
  private readonly sent: Counter;
  private readonly heartbeat: NodeJS.Timeout;

  constructor(api: ApiContext) {
    this.streams = new EventStreams({
      source: api.events,
      now: () => api.now,
      outstandingMax: api.eventsOutstandingMax,
      onCut: (remoteAddress, reason) => {
        api.log.info({ event: 'event-stream-cut', remoteAddress, reason }, 'event stream cut');
      },
    });
    api.metrics.gauge(
      { name: 'marathon.http.event-streams.active.gauge', help: 'Event streams that are open.' },
      () => this.streams.size,
    );
    this.sent = api.metrics.counter({
      name: 'marathon.http.responses.event-stream.size.counter.bytes',
      help: 'Bytes sent to event streams.',
    });
    this.heartbeat = setInterval(() => this.streams.beat(), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  /** Before the server closes, which would wait for them. */
  onModuleDestroy(): void {
    clearInterval(this.heartbeat);
    this.streams.close();
  }

  @Get()
  stream(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() query: QueryValues,
  ): void {
    if (!asksForStream(request)) {
      const message = `Method Not Allowed: ask for this stream with the header Accept: ${STREAM_TYPE}`;
      throw new Problem(405, { message }, { Allow: 'GET, HEAD, OPTIONS' });
    }
    const after = lastEventId(request, query);
    if (this.streams.isFull) throw unavailable('Too many event streams are open', 10);
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      ...headersOf(reply),
      'Content-Type': `${STREAM_TYPE};charset=utf-8`,
      Connection: 'close',
      // Proxies that would collect the stream before passing it on.
      'X-Accel-Buffering': 'no',
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.flushHeaders();
    this.streams.attach({
      sink: new ResponseSink(response, (bytes) => this.sent.add(bytes)),
      filter: eventFilter(all(query, 'event_type')),
      after,
      remoteAddress: request.ip,
    });
  }
}

/** What the hooks have put on the answer so far. */
function headersOf(reply: FastifyReply): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).map(([name, value]) => [name, value]),
  );
}

/** One of the `Accept` lines has to be exactly the type; a list of types will not do. */
function asksForStream({ raw }: FastifyRequest): boolean {
  return raw.rawHeaders.some(
    (name, i) =>
      i % 2 === 0 &&
      name.toLowerCase() === 'accept' &&
      raw.rawHeaders[i + 1]?.trim().toLowerCase() === STREAM_TYPE,
  );
}

/**
 * The header wins: a browser repeats the URL it began with, and sends the last id it has seen.
 * Throws a `Problem` (400) for what is no number of an event.
 */
function lastEventId(request: FastifyRequest, query: QueryValues): number | undefined {
  const header = request.headers['last-event-id'];
  const written = (typeof header === 'string' ? header : undefined) ?? first(query, 'lastEventId');
  if (written === undefined || written === '') return undefined;
  const number = /^\d{1,16}$/.test(written) ? Number(written) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw badRequest('Last-Event-ID has to be the id of an event of this stream, or 0 for all');
}
