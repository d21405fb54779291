import { request } from 'node:http';
import autocannon from 'autocannon';

/** Clients that ask without a pause, until they are told to stop. */
export interface Load {
  /** Answers so far. */
  readonly answers: number;
  /** Ends it; rejects nothing: what went wrong is in the numbers. */
  stop(): Promise<LoadResult>;
}

export interface LoadResult {
  readonly requests: number;
  /** Connections that broke or were refused, answers that did not come in time. */
  readonly errors: number;
  /** Answers that are no success. */
  readonly bad: number;
  /** Milliseconds. */
  readonly p99: number;
  /** A line for each kind of loss, with how many there were of it. */
  readonly lost: readonly string[];
}

export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
}

const LONGER_THAN_ANY_TEST = 600;

/** Over connections that are kept, each used as often as it can be. */
export function startLoad({ url, connections }: LoadOptions): Load {
  const options: autocannon.Options = {
    url,
    connections,
    duration: LONGER_THAN_ANY_TEST,
    timeout: 20,
  };
  let finish: (result: autocannon.Result) => void = () => undefined;
  const ended = new Promise<autocannon.Result>((resolve) => {
    finish = resolve;
  });
  const losses = new Losses();
  const took: number[] = [];
  const watches: ClientWatch[] = [];
  const setupClient = (client: autocannon.Client): void => {
    watches.push(new ClientWatch(client as WatchedClient, { losses, took }));
  };
  const instance = autocannon({ ...options, setupClient }, (_error, result) => {
    finish(result);
  });
  instance.on('reqError', (error: Error) => {
    losses.add(error.message);
  });
  return {
    get answers() {
      return took.length;
    },
    stop: async () => {
      instance.stop();
      const { errors, mismatches, non2xx } = await ended;
      const broken = watches.reduce((sum, watch) => sum + watch.broken, 0);
      return {
        requests: took.length,
        // Time-outs are among the errors.
        errors: errors + mismatches + broken,
        bad: non2xx,
        p99: percentile99(took),
        lost: losses.told(),
      };
    },
  };
}

/** What a client of autocannon has beside what its types say. */
type WatchedClient = autocannon.Client & {
  /** The connection it has at the moment. */
  readonly conn: object;
  on(event: 'request', listener: () => void): unknown;
  on(event: 'headers', listener: (of: { readonly shouldKeepAlive: boolean }) => void): unknown;
};

/**
 * Watches one client. When its connection ends, autocannon asks on over a new one, says nothing of a
 * request that was not answered, and takes the next answer for that one's, so that its times grow
 * with each connection. What it asks on a connection after the answer that said `Connection: close`
 * is its own mistake, and nothing is lost with that.
 */
class ClientWatch {
  /** Requests whose connection ended before they were answered. */
  broken = 0;
  private conn: object | undefined;
  private isClosing = false;
  private askedAt: number | undefined;
  private said = '';

  constructor(
    client: WatchedClient,
    { losses, took }: { readonly losses: Losses; readonly took: number[] },
  ) {
    client.on('request', () => {
      if (this.askedAt !== undefined && !this.isClosing) {
        this.broken += 1;
        losses.add('the connection ended before the answer did');
      }
      if (this.conn !== client.conn) this.isClosing = false;
      this.conn = client.conn;
      this.askedAt = performance.now();
    });
    client.on('headers', ({ shouldKeepAlive }) => {
      this.isClosing = !shouldKeepAlive;
    });
    client.on('body', (body) => {
      // What is said with a refusal comes before its status is told.
      this.said = body.toString('utf8');
    });
    client.on('response', (status) => {
      if (this.askedAt !== undefined) took.push(performance.now() - this.askedAt);
      this.askedAt = undefined;
      if (status >= 300) losses.add(this.said.trim() || `status ${status}`);
    });
  }
}

function percentile99(took: number[]): number {
  const sorted = took.sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
}

/** Each request over a connection of its own. */
export function startFreshLoad({ url, connections }: LoadOptions): Load {
  let stopped = false;
  let [errors, bad] = [0, 0];
  const took: number[] = [];
  const losses = new Losses();
  const client = async (): Promise<void> => {
    while (!stopped) {
      const start = performance.now();
      const { status, said } = await answerOf(url);
      took.push(performance.now() - start);
      if (status === undefined) errors += 1;
      else if (status >= 300) bad += 1;
      if (status === undefined || status >= 300) losses.add(said);
    }
  };
  const clients = Array.from({ length: connections }, client);
  return {
    get answers() {
      return took.length;
    },
    stop: async () => {
      stopped = true;
      await Promise.all(clients);
      return { requests: took.length, errors, bad, p99: percentile99(took), lost: losses.told() };
    },
  };
}

interface FreshAnswer {
  /** `undefined` when the connection breaks before the answer is complete. */
  readonly status: number | undefined;
  /** The body, or what went wrong. */
  readonly said: string;
}

function answerOf(url: string): Promise<FreshAnswer> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false }, (response) => {
      const { statusCode } = response;
      let said = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (said += text));
      response.once('close', () => {
        if (response.complete) resolve({ status: statusCode, said: said.trim() });
        else resolve({ status: undefined, said: `broken off after '${said}'` });
      });
    });
    asked.once('error', ({ message }) => {
      resolve({ status: undefined, said: message });
    });
    asked.end();
  });
}

const LINES_MAX = 20;
const LINE_MAX = 200;

/** What was lost and why, each reason once. */
class Losses {
  private readonly counts = new Map<string, number>();

  add(reason: string): void {
    const line = reason.slice(0, LINE_MAX);
    const count = this.counts.get(line) ?? 0;
    if (count > 0 || this.counts.size < LINES_MAX) this.counts.set(line, count + 1);
  }

  told(): readonly string[] {
    return [...this.counts].map(([line, count]) => `${count} times ${line}`);
  }
}
