import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough, type Duplex } from 'node:stream';
import { assert, type Clock } from '@ekiden/kernel';
import { PREVIEW_NAME, askedPreview, type Backend } from '../../../../core/traffic/index.js';
import { BackendSearch } from '../backend-search.js';
import type { Ledger } from '../ledger.js';
import { cut, join } from '../link.js';
import type { RouteSite } from '../route-site.js';
import { Attempt, type AttemptOutcome } from './attempt.js';
import { discard, type BackendConnections } from './backend-connections.js';
import { requestHeaders } from './headers.js';
import { problemOf, refuseRequest, type Refusal } from './refusals.js';

export interface ExchangeTools {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly connections: BackendConnections;
}

/** How a request came. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Its body waits until it is asked for. */
  readonly expectsContinue?: boolean;
  /** It asks for another protocol; the client's socket is no longer the server's. */
  readonly upgrade?: { readonly protocol: string; readonly socket: Socket; readonly head: Buffer };
}

/** Methods that do the same when they are done twice (RFC 9110, 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
]);

/** How often a request is sent again that may have reached a backend. */
const REPEATS_MAX = 2;

/**
 * A backend may close a connection while a request is on its way. One that has just answered does
 * not; what cannot be sent again goes over such a connection, or a new one (ADR 0048).
 */
const SURELY_OPEN_MS = 1_000;

/** One request on its way to a backend, and the response on its way back. */
export class Exchange implements AttemptOutcome {
  private readonly site: RouteSite;
  private readonly tools: ExchangeTools;
  private readonly arrival: Arrival;
  private readonly preview: string | undefined;
  private readonly body: PassThrough | undefined;
  private readonly search: BackendSearch;
  private readonly begunAt: number;
  private repeats = 0;
  private attempt: Attempt | undefined;
  private attemptOver: () => void = () => undefined;
  private over = false;

  constructor(site: RouteSite, arrival: Arrival, tools: ExchangeTools) {
    this.site = site;
    this.arrival = arrival;
    this.tools = tools;
    const { headers } = arrival.request;
    this.preview = askedPreview(oneOf(headers[PREVIEW_NAME.toLowerCase()]), headers.cookie);
    this.body = hasBody(arrival.request) ? new PassThrough() : undefined;
    this.search = new BackendSearch(site, tools.clock, this.preview);
    this.begunAt = tools.clock.monotonic();
  }

  begin(): void {
    const { request, response } = this.arrival;
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    response.once('close', () => {
      this.clientLeft();
    });
    if (this.body !== undefined) {
      this.body.on('error', () => undefined);
      request.pipe(this.body);
    }
    this.next();
  }

  answered({ backend }: Attempt, status: number): void {
    const seconds = (this.tools.clock.monotonic() - this.begunAt) / 1_000;
    this.tools.ledger.count(backend, { failed: status >= 500, seconds });
  }

  ended({ backend, connection }: Attempt): void {
    this.over = true;
    this.tools.connections.release(backend, connection);
    this.finish();
  }

  upgraded(attempt: Attempt, status: number, headers: readonly string[], upstream: Duplex): void {
    this.over = true;
    const { upgrade, response } = this.arrival;
    assert(upgrade !== undefined && upstream instanceof Socket, 'an upgrade that nobody asked for');
    const { socket: client, protocol, head } = upgrade;
    response.detachSocket(client);
    const lines = [`HTTP/1.1 ${status} Switching Protocols`, `Upgrade: ${protocol}`];
    lines.push('Connection: Upgrade');
    for (let i = 0; i + 1 < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
    client.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    if (head.length > 0) upstream.write(head);
    attempt.becomeBytes(client);
    client.once('close', this.attemptOver);
    if (client.destroyed) this.attemptOver();
    join(client, upstream);
  }

  failed(attempt: Attempt, error: Error): void {
    this.attemptOver();
    discard(attempt.connection);
    const refusal = problemOf(error, attempt);
    if (this.over || this.isGone()) {
      if (!this.over) this.tools.ledger.count(attempt.backend);
      this.over = true;
      return;
    }
    if (attempt.answered) {
      // Its end would pass for the end of the response.
      this.over = true;
      cut(this.arrival.request.socket);
      return;
    }
    if (refusal.by === 'client') {
      this.refuse(refusal);
    } else if (!attempt.sent) {
      this.site.missed(attempt.backend);
      this.next();
    } else {
      this.tools.ledger.count(attempt.backend, { failed: true });
      if (refusal.status === 504 || !this.mayRepeat()) this.refuse(refusal);
      else this.repeat(attempt);
    }
  }

  private next(): void {
    const { tools, site } = this;
    const backend = this.choose();
    if (backend === undefined) {
      void this.goRound();
      return;
    }
    const idleMaxMs = this.repeats > 0 ? 0 : this.mayRepeat() ? Infinity : SURELY_OPEN_MS;
    const connection = tools.connections.take(backend, { idleMaxMs });
    const attempt = new Attempt(this, { backend, connection }, this.arrival.response);
    this.attempt = attempt;
    this.attemptOver = site.begin(backend, attempt);
    const { request, upgrade, expectsContinue = false, response } = this.arrival;
    const headers = requestHeaders(request);
    attempt.send({ request, headers, body: this.body, upgrade: upgrade?.protocol }, () => {
      if (expectsContinue && !response.headersSent) response.writeContinue();
    });
  }

  private choose(): Backend | undefined {
    if (this.repeats === 0 && this.search.isLate()) return undefined;
    return this.search.next();
  }

  /** Nobody has taken it: they are asked once more, or the client is told. */
  private async goRound(): Promise<void> {
    if (!(await this.search.goesRound())) {
      this.refuse({ status: 503, by: 'nobody', reason: this.nobody() });
    } else if (this.isGone()) {
      this.over = true;
    } else {
      this.next();
    }
  }

  /**
   * What was sent in vain is sent again, over a new connection: rather to somebody else, unless the
   * connection had been used before, which says nothing of its backend.
   */
  private repeat({ backend, connection }: Attempt): void {
    this.repeats += 1;
    if (connection.reused || !this.search.hasOthers()) this.search.pardon(backend);
    this.next();
  }

  private mayRepeat(): boolean {
    const { request } = this.arrival;
    const isSafe = this.body === undefined && IDEMPOTENT.has(request.method ?? '');
    return isSafe && this.repeats < REPEATS_MAX;
  }

  private nobody(): string {
    const { app } = this.site.route;
    const preview = this.preview === undefined ? '' : ` (preview ${this.preview})`;
    return this.search.hasTried
      ? `no instance of ${app} could be reached${preview}`
      : `no instance of ${app} takes requests now${preview}`;
  }

  private refuse(refusal: Refusal): void {
    this.over = true;
    refuseRequest(this.arrival.response, refusal);
    this.finish();
  }

  /** What is left of the request is read and dropped, so that the client reads the response. */
  private finish(): void {
    this.attemptOver();
    const { request } = this.arrival;
    if (this.body === undefined || request.complete) return;
    request.unpipe(this.body);
    request.resume();
  }

  private isGone(): boolean {
    return this.arrival.response.destroyed || this.arrival.request.socket.destroyed;
  }

  private clientLeft(): void {
    if (!this.over) this.attempt?.abort();
    this.body?.destroy();
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

function oneOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
