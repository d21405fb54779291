import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** What became of the requests of a `Load`. */
export interface LoadReport {
  readonly requests: number;
  /** One line for each request that was not answered with a status below 400, 20 at most. */
  readonly lost: readonly string[];
}

export interface LoadOptions {
  /** Clients that ask one request after the other; every second one opens a connection for each. */
  readonly clients?: number;
  readonly path?: string;
  /** Between the answer and the next request of a client. */
  readonly pauseMs?: number;
  /** Called with the body of each answer, and when its request was begun (`performance.now()`). */
  readonly onAnswer?: (body: string, begun: number) => void;
}

const LOST_TOLD_MAX = 20;
const ANSWER_MS = 20_000;

/** Clients of a port of this machine that ask without an end until they are stopped. */
export class Load {
  private readonly port: number;
  private readonly options: LoadOptions;
  private readonly lost: string[] = [];
  private readonly clients: readonly Promise<void>[];
  private requests = 0;
  private stopped = false;

  constructor(port: number, options: LoadOptions = {}) {
    this.port = port;
    this.options = options;
    const { clients = 4 } = options;
    this.clients = Array.from({ length: clients }, (_, at) => this.ask(at % 2 === 0));
  }

  /** What has been asked so far. */
  get asked(): number {
    return this.requests;
  }

  /** Lets the requests under way end. */
  async stop(): Promise<LoadReport> {
    this.stopped = true;
    await Promise.all(this.clients);
    return { requests: this.requests, lost: this.lost };
  }

  private async ask(keepAlive: boolean): Promise<void> {
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    const { path = '/', pauseMs = 5, onAnswer } = this.options;
    const start = performance.now();
    while (!this.stopped) {
      const begun = performance.now();
      try {
        const { status, body } = await answerOf({ agent, path, port: this.port });
        if (status >= 400) throw new Error(`status ${status}: ${body.slice(0, 100)}`);
        onAnswer?.(body, begun);
      } catch (error) {
        const kind = keepAlive ? 'kept' : 'new';
        const what = error instanceof Error ? error.message : String(error);
        if (this.lost.length < LOST_TOLD_MAX) {
          this.lost.push(
            `${kind} connection, at ${Math.round(begun - start)} ms, after ${Math.round(performance.now() - begun)} ms: ${what}`,
          );
        }
      }
      this.requests += 1;
      await pause(pauseMs);
    }
    agent.destroy();
  }
}

function answerOf(where: {
  readonly agent: Agent;
  readonly path: string;
  readonly port: number;
}): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const asked = get({ host: '127.0.0.1', ...where, timeout: ANSWER_MS }, (response) => {
      response.setEncoding('utf8');
      let body = '';
      response.on('data', (text: string) => (body += text));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.once('error', reject);
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${ANSWER_MS} ms`)));
  });
}
