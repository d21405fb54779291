import { expect } from 'chai';
import type { Steps } from '@ekiden/kernel';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { StateView } from '../core/turn/index.js';
import { ApiContext } from './api-context.js';
import { FakeService } from './fake-service.spec.js';

/** Longer than a slice of work on an answer. */
const LONG_MS = 6;

function busy(): void {
  const end = performance.now() + LONG_MS;
  while (performance.now() < end);
}

/** What is made of so many steps, each longer than a slice, with what each has seen. */
function* seenIn(
  state: StateView,
  steps: number,
  meanwhile: () => void,
): Steps<readonly [made: number, seen: readonly number[]]> {
  const seen: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    busy();
    seen.push(state.root.apps.size);
    meanwhile();
    yield;
  }
  return [state.turn, seen];
}

describe('what is made of committed state in slices', () => {
  let service: FakeService;
  let server: NestFastifyApplication;
  let api: ApiContext;
  let begun: number;

  beforeEach(async () => {
    service = new FakeService();
    server = await service.serve();
    api = server.get(ApiContext);
    begun = 0;
  });

  afterEach(() => server.close());

  const made = (steps: number, meanwhile: () => void) =>
    api.ofOneState((state) => {
      begun += 1;
      return seenIn(state, steps, meanwhile);
    });

  it('is made once while no turn is merged', async () => {
    expect(await made(4, () => undefined)).to.deep.equal({ turn: 1, value: [1, [0, 0, 0, 0]] });
    expect(begun).to.equal(1);
  });

  it('lets others have their turn between two slices', async () => {
    let others = 0;
    const other = setInterval(() => (others += 1));
    await made(10, () => undefined);
    clearInterval(other);
    expect(others).to.be.greaterThan(3);
  });

  it('is begun anew when one is', async () => {
    let left = 1;
    const merge = () => {
      if (left > 0) service.turn += 1;
      left -= 1;
    };
    expect((await made(3, merge)).turn).to.equal(2);
    expect(begun).to.equal(2);
  });

  it('is made in one piece in the end, however closely turns follow each other', async () => {
    let steps = 0;
    const merge = () => {
      steps += 1;
      setImmediate(() => (service.turn += 1));
    };
    const { turn, value } = await made(3, merge);
    expect(value).to.deep.equal([turn, [0, 0, 0]]);
    expect([begun, steps]).to.deep.equal([4, 6]);
  });
});
