import { ServerResponse, createServer, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { RouteSite } from '../route-site.js';
import type { Works } from '../works.js';
import { BackendConnections } from './backend-connections.js';
import { Exchange, type Arrival, type ExchangeTools } from './exchange.js';
import { refuseRequest } from './refusals.js';

/** Longer than clients and proxies before us keep connections, so that they close them. */
const CLIENT_IDLE_MS = 75_000;
const HEAD_MS = 60_000;

/** Where clients come in; what their requests are for is looked up one by one. */
export interface Door {
  /** `undefined`: nobody by that name. */
  siteFor(request: IncomingMessage): RouteSite | undefined;
  /** Connections end after the response that is under way. */
  readonly closed: boolean;
}

interface Visitor {
  readonly door: Door;
  busy: number;
}

/** Speaks HTTP with the clients of all `http` routes. */
export class HttpFront {
  readonly connections: BackendConnections;
  private readonly tools: ExchangeTools;
  private readonly server: Server;
  private readonly visitors = new Map<Socket, Visitor>();

  constructor({ limits, ledger, clock }: Works) {
    this.connections = new BackendConnections({ limits, clock });
    this.tools = { ledger, clock, connections: this.connections };
    const { headerBytesMax: maxHeaderSize } = limits;
    this.server = createServer({
      maxHeaderSize,
      headersTimeout: HEAD_MS,
      // Uploads take as long as they take.
      requestTimeout: 0,
      keepAliveTimeout: CLIENT_IDLE_MS,
    });
    this.server.on('request', (request, response) => {
      this.serve({ request, response });
    });
    this.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      this.serve({ request, response, expectsContinue: true });
    });
    this.server.on('upgrade', (request, socket, head) => {
      if (socket instanceof Socket) this.serveUpgrade(request, socket, head);
      else socket.destroy();
    });
    // It never listens itself; this starts its watch over clients that are slow to ask.
    this.server.emit('listening');
  }

  /** Takes a connection that was made on one of the router's addresses. */
  accept(client: Socket, door: Door): void {
    client.on('error', () => undefined);
    this.visitors.set(client, { door, busy: 0 });
    client.once('close', () => this.visitors.delete(client));
    this.server.emit('connection', client);
  }

  /** A door was closed: who is idle there is let out. */
  release(door: Door): void {
    for (const [client, visitor] of this.visitors) {
      if (visitor.door === door && visitor.busy === 0) client.end();
    }
  }

  close(): void {
    this.server.emit('close');
    this.connections.keepOnly(new Set());
  }

  private serve(arrival: Arrival): void {
    const { request, response } = arrival;
    const visitor = this.visitors.get(request.socket);
    if (visitor === undefined) {
      request.socket.destroy();
      return;
    }
    const { door } = visitor;
    visitor.busy += 1;
    response.once('close', () => {
      visitor.busy -= 1;
      if (door.closed && visitor.busy === 0) request.socket.end();
    });
    const site = door.siteFor(request);
    if (site !== undefined) {
      new Exchange(site, arrival, this.tools).begin();
      return;
    }
    const name = request.headers.host ?? '';
    refuseRequest(response, { status: 404, by: 'client', reason: `no app answers to '${name}'` });
    request.resume();
  }

  /**
   * The server has let the socket go. What is answered instead of another protocol is the last
   * response on it: nobody would look at requests that follow.
   */
  private serveUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => {
      response.detachSocket(socket);
      socket.end();
    });
    const protocol = request.headers.upgrade ?? '';
    this.serve({ request, response, upgrade: { protocol, socket, head } });
  }
}
