import { once } from 'node:events';
import type { Agent } from 'node:http';
import {
  createServer as createHttpServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server as HttpServer,
} from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TaskId } from '@ekiden/kernel';
import type { Backend, Listen } from '../src/core/traffic/index.js';
import type { Router } from '../src/ports/index.js';
import type { Held, HttpAnswer, RouterStage } from './router-contract.js';

export const LOOPBACK = '127.0.0.1';

/** Path under which a backend of `httpBackend` answers half and keeps the rest. */
const HALF = '/half';

/** Real backends and real clients around any router; whoever makes it ends the router. */
export class SocketStage<R extends Router = Router> implements RouterStage {
  readonly router: R;
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();
  /** Answers that are kept back. */
  private readonly kept: (() => void)[] = [];

  constructor(router: R) {
    this.router = router;
  }

  async freeListen(): Promise<Listen> {
    const server = await listening(createServer(), 0);
    const port = portOf(server);
    await closed(server);
    return { port, address: LOOPBACK };
  }

  /** Says its name, then sends back what it gets until the client ends. */
  async backend(name: string): Promise<Backend> {
    const server = await this.serve(0, (socket) => {
      socket.write(name);
      socket.pipe(socket);
    });
    return backendOn(portOf(server), name);
  }

  async deadBackend(name: string): Promise<Backend> {
    return backendOn((await this.freeListen()).port, name);
  }

  httpBackend(name: string): Promise<Backend> {
    return this.answering(name, (request, response) => {
      if (request.url !== HALF) {
        response.end(name);
        return;
      }
      response.write(name);
      this.kept.push(() => response.end());
    });
  }

  /** A backend that answers requests as the spec says. */
  async answering(name: string, answer: RequestListener): Promise<Backend> {
    return backendOn(portOf(await this.serveHttp(answer)), name);
  }

  async serveHttp(answer: RequestListener): Promise<HttpServer> {
    const server = createHttpServer(answer);
    server.on('connection', (socket) => {
      this.mind(socket);
    });
    await listening(server, 0);
    this.servers.push(server);
    return server;
  }

  async occupy({ port }: Listen): Promise<void> {
    await this.serve(port, (socket) => socket.destroy());
  }

  /** Ends its own direction at once; what comes back is the name. */
  ask(listen: Listen): Promise<string | undefined> {
    return new Promise((resolve) => {
      const socket = connect(listen.port, LOOPBACK);
      let answer = '';
      socket.on('data', (chunk: Buffer) => {
        answer += chunk.toString('utf8');
      });
      socket.once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code === 'ECONNREFUSED' ? undefined : `broken: ${error.message}`);
      });
      socket.once('end', () => {
        resolve(answer);
      });
      socket.end();
    });
  }

  async hold(listen: Listen): Promise<Held> {
    const socket = await this.client(listen);
    const [name] = (await once(socket, 'data')) as [Buffer];
    const end = async (): Promise<void> => {
      socket.end('bye');
      let answer = '';
      for await (const chunk of socket) answer += String(chunk);
      if (answer !== 'bye') throw new Error(`cut after '${answer}'`);
    };
    return { backend: name.toString('utf8'), end };
  }

  async request(
    listen: Listen,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    const response = await this.get(listen, '/', headers);
    const text = await textOf(response);
    const status = response.statusCode ?? 0;
    return { status, backend: status === 200 ? text : '' };
  }

  async holdRequest(listen: Listen): Promise<Held> {
    const response = await this.get(listen, HALF);
    const [name] = (await once(response, 'data')) as [Buffer];
    const end = async (): Promise<void> => {
      // One that was begun earlier may end as well.
      for (const release of this.kept.splice(0)) release();
      await textOf(response);
    };
    return { backend: name.toString('utf8'), end };
  }

  /** The head of a response, on a connection of its own unless an agent is given. */
  get(
    listen: Listen,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    agent: Agent | false = false,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { port, address: host } = listen;
      const request = httpRequest({ host, port, path, headers, agent }, resolve);
      request.once('error', reject);
      request.end();
    });
  }

  /** A server of this stage; its connections end with it. */
  async serve(port: number, onConnect: (socket: Socket) => void): Promise<Server> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      this.mind(socket);
      onConnect(socket);
    });
    await listening(server, port);
    this.servers.push(server);
    return server;
  }

  /** A client of this stage, connected. */
  async client(listen: Listen): Promise<Socket> {
    const socket = connect({ port: listen.port, host: LOOPBACK, allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    this.mind(socket);
    return socket;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map(closed));
  }

  private mind(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
  }
}

export function backendOn(port: number, name: string): Backend {
  return { host: LOOPBACK, port, weight: 1, taskId: name as TaskId };
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

export async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function listening<S extends Server>(server: S, port: number): Promise<S> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  return server;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
