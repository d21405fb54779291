import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

/** A client of a stream on a real connection, that keeps all it has read. */
export class StreamClient {
  text = '';
  /** How the connection ended, if it has: by the end of the body, or in the middle of it. */
  ended: 'whole' | 'broken' | undefined;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  private readonly response: IncomingMessage;
  private waiting: (() => void)[] = [];

  private constructor(response: IncomingMessage) {
    this.response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.text += text;
      this.wake();
    });
    response.on('error', () => undefined);
    response.on('close', () => {
      this.ended = response.complete ? 'whole' : 'broken';
      this.wake();
    });
  }

  /** Resolves with the answer's head. */
  static open(url: string, headers: Record<string, string | string[]>): Promise<StreamClient> {
    return new Promise((resolve, reject) => {
      const request = get(url, { headers, agent: false }, (response) => {
        resolve(new StreamClient(response));
      });
      request.on('error', reject);
    });
  }

  /** The ids of the events read, in order. */
  get ids(): readonly number[] {
    return [...this.text.matchAll(/^id: (\d+)\r$/gm)].map(([, id]) => Number(id));
  }

  /** The types of events and notices read, in order. */
  get types(): readonly (string | undefined)[] {
    return [...this.text.matchAll(/^event: (.+)\r$/gm)].map(([, type]) => type);
  }

  /** Resolves once what was read satisfies `condition`; the spec's time-out is the bound. */
  async until(condition: (client: StreamClient) => boolean): Promise<void> {
    while (!condition(this)) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Stops reading, so that the server's buffers fill. */
  pause(): void {
    this.response.pause();
  }

  close(): void {
    this.response.destroy();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
