import { expect } from 'chai';
import fc from 'fast-check';
import { err, ManualClock, millis, ok, type Result } from '@ekiden/kernel';
import type { EngineFailure } from './engine-call.js';
import { StartGate } from './start-gate.js';

type Answer = Result<number, EngineFailure>;
type End = 'ok' | 'refused' | 'gone' | 'throws';

const GONE: EngineFailure = { kind: 'gone', message: 'no answer' };
const REFUSED: EngineFailure = { kind: 'refused', status: 500, message: 'no' };

/** Requests that end when the test says so. */
class Requests {
  readonly clock = new ManualClock();
  readonly gate: StartGate;
  readonly begun: number[] = [];
  readonly outcomes: Promise<Answer | 'threw'>[] = [];
  private readonly open = new Map<number, (end: End) => void>();

  constructor(initial: number) {
    this.gate = new StartGate(this.clock, { min: 1, initial, max: 8 });
  }

  get underWay(): number {
    return this.open.size;
  }

  send(): void {
    const number = this.outcomes.length;
    const work = (): Promise<Answer> => {
      this.begun.push(number);
      return new Promise((resolve, reject) => {
        this.open.set(number, (end) => {
          this.open.delete(number);
          if (end === 'ok') resolve(ok(number));
          else if (end === 'throws') reject(new Error('a bug'));
          else resolve(err(end === 'gone' ? GONE : REFUSED));
        });
      });
    };
    this.outcomes.push(this.gate.run(work).catch(() => 'threw' as const));
  }

  async end(which: number, end: End, took = 10): Promise<void> {
    const numbers = [...this.open.keys()];
    const number = numbers[which % Math.max(1, numbers.length)];
    this.clock.advance(millis(took));
    if (number !== undefined) this.open.get(number)?.(end);
    await settled();
  }
}

/** Until everything that only waits for promises has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('The gate before an engine', () => {
  it('lets so many through as the limit says, and the next as soon as one is back', async () => {
    const requests = new Requests(2);
    for (let n = 0; n < 4; n += 1) requests.send();
    await settled();
    expect(requests.begun).to.deep.equal([0, 1]);
    await requests.end(0, 'refused');
    expect(requests.begun).to.deep.equal([0, 1, 2]);
    expect(requests.gate.slots).to.equal(2);
  });

  it('goes on after a request that threw', async () => {
    const requests = new Requests(1);
    requests.send();
    requests.send();
    await settled();
    await requests.end(0, 'throws');
    expect(requests.begun).to.deep.equal([0, 1]);
    expect(await requests.outcomes[0]).to.equal('threw');
  });

  it('admits several at once when the limit has grown', async () => {
    const requests = new Requests(1);
    for (let n = 0; n < 5; n += 1) requests.send();
    await settled();
    await requests.end(0, 'ok');
    expect(requests.gate.slots).to.equal(2);
    expect(requests.begun).to.deep.equal([0, 1, 2]);
  });

  it('never has more under way than allowed, keeps the order and forgets nobody', async () => {
    const step = fc.oneof(
      fc.constant('send' as const),
      fc.record({
        which: fc.nat({ max: 10 }),
        end: fc.constantFrom<End>('ok', 'ok', 'ok', 'refused', 'gone', 'throws'),
        took: fc.integer({ min: 1, max: 5_000 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(step, { maxLength: 60 }),
        async (initial, steps) => {
          const requests = new Requests(initial);
          for (const each of steps) {
            const before = requests.underWay;
            const begunBefore = requests.begun.length;
            if (each === 'send') requests.send();
            else await requests.end(each.which, each.end, each.took);
            await settled();
            // Whatever was let in now was let in within the limit; those before may exceed a new one.
            if (requests.begun.length > begunBefore) {
              expect(requests.underWay).to.be.lessThanOrEqual(requests.gate.slots);
            }
            expect(requests.underWay <= Math.max(before, requests.gate.slots)).to.equal(true);
            const waiting = requests.outcomes.length - requests.begun.length;
            expect(waiting === 0 || requests.underWay >= requests.gate.slots).to.equal(true);
          }
          while (requests.underWay > 0) await requests.end(0, 'ok');
          await Promise.all(requests.outcomes);
          expect(requests.begun).to.deep.equal(requests.outcomes.map((_, number) => number));
        },
      ),
    );
  });
});
