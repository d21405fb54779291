import { expect } from 'chai';
import fc from 'fast-check';
import { SeededChance } from '../chance/chance.js';
import { millis } from '../time/clock.js';
import { ChanceIdSource } from './uuid.js';

const FORM = (version: number): RegExp =>
  new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`);

/** Clocks that stand still, run, and jump back. */
const anyTimes = fc.array(fc.integer({ min: 0, max: 2 ** 47 }), { minLength: 1, maxLength: 50 });
const anySource = fc.integer().map((seed) => new ChanceIdSource(new SeededChance(seed)));

describe('ids drawn from chance and time', () => {
  it('have the form of their version', () => {
    fc.assert(
      fc.property(anySource, anyTimes, (ids, times) => {
        for (const time of times) {
          expect(ids.random()).to.match(FORM(4));
          expect(ids.timeBased(millis(time))).to.match(FORM(1));
          expect(ids.sortable(millis(time))).to.match(FORM(7));
        }
      }),
    );
  });

  it('never repeat within a source, not even while the clock stands still', () => {
    const ids = new ChanceIdSource(new SeededChance(1));
    const now = millis(1_600_000_000_000);
    const seen = new Set<string>();
    for (let i = 0; i < 10_000; i += 1) {
      seen.add(ids.random()).add(ids.timeBased(now)).add(ids.sortable(now));
    }
    expect(seen.size).to.equal(30_000);
  });

  it('come after those of a source that went before, also at one moment', () => {
    const now = millis(1_600_000_000_000);
    const first = new ChanceIdSource(new SeededChance(1));
    const before = [first.timeBased(now), first.timeBased(now)];
    const sortable = [first.sortable(now), first.sortable(now)];
    const second = new ChanceIdSource(new SeededChance(2), first);
    before.push(second.timeBased(now));
    sortable.push(second.sortable(now));
    // The first field of a time-based id holds the low bits of its time.
    const ticks = before.map((id) => parseInt(id.slice(0, 8), 16));
    expect(ticks.map((tick) => tick - (ticks[0] ?? 0))).to.deep.equal([0, 1, 2]);
    expect([...sortable].sort()).to.deep.equal(sortable);
  });

  it('differ between sources of different seeds', () => {
    const [a, b] = [1, 2].map((seed) => new ChanceIdSource(new SeededChance(seed)).random());
    expect(a).to.not.equal(b);
  });

  it('sort by creation as text when sortable, even when the clock jumps back', () => {
    fc.assert(
      fc.property(anySource, anyTimes, (ids, times) => {
        const drawn = times.map((time) => ids.sortable(millis(time)));
        expect([...drawn].sort()).to.deep.equal(drawn);
        expect(new Set(drawn).size).to.equal(drawn.length);
      }),
    );
  });

  it('stay in order when more than 4,096 sortable ids fall into one millisecond', () => {
    const ids = new ChanceIdSource(new SeededChance(3));
    const drawn = Array.from({ length: 9_000 }, () => ids.sortable(millis(5)));
    expect([...drawn].sort()).to.deep.equal(drawn);
    expect(new Set(drawn.map((id) => id.slice(0, 18))).size).to.equal(drawn.length);
  });

  it('carry their time', () => {
    const now = Date.UTC(2021, 2, 4, 5, 6, 7, 80);
    const ids = new ChanceIdSource(new SeededChance(4));
    const [low = '', mid = '', high = ''] = ids.timeBased(millis(now)).split('-');
    const ticks = BigInt(`0x${high.slice(1)}${mid}${low}`);
    // Ticks of 100 ns between 1582-10-15, where version 1 begins, and 1970 (RFC 9562, 5.1).
    expect(Number((ticks - 0x01b2_1dd2_1381_4000n) / 10_000n)).to.equal(now);
    const sortable = ids.sortable(millis(now));
    expect(Number.parseInt(sortable.slice(0, 8) + sortable.slice(9, 13), 16)).to.equal(now);
  });

  it('mark the node field as no real network address', () => {
    const source = fc.integer().map((seed) => new ChanceIdSource(new SeededChance(seed)));
    fc.assert(
      fc.property(source, (ids) => {
        const node = ids.timeBased(millis(0)).slice(-12);
        expect(Number.parseInt(node.slice(0, 2), 16) & 1).to.equal(1);
      }),
    );
  });
});
