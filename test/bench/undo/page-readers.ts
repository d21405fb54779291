import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const LANES = 4;
const PAUSE_MS = 2;
const ANSWER_LIMIT_MS = 10_000;

/** An answer that was read to its end. */
interface Page {
  /** Of web and of api: `1 1`. */
  readonly versions: string;
  /** By the monotonic clock, in milliseconds. */
  readonly at: number;
}

/** Clients of the shop's web, half of them on connections that are kept open. */
export class PageReaders {
  readonly problems: string[] = [];
  private readonly url: string;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: LANES });
  private readonly lanes: readonly Promise<void>[];
  private pages: Page[] = [];
  private over = false;

  constructor(port: number) {
    this.url = `http://127.0.0.1:${port}/`;
    this.lanes = Array.from({ length: LANES }, (_, lane) => this.run(lane % 2 === 0));
  }

  /** Nothing of before counts any more. */
  forget(): void {
    this.pages = [];
  }

  first(versions: string): number | undefined {
    return this.pages.find((page) => page.versions === versions)?.at;
  }

  last(versions: string): number | undefined {
    return this.pages.findLast((page) => page.versions === versions)?.at;
  }

  /** How many pages of other versions than these there were. */
  others(...versions: readonly string[]): number {
    return this.pages.filter((page) => !versions.includes(page.versions)).length;
  }

  async end(): Promise<void> {
    this.over = true;
    await Promise.all(this.lanes);
    this.agent.destroy();
  }

  private async run(kept: boolean): Promise<void> {
    while (!this.over) {
      try {
        const text = await this.read(kept);
        const versions = [...text.matchAll(/of version (\S+)/g)].map(([, one]) => one).join(' ');
        this.pages.push({ versions, at: performance.now() });
      } catch (error) {
        this.problems.push(String(error));
      }
      await delay(PAUSE_MS);
    }
  }

  private read(kept: boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const agent = kept ? this.agent : false;
      const request = get(this.url, { agent, timeout: ANSWER_LIMIT_MS }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('error', reject).on('end', () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`status ${response.statusCode ?? 0}: ${text}`));
        });
      });
      request.on('timeout', () => request.destroy(new Error('no answer')));
      request.on('error', reject);
    });
  }
}
