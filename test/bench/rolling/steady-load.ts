import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const LANES = 4;
const PAUSE_MS = 2;
const ANSWER_LIMIT_MS = 10_000;
const FIRST_LIMIT_MS = 30_000;

export interface LoadOutcome {
  readonly requests: number;
  readonly lost: number;
  /** Of the first that was lost. */
  readonly reason: string | undefined;
}

/** Requests one after the other in a few lanes, half of them on connections that are kept open. */
export class SteadyLoad {
  private readonly url: string;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: LANES });
  private readonly lanes: Promise<void>[] = [];
  private over = false;
  private requests = 0;
  private lost = 0;
  private reason: string | undefined;

  constructor(url: string) {
    this.url = url;
  }

  /** Begins once there is an answer at all. */
  async answered(): Promise<void> {
    const end = performance.now() + FIRST_LIMIT_MS;
    while ((await this.ask(false)) !== undefined) {
      if (performance.now() > end) throw new Error(`no answer at ${this.url}`);
      await delay(20);
    }
    for (let lane = 0; lane < LANES; lane += 1) this.lanes.push(this.run(lane % 2 === 0));
  }

  async end(): Promise<LoadOutcome> {
    this.over = true;
    await Promise.all(this.lanes);
    this.agent.destroy();
    const { requests, lost, reason } = this;
    return { requests, lost, reason };
  }

  private async run(kept: boolean): Promise<void> {
    while (!this.over) {
      const trouble = await this.ask(kept);
      this.requests += 1;
      if (trouble !== undefined) {
        this.lost += 1;
        this.reason ??= trouble;
      }
      await delay(PAUSE_MS);
    }
  }

  /** What went wrong, if anything did. */
  private ask(kept: boolean): Promise<string | undefined> {
    return new Promise((resolve) => {
      const agent = kept ? this.agent : false;
      const request = get(this.url, { agent, timeout: ANSWER_LIMIT_MS }, (response) => {
        response.resume();
        response.on('end', () => {
          resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode ?? 0}`);
        });
        response.on('error', ({ message }) => {
          resolve(message);
        });
      });
      request.on('timeout', () => request.destroy(new Error('no answer')));
      request.on('error', ({ message }) => {
        resolve(message);
      });
    });
  }
}
