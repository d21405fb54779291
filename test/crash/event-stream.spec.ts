import { expect } from 'chai';
import { sleeper, until, useStage, type TestService } from '../support/index.js';

const HEADERS = { accept: 'text/event-stream' };

/** A client of `/v2/events` that notes what it gets until the connection ends. */
class Follower {
  readonly ids: number[] = [];
  readonly types: string[] = [];
  /** The stream has begun. */
  readonly attached: Promise<void>;
  private readonly abort = new AbortController();
  private ended = false;

  constructor(url: string, after: number) {
    let begun: () => void = () => undefined;
    this.attached = new Promise((resolve) => {
      begun = resolve;
    });
    void this.follow(`${url}/v2/events?lastEventId=${after}`, begun);
  }

  get isOver(): boolean {
    return this.ended;
  }

  leave(): void {
    this.abort.abort();
  }

  private async follow(url: string, begun: () => void): Promise<void> {
    try {
      const { body } = await fetch(url, { headers: HEADERS, signal: this.abort.signal });
      if (body === null) throw new Error('a stream without a body');
      let rest = '';
      for await (const text of body.pipeThrough(new TextDecoderStream())) {
        begun();
        const frames = (rest + text).split('\r\n\r\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) this.take(frame);
      }
    } catch {
      // The service was killed, or the test has seen enough.
    }
    this.ended = true;
  }

  private take(frame: string): void {
    const id = /^id: (\d+)$/m.exec(frame)?.[1];
    if (id === undefined) return;
    this.ids.push(Number(id));
    this.types.push(/^event: (.*)$/m.exec(frame)?.[1]?.trim() ?? '');
  }
}

function endsOf({ types }: Follower): number {
  return types.filter((type) => type === 'deployment_success').length;
}

async function follow(service: TestService, after: number): Promise<Follower> {
  const follower = new Follower(service.url, after);
  await follower.attached;
  return follower;
}

describe('An event stream through SIGKILL of the service', () => {
  const stage = useStage();

  it('misses nothing and repeats nothing when it resumes by its last id', async () => {
    const service = await stage.start();
    const before = await follow(service, 0);
    await service.api.ask('POST', '/v2/apps', sleeper('/first', 2));
    await until(() => endsOf(before) === 1, 'the end of the first deployment', 10_000);
    // In mid-deployment: some of its events are sent, some are not, some not even written.
    await service.api.ask('POST', '/v2/apps', sleeper('/second', 3));
    await service.kill();
    await until(() => before.isOver, 'the end of the stream', 5_000);

    await service.start();
    const after = await follow(service, before.ids.at(-1) ?? 0);
    await until(() => endsOf(before) + endsOf(after) === 2, 'the end of the second', 15_000);
    after.leave();

    const ids = [...before.ids, ...after.ids];
    expect(ids).to.deep.equal(ids.map((_, index) => index + 1));
  });
});
