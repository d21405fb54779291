import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import type { EventsResult } from './messages.js';
import { percentile } from './send-requests.js';

interface Seen {
  count: number;
  lagMs: number;
}

/** Many subscribers of one stream, and how far behind the last of them is. */
export class EventFollowers {
  private readonly requests: ClientRequest[] = [];
  /** By the event's number. */
  private readonly seen = new Map<string, Seen>();
  private readonly subscribers: number;
  private begun = performance.now();

  private constructor(subscribers: number) {
    this.subscribers = subscribers;
  }

  static async open(url: string, subscribers: number, type: string): Promise<EventFollowers> {
    const followers = new EventFollowers(subscribers);
    const path = `${url}/v2/events?event_type=${type}`;
    const opened = Array.from({ length: subscribers }, () => followers.follow(path));
    await Promise.all(opened);
    followers.begun = performance.now();
    return followers;
  }

  end(): EventsResult {
    for (const request of this.requests) request.destroy();
    const all = [...this.seen.values()];
    const lags = all.map(({ lagMs }) => lagMs).sort((a, b) => a - b);
    return {
      events: all.length,
      p50: percentile(lags, 0.5),
      p99: percentile(lags, 0.99),
      max: percentile(lags, 1),
      missing: all.filter(({ count }) => count !== this.subscribers).length,
      seconds: (performance.now() - this.begun) / 1_000,
    };
  }

  private follow(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { accept: 'text/event-stream' };
      const request = get(path, { headers, agent: false }, (answer) => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`${path}: ${answer.statusCode ?? 0}`));
        this.read(answer);
      });
      request.on('error', reject);
      this.requests.push(request);
    });
  }

  private read(answer: IncomingMessage): void {
    let rest = '';
    let id = '';
    answer.on('error', () => undefined);
    answer.setEncoding('latin1').on('data', (text: string) => {
      const lines = (rest + text).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('id: ')) id = line.slice(4);
        else if (line.startsWith('data: ')) this.note(id, line);
      }
    });
  }

  /** The timestamp is that of the turn: the commit is part of the lag. */
  private note(id: string, line: string): void {
    const at = Date.parse(/"timestamp":"([^"]+)"/.exec(line)?.[1] ?? '');
    const lagMs = Date.now() - at;
    const known = this.seen.get(id);
    if (known === undefined) {
      this.seen.set(id, { count: 1, lagMs });
      return;
    }
    known.count += 1;
    known.lagMs = Math.max(known.lagMs, lagMs);
  }
}
