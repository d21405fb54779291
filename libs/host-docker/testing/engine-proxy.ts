import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { serveOnSocket, type UnixServer } from './unix-server.js';

/** One request that went through, as `POST /containers/…/start`. */
export interface SeenRequest {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
}

/** What a test may do to a request before it goes on: wait, or cut it off by returning `cut`. */
export type Meddle = (seen: SeenRequest) => Promise<'cut' | 'cutAfter' | undefined>;

/** Stands before an engine on a socket of its own, and remembers what is asked of it. */
export class EngineProxy {
  readonly requests: SeenRequest[] = [];
  /** Called for each request; `cutAfter` carries it out and loses the answer. */
  meddle: Meddle = () => Promise.resolve(undefined);
  private readonly target: string;
  private readonly atOnce = new Map<string, number>();
  private readonly most = new Map<string, number>();
  private server: UnixServer | undefined;

  private constructor(target: string) {
    this.target = target;
  }

  static async before(socketPath: string): Promise<EngineProxy> {
    const proxy = new EngineProxy(socketPath);
    proxy.server = await serveOnSocket((incoming, answer) => void proxy.pass(incoming, answer));
    return proxy;
  }

  get socketPath(): string {
    return this.server?.socketPath ?? '';
  }

  /** How many requests whose path ends so were under way at the same time, at most. */
  mostAtOnce(lastPart: string): number {
    return this.most.get(lastPart) ?? 0;
  }

  asked(method: string, lastPart: string): number {
    const wanted = this.requests.filter((seen) => seen.method === method);
    return wanted.filter(({ path }) => path.endsWith(lastPart)).length;
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  private async pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const seen = { method, path: url.split('?')[0] ?? '' };
    this.requests.push(seen);
    const last = seen.path.slice(seen.path.lastIndexOf('/'));
    this.count(last, 1);
    answer.once('close', () => {
      this.count(last, -1);
    });
    const verdict = await this.meddle(seen);
    if (verdict === 'cut') {
      answer.destroy();
      return;
    }
    // A connection for each: an engine that was told to close one may do so under the next request.
    const where = { socketPath: this.target, agent: false } as const;
    const onward = request({ ...where, method, path: url, headers }, (reply) => {
      if (verdict === 'cutAfter') {
        answer.destroy();
        return;
      }
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      answer.flushHeaders();
      reply.on('error', () => answer.destroy());
      reply.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.once('close', () => {
      if (verdict !== 'cutAfter') onward.destroy();
    });
    // In one piece where its length is known: an engine that has all of it answers, closes, and
    // takes no more writes.
    if (headers['content-length'] === undefined) incoming.pipe(onward);
    else onward.end(Buffer.concat((await incoming.toArray()) as Buffer[]));
  }

  private count(last: string, by: number): void {
    const now = (this.atOnce.get(last) ?? 0) + by;
    this.atOnce.set(last, now);
    this.most.set(last, Math.max(this.most.get(last) ?? 0, now));
  }
}
