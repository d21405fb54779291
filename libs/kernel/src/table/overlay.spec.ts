import { expect } from 'chai';
import fc from 'fast-check';
import { AssertionFailed } from '../flow/assert.js';
import { Overlay } from './overlay.js';
import { Table, type IndexOf, type TableView } from './table.js';

interface Row {
  readonly id: string;
  readonly group: string;
  readonly tags: readonly string[];
}

const INDEXES: Readonly<Record<'group' | 'tag', IndexOf<Row>>> = {
  group: (row) => [row.group],
  tag: (row) => row.tags,
};
/** Each tag once, which an index need not promise. */
const TALLIES: Readonly<Record<'each', IndexOf<Row>>> = {
  each: (row) => [row.group, ...new Set(row.tags)],
};
const GROUPS = ['g0', 'g1', 'g2'];
const TAGS = ['t0', 't1', 't2', 't3'];

const id = fc.integer({ min: 0, max: 15 }).map((n) => `r${n}`);
const anyRow: fc.Arbitrary<Row> = fc.record({
  id,
  group: fc.constantFrom(...GROUPS),
  // Twice the same tag in one row must not give the row twice.
  tags: fc.array(fc.constantFrom(...TAGS), { maxLength: 4 }),
});
const anyMove = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), row: anyRow }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), id }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('merge' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const) }) },
);

function row(key: string, group: string, ...tags: string[]): Row {
  return { id: key, group, tags };
}

function tableOf(...rows: Row[]): Table<string, Row> {
  const table = new Table<string, Row>(INDEXES, TALLIES);
  for (const each of rows) table.put(each.id, each);
  return table;
}

