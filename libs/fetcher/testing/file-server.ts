import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTP server on the loopback interface that answers as each test says, and counts. */
export class FileServer {
  readonly requests: IncomingMessage[] = [];
  private readonly answers = new Map<string, Answer>();
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.requests.push(request);
      const answer = this.answers.get(new URL(request.url ?? '/', 'http://x').pathname);
      if (answer !== undefined) answer(request, response);
      else response.writeHead(404).end('no such file');
    });
  }

  static async start(): Promise<FileServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FileServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  uri(path: string, credentials = ''): string {
    return `http://${credentials}127.0.0.1:${this.port}${path}`;
  }

  on(path: string, answer: Answer): void {
    this.answers.set(path, answer);
  }

  /** A file with an entity tag, which answers conditional requests. */
  publish(path: string, content: string | Buffer, etag?: string): void {
    this.on(path, (request, response) => {
      if (etag !== undefined && request.headers['if-none-match'] === etag) {
        response.writeHead(304).end();
        return;
      }
      const headers = etag === undefined ? {} : { etag };
      response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(content) });
      response.end(content);
    });
  }

  count(path: string): number {
    return this.requests.filter(({ url }) => url?.split('?')[0] === path).length;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
