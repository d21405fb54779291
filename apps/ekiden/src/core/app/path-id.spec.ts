import { expect } from 'chai';
import fc from 'fast-check';
import { parentOf, perGroup, resolveId, type PathId } from './path-id.js';

const anyId = fc
  .array(fc.constantFrom('a', 'aa', 'a.b', 'b', 'c'), { maxLength: 4 })
  .map((segments) => resolveId(segments.join('/')));

describe('what is found once per group', () => {
  it('is what would be found for each id', () => {
    fc.assert(
      fc.property(fc.array(anyId, { maxLength: 20 }), (ids) => {
        const groupOf = perGroup((group) => group);
        expect(ids.map(groupOf)).to.deep.equal(ids.map(parentOf));
      }),
    );
  });

  it('is looked for again only when the group is another one', () => {
    const asked: PathId[] = [];
    const ask = perGroup((group) => asked.push(group));
    for (const id of ['/shop/a', '/shop/b', '/shop/b/c', '/shop/b/d', '/a', '/b', '/shop/a']) {
      ask(id as PathId);
    }
    expect(asked).to.deep.equal(['/shop', '/shop/b', '/', '/shop']);
  });
});
