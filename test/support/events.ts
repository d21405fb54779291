import type { TestService } from './test-service.js';

/** An event of `/v2/events`, as far as these tests look at it. */
export interface SeenEvent {
  readonly eventType: string;
  readonly appId?: string;
  readonly taskId?: string;
  readonly taskStatus?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly instanceId?: string;
  readonly alive?: boolean;
  readonly forApp?: string;
  readonly state?: string;
  /** Of a deployment. */
  readonly id?: string;
  /** Of a rollout. */
  readonly phase?: string;
  readonly timestamp?: string;
}

export interface Events {
  /** Grows until the service ends. */
  readonly seen: readonly SeenEvent[];
  find(wanted: (event: SeenEvent) => boolean): SeenEvent | undefined;
}

/**
 * What happens in a service, from its beginning: all that Marathon tells of, or events of these
 * types.
 */
export function eventsOf(service: TestService, ...types: readonly string[]): Events {
  const seen: SeenEvent[] = [];
  const wanted = types.map((type) => `&event_type=${type}`).join('');
  void follow(`${service.url}/v2/events?lastEventId=0${wanted}`, seen);
  return { seen, find: (looksRight) => seen.find(looksRight) };
}

async function follow(url: string, seen: SeenEvent[]): Promise<void> {
  try {
    const { body } = await fetch(url, { headers: { accept: 'text/event-stream' } });
    if (body === null) return;
    let rest = '';
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const frames = (rest + text).split('\r\n\r\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1];
        if (data !== undefined) seen.push(JSON.parse(data) as SeenEvent);
      }
    }
  } catch {
    // The service has ended.
  }
}
