import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskId } from '@ekiden/kernel';
import { ForwarderRouter } from '../src/adapters/routing/forwarder/index.js';
import { SystemClock } from '../src/adapters/machine/index.js';
import type { Backend, Listen } from '../src/core/traffic/index.js';
import type { RouterStage } from './router-contract.js';

const LOOPBACK = '127.0.0.1';

/** A forwarder process in a data directory of its own, with real backends and real clients. */
export class ForwarderStage implements RouterStage {
  readonly dataDir: string;
  readonly router: ForwarderRouter;
  private readonly drainMs: number;
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(dataDir: string, drainMs: number) {
    this.dataDir = dataDir;
    this.drainMs = drainMs;
    this.router = this.anotherRouter();
  }

  static async make(options: { readonly drainMs?: number } = {}): Promise<ForwarderStage> {
    const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'ekiden-forwarder-')));
    return new ForwarderStage(dataDir, options.drainMs ?? 30_000);
  }

  /** As a service does that starts on the same data directory. */
  anotherRouter(): ForwarderRouter {
    const { dataDir, drainMs } = this;
    return new ForwarderRouter({
      dataDir,
      drainMs,
      clock: new SystemClock(),
      log: () => undefined,
    });
  }

  async freeListen(): Promise<Listen> {
    const server = await serverOn(0, () => undefined);
    const { port } = server.address() as AddressInfo;
    await closed(server);
    return { port, address: LOOPBACK };
  }

  /** Says its name, then sends back what it gets until the client ends. */
  async backend(name: string): Promise<Backend> {
    const server = await this.serve(0, (socket) => {
      socket.write(name);
      socket.pipe(socket);
    });
    return backendOn((server.address() as AddressInfo).port, name);
  }

  async deadBackend(name: string): Promise<Backend> {
    return backendOn((await this.freeListen()).port, name);
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

  /** A server of this stage; its connections end with it. */
  async serve(port: number, onConnect: (socket: Socket) => void): Promise<Server> {
    const server = await serverOn(port, (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
      onConnect(socket);
    });
    this.servers.push(server);
    return server;
  }

  /** A client of this stage, connected. */
  async client(listen: Listen): Promise<Socket> {
    const socket = connect({ port: listen.port, host: LOOPBACK, allowHalfOpen: true });
    this.sockets.add(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.on('error', () => undefined);
    return socket;
  }

  /** The forwarder ends by itself with its data directory. */
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map(closed));
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

export function backendOn(port: number, name: string): Backend {
  return { host: LOOPBACK, port, weight: 1, taskId: name as TaskId };
}

function serverOn(port: number, onConnect: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, onConnect);
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      resolve(server);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
