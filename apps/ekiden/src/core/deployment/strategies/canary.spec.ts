import fc from 'fast-check';
import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import type { CanaryStep } from '../../app/index.js';
import { canary, weightOfNew } from './canary.js';
import type { RolloutMove } from './rollout-view.js';
import { sampleTwin, sampleView, type ViewFields } from './sample-view.js';

const STEPS: readonly CanaryStep[] = [
  { weight: 10, pauseSeconds: 60 },
  { weight: 50, gate: 'manual' },
];
const ROLLOUT = { strategy: 'canary', canary: { steps: STEPS } } as const;

const since = (step: number, second: number) => ({ step, stepSince: millis(second * 1_000) });
const until = (on: 'pause' | 'gate', second: number): RolloutMove => {
  return { kind: 'wait', on, until: millis(second * 1_000) };
};
const INSTANCES: RolloutMove = { kind: 'wait', on: 'instances' };
const GROWS: RolloutMove = { kind: 'enter', phase: 'growing' };

// prettier-ignore
const MOVES: readonly (readonly [string, ViewFields, RolloutMove])[] = [
  ['waits for room for all of it', { phase: 'reserving', hasRoom: () => false }, { kind: 'wait', on: 'capacity' }],
  ['waits for every level', { phase: 'starting', levelsAreUp: false }, INSTANCES],
  ['waits for what a step needs', { phase: 'starting', twins: [sampleTwin(0)] }, INSTANCES],
  ['gives it its weight then', { phase: 'starting', twins: [sampleTwin(1)] }, { kind: 'weigh' }],
  ['waits for the hooks before that', { phase: 'starting', hooks: () => 'waiting' }, { kind: 'wait', on: 'hooks' }],
  ['pauses', { phase: 'starting', progress: since(0, 0), after: 59 }, until('pause', 60)],
  ['goes on after the pause', { phase: 'starting', progress: since(0, 0), after: 60 }, { kind: 'step', step: 1 }],
  ['counts the pause from when it had its instances', { phase: 'starting', progress: since(0, 500), after: 559 }, until('pause', 560)],
  ['goes on at once when somebody says so', { phase: 'starting', progress: { ...since(0, 0), promoteAsked: true } }, { kind: 'step', step: 1 }],
  ['waits for one that dies during the pause', { phase: 'starting', progress: since(0, 0), after: 999, twins: [sampleTwin(0)] }, INSTANCES],
  ['waits for what the next step needs', { phase: 'starting', progress: { step: 1 }, twins: [sampleTwin(1)] }, INSTANCES],
  ['waits at a gate', { phase: 'starting', progress: since(1, 0), after: 3_599 }, until('gate', 3_600)],
  ['ends at a gate that nobody opens', { phase: 'starting', progress: since(1, 0), after: 3_600 }, { kind: 'abort', reason: 'nobody has opened the gate of step 2 in 3600 s' }],
  ['takes over after the last step', { phase: 'starting', progress: { ...since(1, 0), promoteAsked: true } }, GROWS],
  ['grows to its full size before it takes over', { phase: 'growing', twins: [sampleTwin(2)] }, INSTANCES],
  ['is switched then', { phase: 'growing' }, { kind: 'enter', phase: 'switching' }],
  ['goes through its steps without a stop where nobody is there', { phase: 'starting', progress: since(0, 0), unattended: true }, { kind: 'step', step: 1 }],
];

// prettier-ignore
const SIZES: readonly (readonly [wanted: number, weight: number, size: number])[] = [
  [0, 10, 0], [1, 1, 1], [1, 99, 1], [4, 10, 1], [4, 25, 1], [4, 26, 2], [10, 10, 1], [10, 11, 2],
  [3, 33, 1], [3, 34, 2], [3, 66, 2], [3, 67, 3], [7, 100, 7], [1_000, 1, 10],
];

describe('canary', () => {
  for (const [name, fields, move] of MOVES) {
    it(name, () => {
      const view = sampleView({ ...fields, rollout: ROLLOUT });
      expect(canary(view).move).to.deep.equal(move);
    });
  }

  for (const [wanted, weight, size] of SIZES) {
    it(`needs ${size} of ${wanted} for ${weight} %`, () => {
      const rollout = { ...ROLLOUT, canary: { steps: [{ weight, pauseSeconds: 1 }] } };
      const { size: sizeOf } = canary(sampleView({ phase: 'starting', rollout }));
      expect(sizeOf({ wanted, open: true })).to.equal(size);
    });
  }

  // prettier-ignore
  const RAMPS: readonly (readonly [name: string, weights: readonly number[], sizes: readonly number[]])[] = [
    ['BG-02: the ramp of half as many more', [10, 20, 30, 50, 100], [1, 2, 3, 5, 10]],
    ['BG-03: the ramp of three more each time', [10, 40, 70, 100], [1, 4, 7, 10]],
  ];
  for (const [name, weights, sizes] of RAMPS) {
    it(`${name} is ${sizes.join(', ')} of ten by weights of ${weights.join(', ')}`, () => {
      const steps = weights.map((weight) => ({ weight, pauseSeconds: 1 }));
      const rollout = { ...ROLLOUT, canary: { steps } };
      const sizeAt = (step: number): number =>
        canary(sampleView({ phase: 'starting', rollout, progress: { step } })).size({
          wanted: 10,
          open: true,
        });
      expect(steps.map((_, step) => sizeAt(step))).to.deep.equal(sizes);
    });
  }

  // prettier-ignore
  const WEIGHTS: readonly (readonly [string, ViewFields, number])[] = [
    ['nothing before the first step has its instances', { phase: 'starting', progress: { step: 0 } }, 0],
    ['the weight of a step that has them', { phase: 'starting', progress: since(0, 0) }, 10],
    ['that of the step before until the next has them', { phase: 'starting', progress: { step: 1 } }, 10],
    ['that of the next then', { phase: 'starting', progress: since(1, 0) }, 50],
    ['that of the last while it grows', { phase: 'growing', progress: { step: 1 } }, 50],
    ['all from the switch on', { phase: 'switching' }, 100],
    ['all while the old one is kept', { phase: 'holding' }, 100],
  ];
  for (const [name, fields, weight] of WEIGHTS) {
    it(`gives the new version ${name}`, () => {
      const { settings, progress } = sampleView({ ...fields, rollout: ROLLOUT });
      expect(weightOfNew(settings, progress)).to.equal(weight);
    });
  }

  it('has at least its share of instances at each weight, and less than one more', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 100 }), (wanted, weight) => {
        const steps = [{ weight, pauseSeconds: 1 }];
        const rollout = { ...ROLLOUT, canary: { steps } };
        const size = canary(sampleView({ phase: 'starting', rollout })).size({
          wanted,
          open: true,
        });
        expect(size * 100).to.be.at.least(wanted * weight);
        expect((size - 1) * 100).to.be.lessThan(Math.max(1, wanted * weight));
        expect(size).to.be.at.most(wanted);
      }),
    );
  });

  it('never needs fewer for a larger weight or more instances', () => {
    const sizeFor = (wanted: number, weight: number): number => {
      const rollout = { ...ROLLOUT, canary: { steps: [{ weight, pauseSeconds: 1 }] } };
      return canary(sampleView({ phase: 'starting', rollout })).size({ wanted, open: true });
    };
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 99 }), (wanted, weight) => {
        expect(sizeFor(wanted, weight + 1)).to.be.at.least(sizeFor(wanted, weight));
        expect(sizeFor(wanted + 1, weight)).to.be.at.least(sizeFor(wanted, weight));
      }),
    );
  });
});
