import { expect } from 'chai';
import fc from 'fast-check';
import { checkGroup } from './check-group.js';
import { groupUpdate } from './group.js';
import { withoutNulls } from './without-nulls.js';

function checked(body: unknown): { readonly result: unknown; readonly steps: number } {
  const work = checkGroup(body);
  for (let steps = 0; ; steps += 1) {
    const { done, value } = work.next();
    if (done === true) return { result: value, steps };
  }
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });

const app = fc.record(
  {
    id: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('a', 'b', 'c') }, fc.constant('NO')),
    cmd: maybe(fc.constant('sleep 1')),
    cpus: fc.oneof({ weight: 9, arbitrary: fc.double({ min: 0.1, max: 4 }) }, fc.constant('1')),
    env: maybe(fc.dictionary(fc.constantFrom('A', '__proto__'), fc.constantFrom('x', null))),
    unknown: fc.constant(1),
  },
  { requiredKeys: ['id'] },
);

const group = fc.letrec<{ readonly node: unknown }>((tie) => ({
  node: fc.record(
    {
      id: fc.constantFrom('g', 'h'),
      apps: maybe(fc.array(app, { maxLength: 3 })),
      groups: maybe(
        fc.oneof({ maxDepth: 2 }, fc.constant([]), fc.array(tie('node'), { maxLength: 2 })),
      ),
      dependencies: maybe(fc.constantFrom(['x'], 'wrong')),
      pods: fc.constant([1]),
      unknown: fc.constant({}),
    },
    { requiredKeys: [] },
  ),
})).node;

describe('checking the shape of a group in steps', () => {
  it('gives what its schema gives, and nothing where that finds something wrong', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 20, arbitrary: group }, fc.jsonValue()), (body) => {
        const { success, data } = groupUpdate.safeParse(withoutNulls(body));
        expect(checked(body).result).to.deep.equal(success ? data : undefined);
      }),
      { numRuns: 300 },
    );
  });

  it('takes a step per app', () => {
    const apps = Array.from({ length: 20 }, (_, n) => ({ id: `app-${n}`, cmd: 'sleep 1' }));
    expect(checked({ apps, groups: [{ id: 'g', apps }] }).steps).to.equal(40);
  });
});
