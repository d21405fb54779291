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
  let answers = 0;
  const instance = autocannon(options, (_error, result) => {
    finish(result);
  });
  instance.on('response', () => {
    answers += 1;
  });
  return {
    get answers() {
      return answers;
    },
    stop: async () => {
      instance.stop();
      const { requests, errors, mismatches, non2xx, latency } = await ended;
      return {
        requests: requests.total,
        // Time-outs are among the errors.
        errors: errors + mismatches,
        bad: non2xx,
        p99: latency.p99,
      };
    },
  };
}

/** Each request over a connection of its own. */
export function startFreshLoad({ url, connections }: LoadOptions): Load {
  let stopped = false;
  let [errors, bad] = [0, 0];
  const took: number[] = [];
  const client = async (): Promise<void> => {
    while (!stopped) {
      const start = performance.now();
      const status = await statusOf(url);
      took.push(performance.now() - start);
      if (status === undefined) errors += 1;
      else if (status >= 300) bad += 1;
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
      const sorted = took.sort((a, b) => a - b);
      const p99 = Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
      return { requests: took.length, errors, bad, p99 };
    },
  };
}

/** `undefined` when the connection breaks before the answer is complete. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false }, (response) => {
      response.resume();
      response.once('close', () => {
        resolve(response.complete ? response.statusCode : undefined);
      });
    });
    asked.once('error', () => {
      resolve(undefined);
    });
    asked.end();
  });
}
