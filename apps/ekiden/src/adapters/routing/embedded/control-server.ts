import { createServer, connect, type Server, type Socket } from 'node:net';
import { rm } from 'node:fs/promises';
import { LINE_MAX_BYTES, type ControlAnswer, type ControlRequest } from './protocol.js';
import { readLine } from './read-line.js';

const CONNECTIONS_MAX = 16;
const REQUEST_TIMEOUT_MS = 10_000;

/** Answers control requests on a unix socket. */
export class ControlServer {
  private readonly path: string;
  private readonly answer: (request: ControlRequest) => Promise<ControlAnswer>;
  private server: Server | undefined;

  constructor(path: string, answer: (request: ControlRequest) => Promise<ControlAnswer>) {
    this.path = path;
    this.answer = answer;
  }

  /** Rejects when another router answers there. */
  async open(): Promise<void> {
    if (await answers(this.path)) throw new Error(`another router answers on ${this.path}`);
    // Left behind by one that was killed.
    await rm(this.path, { force: true });
    const server = createServer((socket) => void this.serve(socket));
    server.maxConnections = CONNECTIONS_MAX;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.path, resolve);
    });
    server.removeAllListeners('error');
    server.on('error', () => undefined);
    this.server = server;
  }

  /** Removes the socket too. */
  close(): void {
    this.server?.close();
    this.server = undefined;
  }

  private async serve(socket: Socket): Promise<void> {
    socket.on('error', () => undefined);
    socket.setTimeout(REQUEST_TIMEOUT_MS);
    try {
      const request = JSON.parse(await readLine(socket, LINE_MAX_BYTES)) as ControlRequest;
      const answer = `${JSON.stringify(await this.answer(request))}\n`;
      if (request.kind === 'watch') {
        socket.setTimeout(0);
        socket.write(answer);
      } else {
        socket.end(answer);
      }
    } catch {
      // Not a request of ours, or nobody waits for the answer any more.
      socket.destroy();
    }
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => {
      resolve(false);
    });
  });
}
