import { setTimeout as delay } from 'node:timers/promises';
import { NoServer, Refusal, serverEvents, type Client, type ServerEvent } from '../client/index.js';

/** How a deployment ended. */
export interface Outcome {
  readonly success: boolean;
  readonly reason?: string;
}

const TYPES = [
  'deployment_info',
  'deployment_step_success',
  'deployment_success',
  'deployment_failed',
  'instance_changed_event',
  'instance_health_changed_event',
];
const OUTCOMES_MAX = 10_000;
const RETRY_MS = 1_000;

/**
 * Ends of deployments as the event stream tells them. Resumes behind the last event after a break;
 * where no stream can be had, says so and leaves the rest to those who look by themselves.
 */
export class Outcomes {
  /** No event is missed: what is not told has not happened. */
  live = false;
  private readonly client: Client;
  private readonly ended = new Map<string, Outcome>();
  private readonly stopping = new AbortController();
  private readonly opened: Promise<void>;
  private lastId: string | undefined;
  private wake: () => void = () => undefined;

  /** `after`: also tell what happened behind this event (`0` = all that is kept). */
  constructor(client: Client, after?: string) {
    this.client = client;
    this.lastId = after;
    this.opened = new Promise((resolve) => {
      void this.pump(resolve).finally(resolve);
    });
  }

  /** Resolves when what happens from here on is seen, or when no stream can be had. */
  ready(): Promise<void> {
    return this.opened;
  }

  of(deployment: string): Outcome | undefined {
    return this.ended.get(deployment);
  }

  /** Resolves with the next event, or after a while without. */
  async news(patienceMs: number): Promise<void> {
    const waiting = new AbortController();
    this.wake = () => {
      waiting.abort();
    };
    await delay(patienceMs, undefined, { signal: waiting.signal }).catch(() => undefined);
  }

  stop(): void {
    this.stopping.abort();
    this.wake();
  }

  private async pump(onOpen: () => void): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        for await (const event of this.connect(onOpen)) this.hear(event);
      } catch (error) {
        // Asking again would not help; silence and breaks do pass.
        if (error instanceof Refusal && error.status < 500) return;
        if (error instanceof NoServer && !this.live) onOpen();
      } finally {
        this.live = false;
      }
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private connect(onOpen: () => void): AsyncGenerator<ServerEvent> {
    return serverEvents(this.client, {
      types: TYPES,
      signal: this.stopping.signal,
      ...(this.lastId === undefined ? {} : { after: this.lastId }),
      onOpen: () => {
        this.live = true;
        onOpen();
      },
    });
  }

  private hear({ type, data, id }: ServerEvent): void {
    if (id !== undefined) this.lastId = id;
    const ended = type === 'deployment_success' || type === 'deployment_failed';
    const body = (data ?? {}) as { readonly id?: unknown; readonly reason?: unknown };
    if (ended && typeof body.id === 'string' && this.ended.size < OUTCOMES_MAX) {
      this.ended.set(body.id, {
        success: type === 'deployment_success',
        ...(typeof body.reason === 'string' ? { reason: body.reason } : {}),
      });
    }
    this.wake();
  }
}
