import { expect } from 'chai';
import { topFunctions } from './top-functions.js';

const frame = (id: number, functionName: string, url: string, lineNumber = 0) => {
  return { id, callFrame: { functionName, url, lineNumber } };
};

describe('the costliest functions of a CPU profile', () => {
  const profile = {
    nodes: [
      frame(1, '(idle)', ''),
      frame(2, 'sum', 'file:///home/me/repo/dist/apps/a.js', 9),
      frame(3, 'sum', 'file:///home/me/repo/dist/apps/a.js', 9),
      frame(4, '', 'node:fs'),
    ],
    samples: [1, 2, 4, 3],
    timeDeltas: [60_000, 1_000, 1_000, 2_000],
  };

  it('are put together over all callers, and idle time is left out', () => {
    expect(topFunctions(profile, 5)).to.deep.equal([
      { name: 'sum', place: 'dist/apps/a.js:10', selfMs: 3, share: 0.75 },
      { name: '(anonymous)', place: 'node:fs', selfMs: 1, share: 0.25 },
    ]);
  });

  it('are as many as asked for', () => {
    expect(topFunctions(profile, 1).length).to.equal(1);
  });

  it('are none where nothing was done', () => {
    expect(topFunctions({ nodes: [], samples: [], timeDeltas: [] }, 3)).to.deep.equal([]);
  });
});
