import type {
  AppJson,
  DeploymentJson,
  ProblemJson,
  QueueItemJson,
  TaskJson,
  WhyJson,
} from './wire.js';

const LIMIT_MS = 30_000;

/** The service is not there, or went away before it had answered. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON. */
  readonly body: unknown;
}

/** Talks to the API of one service, wherever that listens at the moment. */
export class Client {
  private readonly base: () => string;

  constructor(base: () => string) {
    this.base = base;
  }

  /** A string is sent as it is, anything else as JSON. Rejects with `NoAnswer` without one. */
  async send(method: string, path: string, body?: unknown): Promise<Received> {
    try {
      return await this.exchange(method, path, body);
    } catch (error) {
      // fetch says of everything below HTTP only that it failed
      if (!(error instanceof TypeError)) throw error;
      throw new NoAnswer(`${method} ${path}: ${String(error.cause)}`, { cause: error });
    }
  }

  /** Like `send`, and throws unless the answer is a success. */
  async ask(method: string, path: string, body?: unknown): Promise<Received> {
    const received = await this.send(method, path, body);
    if (received.status >= 300) {
      throw new Error(`${method} ${path}: ${received.status} ${received.text.slice(0, 500)}`);
    }
    return received;
  }

  async app(id: string): Promise<AppJson> {
    const embed =
      'embed=app.lastTaskFailure&embed=app.counts&embed=app.deployments&embed=app.tasks';
    const { body } = await this.ask('GET', `/v2/apps${id}?${embed}`);
    return (body as { app: AppJson }).app;
  }

  async apps(): Promise<readonly AppJson[]> {
    const { body } = await this.ask('GET', '/v2/apps');
    return (body as { apps: AppJson[] }).apps;
  }

  async tasks(id: string): Promise<readonly TaskJson[]> {
    const { body } = await this.ask('GET', `/v2/apps${id}/tasks`);
    return (body as { tasks: TaskJson[] }).tasks;
  }

  async deployments(): Promise<readonly DeploymentJson[]> {
    return (await this.ask('GET', '/v2/deployments')).body as DeploymentJson[];
  }

  async queueItem(id: string): Promise<QueueItemJson | undefined> {
    const { body } = await this.ask('GET', '/v2/queue');
    return (body as { queue: QueueItemJson[] }).queue.find(({ app }) => app.id === id);
  }

  async why(id: string): Promise<WhyJson> {
    return (await this.ask('GET', `/v2/why?id=${id}`)).body as WhyJson;
  }

  /** Whether this very service leads: a standby hands the question on. */
  async isLeading(): Promise<boolean> {
    const { headers, body } = await this.ask('GET', '/v2/info');
    return !headers.has('x-marathon-via') && (body as { elected: boolean }).elected;
  }

  private async exchange(method: string, path: string, body: unknown): Promise<Received> {
    const response = await fetch(`${this.base()}${path}`, {
      method,
      signal: AbortSignal.timeout(LIMIT_MS),
      ...(body === undefined
        ? {}
        : {
            headers: { 'content-type': 'application/json' },
            body: typeof body === 'string' ? body : JSON.stringify(body),
          }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  }
}

export function problemOf({ body }: Received): ProblemJson {
  return body as ProblemJson;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
