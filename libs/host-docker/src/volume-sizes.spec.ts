import { expect } from 'chai';
import { volumeSizesIn } from './volume-sizes.js';

describe('The sizes of volumes', () => {
  it('are read where the engine knows them', () => {
    const answer = {
      Volumes: [
        { Name: 'a', UsageData: { Size: 4_096, RefCount: 1 } },
        { Name: 'empty', UsageData: { Size: 0 } },
        { Name: 'of a plugin', UsageData: { Size: -1 } },
        { Name: 'not measured', UsageData: null },
        { Name: 'not asked for' },
      ],
    };
    expect([...volumeSizesIn(answer)]).to.deep.equal([
      ['a', 4_096],
      ['empty', 0],
    ]);
  });

  it('are none where there are no volumes', () => {
    for (const answer of [{}, { Volumes: null }]) expect(volumeSizesIn(answer).size).to.equal(0);
  });
});