function byId(rows: Iterable<Row>): Row[] {
  return [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Every way of reading gives what a plain Map with the same rows gives. */
function expectSame(view: TableView<string, Row>, model: ReadonlyMap<string, Row>): void {
  expect(view.size).to.equal(model.size);
  expect(byId(view.values())).to.deep.equal(byId(model.values()));
  for (let n = 0; n <= 15; n += 1) {
    expect(view.get(`r${n}`)).to.equal(model.get(`r${n}`));
    expect(view.has(`r${n}`)).to.equal(model.has(`r${n}`));
  }
  for (const [index, values] of [
    ['group', GROUPS],
    ['tag', TAGS],
  ] as const) {
    for (const value of [...values, 'none']) {
      const expected = [...model.values()].filter((each) => INDEXES[index](each).includes(value));
      expect(byId(view.by(index, value)), `${index}=${value}`).to.deep.equal(byId(expected));
      expect(view.count(index, value), `${index}=${value}`).to.equal(expected.length);
    }
    const held = new Set([...model.values()].flatMap((each) => INDEXES[index](each)));
    expect([...view.valuesOf(index)].sort()).to.deep.equal([...held].sort());
  }
  for (const value of [...GROUPS, ...TAGS, 'none']) {
    const expected = [...model.values()].filter((each) => TALLIES.each(each).includes(value));
    expect(view.tally('each', value), value).to.equal(expected.length);
  }
}

describe('overlay over a table', () => {
  it('reads like a Map of the rows, before and after merging or dropping the draft', () => {
    fc.assert(
      fc.property(
        fc.array(anyRow),
        fc.array(anyMove, { maxLength: 60, size: 'max' }),
        (rows, moves) => {
          const base = tableOf(...rows);
          let committed = new Map(rows.map((each) => [each.id, each]));
          let model = new Map(committed);
          let overlay = new Overlay(base);
          for (const move of moves) {
            if (move.kind === 'put') {
              overlay.put(move.row.id, move.row);
              model.set(move.row.id, move.row);
            } else if (move.kind === 'remove') {
              overlay.remove(move.id);
              model.delete(move.id);
            } else if (move.kind === 'merge') {
              overlay.merge();
              committed = new Map(model);
            } else if (move.kind === 'drop') {
              overlay = new Overlay(base);
              model = new Map(committed);
            } else {
              expectSame(overlay, model);
            }
          }
          expectSame(overlay, model);
          expectSame(base, committed);
          overlay.merge();
          expectSame(base, model);
          expect(overlay.changes()).to.deep.equal([]);
        },
      ),
    );
  });

  it('keeps what is merged provisionally from readers of what is confirmed, draft after draft', () => {
    fc.assert(
      fc.property(
        fc.array(anyRow),
        fc.array(fc.array(anyMove, { maxLength: 12 }), { maxLength: 6 }),
        (rows, drafts) => {
          const base = tableOf(...rows);
          const { confirmed } = base;
          let committed = new Map(rows.map((each) => [each.id, each]));
          for (const moves of drafts) {
            const model = new Map(committed);
            const draft = new Overlay(base);
            for (const move of moves) {
              if (move.kind === 'put') {
                draft.put(move.row.id, move.row);
                model.set(move.row.id, move.row);
              } else if (move.kind === 'remove') {
                draft.remove(move.id);
                model.delete(move.id);
              }
            }
            const midway = confirmed.values();
            draft.merge({ provisional: true });
            expectSame(confirmed, committed);
            expect(byId(midway)).to.deep.equal(byId(committed.values()));
            expectSame(base, model);
            // The next draft sees what may yet fail, and is nobody else's business either.
            const next = new Overlay(base);
            next.put('r0', row('r0', 'g2'));
            expectSame(confirmed, committed);
            draft.confirm();
            committed = model;
            expectSame(confirmed, committed);
          }
        },
      ),
    );
  });

  it('refuses a second provisional merge before the first is confirmed', () => {
    const base = tableOf(row('a', 'g0'));
    const merge = (group: string): void => {
      const draft = new Overlay(base);
      draft.put('a', row('a', group));
      draft.merge({ provisional: true });
    };
    merge('g1');
    expect(() => {
      merge('g2');
    }).to.throw(AssertionFailed, 'one draft at a time');
  });

  it('lists exactly the rows that replay the draft onto the base', () => {
    fc.assert(
      fc.property(fc.array(anyRow), fc.array(anyMove), (rows, moves) => {
        const overlay = new Overlay(tableOf(...rows));
        for (const move of moves) {
          if (move.kind === 'put') overlay.put(move.row.id, move.row);
          else if (move.kind === 'remove') overlay.remove(move.id);
        }
        const replayed = new Map(rows.map((each) => [each.id, each]));
        for (const [key, changed] of overlay.changes()) {
          if (changed === undefined) expect(replayed.delete(key), key).to.equal(true);
          else replayed.set(key, changed);
        }
        expectSame(overlay, replayed);
      }),
    );
  });

  it('lists changes anew after each, and leaves a list alone that it gave out', () => {
    const overlay = new Overlay(tableOf(row('a', 'g0')));
    overlay.put('b', row('b', 'g1'));
    const first = overlay.changes();
    expect(overlay.changes()).to.equal(first);
    overlay.put('b', row('b', 'g2'));
    const second = overlay.changes();
    overlay.remove('a');
    const third = overlay.changes();
    overlay.merge();
    expect(first).to.deep.equal([['b', row('b', 'g1')]]);
    expect(second).to.deep.equal([['b', row('b', 'g2')]]);
    expect(third).to.deep.equal([
      ['b', row('b', 'g2')],
      ['a', undefined],
    ]);
    expect(overlay.changes()).to.deep.equal([]);
  });

  it('shows the committed row under a changed one', () => {
    const overlay = new Overlay(tableOf(row('a', 'g0')));
    overlay.put('a', row('a', 'g1'));
    overlay.put('b', row('b', 'g1'));
    expect(overlay.before('a')).to.deep.equal(row('a', 'g0'));
    expect(overlay.before('b')).to.equal(undefined);
  });

  it('keeps the order of the base and adds new rows at the end', () => {
    const base = tableOf(row('a', 'g0'), row('b', 'g0'), row('c', 'g0'));
    const overlay = new Overlay(base);
    overlay.put('d', row('d', 'g0'));
    overlay.put('b', row('b', 'g1'));
    overlay.remove('a');
    const drafted = [...overlay.values()].map((each) => each.id);
    expect(drafted).to.deep.equal(['b', 'c', 'd']);
    overlay.merge();
    expect([...base.values()].map((each) => each.id)).to.deep.equal(drafted);
  });

  it('visits each row once while rows are put and removed on the way', () => {
    const overlay = new Overlay(tableOf(row('a', 'g0'), row('b', 'g0'), row('c', 'g0')));
    overlay.put('x', row('x', 'g0'));
    const seen: string[] = [];
    for (const each of overlay.values()) {
      seen.push(`${each.id}:${each.group}`);
      if (each.id !== 'a') continue;
      overlay.put('a', row('a', 'g1'));
      overlay.put('b', row('b', 'g1'));
      overlay.remove('c');
    }
    expect(seen).to.deep.equal(['a:g0', 'b:g1', 'x:g0']);
  });

  it('asks the index only about the rows of the answer once it is built', () => {
    let asked = 0;
    const group: IndexOf<Row> = (each) => {
      asked += 1;
      return [each.group];
    };
    const overlay = new Overlay(new Table<string, Row>({ group }));
    for (let n = 0; n < 1000; n += 1) overlay.put(`r${n}`, row(`r${n}`, `g${n % 100}`));
    expect(asked).to.equal(0);
    expect(overlay.by('group', 'g1').length).to.equal(10);
    expect(asked).to.equal(1000);
    for (let n = 0; n < 100; n += 1) overlay.by('group', `g${n}`);
    expect(asked).to.equal(1000);
    overlay.put('r1', row('r1', 'g2'));
    expect(asked).to.equal(1002);
    expect([overlay.by('group', 'g1').length, overlay.by('group', 'g2').length]).to.deep.equal([
      9, 11,
    ]);
  });

  it('refuses an index or a tally nobody declared', () => {
    const table = tableOf(row('a', 'g0'));
    expect(() => table.by('colour', 'red')).to.throw(AssertionFailed, 'index colour');
    expect(() => new Overlay(table).by('colour', 'red')).to.throw(AssertionFailed, 'index colour');
    expect(() => table.tally('group', 'g0')).to.throw(AssertionFailed, 'tally group');
    expect(() => new Overlay(table).tally('group', 'g0')).to.throw(AssertionFailed, 'tally group');
  });
});
