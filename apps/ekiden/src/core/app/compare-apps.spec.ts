import { expect } from 'chai';
import fc from 'fast-check';
import { isEqual, isScaleOnly, isUpgrade } from './compare-apps.js';
import { sampleApp } from './sample-app.js';

/** One text for all values that are equal: keys in order, without undefined fields. */
function text(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(0, 1, 'a', '', true, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('a', 'b', 'length', 'constructor'),
      fc.option(tie('value'), { nil: undefined, freq: 3 }),
    ),
  ),
})).value;

describe('Values of documents', () => {
  it('are equal whatever the order of keys, and whether a field is undefined or absent', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (left, right) => {
        expect(isEqual(left, right)).to.equal(text(left) === text(right));
        expect(isEqual(left, structuredClone(left))).to.equal(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('A changed definition', () => {
  const check = { protocol: 'HTTP' as const, path: '/' };
  const web = sampleApp({
    portDefinitions: [{ port: 10_000 }, { port: 10_001 }],
    healthChecks: [check, { ...check, portIndex: 1 }],
    constraints: [
      ['rack', 'UNIQUE'],
      ['zone', 'GROUP_BY'],
    ],
    dependencies: ['/a', '/b'],
  });

  it('replaces nothing where only the order of sets differs', () => {
    const turned = {
      ...web,
      constraints: [...web.constraints].reverse(),
      dependencies: [...web.dependencies].reverse(),
      healthChecks: [...web.healthChecks].reverse(),
    };
    expect(isUpgrade(web, turned)).to.equal(false);
    expect(isUpgrade(web, { ...turned, dependencies: web.dependencies.slice(1) })).to.equal(true);
  });

  it('replaces nothing where a check names the first port, and something where another', () => {
    const [first, ...rest] = web.healthChecks;
    if (first === undefined) throw new Error('no check');
    const naming = (portIndex: number) => ({
      ...web,
      healthChecks: [{ ...first, portIndex }, ...rest],
    });
    expect(isUpgrade(web, naming(0))).to.equal(false);
    expect(isUpgrade(web, naming(1))).to.equal(true);
  });

  it('replaces instances for what is new in it as for what is gone from it', () => {
    const bare = sampleApp({});
    const more = { ...bare, user: 'nobody' };
    expect([isUpgrade(bare, more), isUpgrade(more, bare)]).to.deep.equal([true, true]);
    expect(isUpgrade({ ...bare, user: undefined } as never, bare)).to.equal(false);
  });

  it('is a scaling where only the number of instances differs', () => {
    const more = { ...web, instances: web.instances + 1 };
    expect([isUpgrade(web, more), isScaleOnly(web, more)]).to.deep.equal([false, true]);
    expect(isScaleOnly(web, { ...more, cmd: 'sleep 61' })).to.equal(false);
  });
});
