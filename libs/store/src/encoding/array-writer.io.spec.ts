import { expect } from 'chai';
import fc from 'fast-check';
import { runSteps } from '@ekiden/kernel';

import { testDatabases, type TestDatabase } from '../../testing/index.js';
import { openDatabase, type Database } from '../database/index.js';
import {
  ArrayWriter,
  fromSafeJson,
  toSafeJson,
  toSafeText,
  type Element,
  type ElementType,
} from './index.js';

const anyText = fc.string({ unit: 'binary' }).map(toSafeText);
const anyTime = fc.integer({ min: Date.UTC(1720, 0), max: Date.UTC(2280, 0) });

const COLUMNS: readonly (readonly [ElementType, fc.Arbitrary<Element>, string])[] = [
  ['text', anyText, 'element'],
  ['json', fc.jsonValue().map((value) => toSafeJson(value) ?? null), 'element'],
  ['jsonb', fc.jsonValue().map((value) => toSafeJson(value) ?? null), 'element'],
  ['bigint', fc.maxSafeInteger(), 'element::text'],
  ['integer', fc.integer(), 'element'],
  ['boolean', fc.boolean(), 'element'],
  ['timestamptz', anyTime, '(extract(epoch FROM element) * 1000)::bigint::text'],
];

describe('an array in binary form, as Postgres reads it', () => {
  let place: TestDatabase;
  let database: Database;

  before(async () => {
    place = await testDatabases.create();
    database = await openDatabase({ at: { url: place.url }, entities: [], migrations: [] });
  });

  after(async () => {
    await database.close();
    await place.drop();
  });

  for (const [type, anyElement, shown] of COLUMNS) {
    it(`brings back every array of ${type}`, async () => {
      const anyArray = fc.array(fc.option(anyElement), { maxLength: 20 });
      await fc.assert(
        fc.asyncProperty(anyArray, async (elements) => {
          const count = elements.length;
          const rows = await database.query<{ readonly read: unknown }>(
            `SELECT ${shown} AS read FROM unnest($1::${type}[]) WITH ORDINALITY AS e(element, at)
              ORDER BY at`,
            [runSteps(new ArrayWriter().array(type, { count, at: (n) => elements[n] ?? null }))],
          );
          expect(rows.map(({ read }) => read)).to.deep.equal(
            elements.map((element) => (element === null ? null : expected(type, element))),
          );
        }),
        { numRuns: 50 },
      );
    });
  }
});

/** JSON comes back as a value, wide numbers as text. */
function expected(type: ElementType, element: NonNullable<Element>): unknown {
  if (type === 'json' || type === 'jsonb') return fromSafeJson(String(element));
  return type === 'bigint' || type === 'timestamptz' ? String(element) : element;
}
