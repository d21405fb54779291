import type { Socket } from 'node:net';
import type { Duplex, PassThrough } from 'node:stream';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Backend } from '../../../../core/traffic/index.js';
import { cut } from '../link.js';
import type { Link } from '../route-links.js';
import type { Connection } from './backend-connections.js';
import { responseHeaders } from './headers.js';

type Controller = Dispatcher.DispatchController;

/** What a request is sent as. */
export interface Sending {
  readonly request: IncomingMessage;
  readonly headers: string[];
  readonly body: PassThrough | undefined;
  /** The protocol that is asked for instead of HTTP. */
  readonly upgrade: string | undefined;
}

/** What becomes of an attempt; each is told once, and no other afterwards. */
export interface AttemptOutcome {
  /** The head of the response is about to be passed on. */
  answered(attempt: Attempt, status: number): void;
  ended(attempt: Attempt): void;
  upgraded(attempt: Attempt, status: number, headers: readonly string[], upstream: Duplex): void;
  failed(attempt: Attempt, error: Error): void;
}

/** A request at one backend: from sending it to the end of the response. */
export class Attempt implements Dispatcher.DispatchHandler, Link {
  readonly backend: Backend;
  readonly connection: Connection;
  /** Whether bytes of it may have reached the backend. */
  sent = false;
  /** Whether the head of the response has been passed on. */
  answered = false;
  /** It has been going on for longer than it may. */
  wasCut = false;
  private readonly outcome: AttemptOutcome;
  private readonly response: ServerResponse;
  private controller: Controller | undefined;
  private bytes: Socket | undefined;
  private aborted = false;
  /** Something has gone out after the head, and the head with it. */
  private hasBegun = false;
  private onSent: () => void = () => undefined;

  constructor(
    outcome: AttemptOutcome,
    to: { readonly backend: Backend; readonly connection: Connection },
    response: ServerResponse,
  ) {
    this.outcome = outcome;
    this.backend = to.backend;
    this.connection = to.connection;
    this.response = response;
  }

  /** `onSent` is called when there is a connection and the request goes out. */
  send({ request, headers, body, upgrade }: Sending, onSent: () => void): void {
    this.onSent = onSent;
    const path = request.url ?? '/';
    const method = request.method ?? 'GET';
    const extra = upgrade === undefined ? {} : { upgrade };
    this.connection.client.dispatch({ path, method, headers, body: body ?? null, ...extra }, this);
  }

  /** An upgraded connection: its bytes are passed on as they are. */
  becomeBytes(client: Socket): void {
    this.bytes = client;
  }

  cut(): void {
    this.wasCut = true;
    if (this.bytes === undefined) this.abort();
    else cut(this.bytes);
  }

  abort(): void {
    this.aborted = true;
    this.controller?.abort(new Error('given up'));
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.aborted) {
      controller.abort(new Error('given up'));
      return;
    }
    this.sent = true;
    this.onSent();
  }

  onRequestUpgrade(
    { rawHeaders }: Controller,
    status: number,
    _headers: unknown,
    upstream: Duplex,
  ): void {
    this.answered = true;
    this.outcome.answered(this, status);
    this.outcome.upgraded(this, status, responseHeaders(rawList(rawHeaders)), upstream);
  }

  onResponseStart(
    controller: Controller,
    status: number,
    _headers: unknown,
    statusText = '',
  ): void {
    // Interim answers are of this connection only; the final one follows.
    if (status < 200) return;
    this.response.writeHead(status, statusText, responseHeaders(rawList(controller.rawHeaders)));
    this.answered = true;
    this.outcome.answered(this, status);
    // Mostly the body has come along, and both go out as one piece.
    queueMicrotask(() => {
      if (!this.hasBegun) this.response.flushHeaders();
    });
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.hasBegun = true;
    if (this.response.write(chunk)) return;
    controller.pause();
    this.response.once('drain', () => {
      controller.resume();
    });
  }

  onResponseEnd({ rawTrailers }: Controller): void {
    this.hasBegun = true;
    const trailers = rawList(rawTrailers).map(String);
    if (trailers.length > 0 && this.response.chunkedEncoding) {
      const pairs = trailers.flatMap((name, i) =>
        i % 2 === 0 ? [[name, trailers[i + 1] ?? '']] : [],
      );
      this.response.addTrailers(pairs as [string, string][]);
    }
    this.response.end();
    this.outcome.ended(this);
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.outcome.failed(this, error);
  }
}

function rawList(raw: Controller['rawHeaders']): readonly (Buffer | string)[] {
  return Array.isArray(raw) ? raw : [];
}
