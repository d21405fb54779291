import fc from 'fast-check';
import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import { DEFAULT_ROLLOUT } from '../../app/index.js';
import { ROLLOUT_PHASES, type RolloutPhase } from '../rollout-progress.js';
import { blueGreen } from './blue-green.js';
import type { HookState, RolloutMove } from './rollout-view.js';
import { sampleTwin, sampleView, type ViewFields } from './sample-view.js';

const { blueGreen: DEFAULTS } = DEFAULT_ROLLOUT;
const AUTOMATIC = { blueGreen: { ...DEFAULTS, promotion: 'automatic' } } as const;
const PREVIEW_OF_ONE = { blueGreen: { ...DEFAULTS, previewInstances: 1 } };
const STOP_HOOKS = {
  hooks: (['beforeStop', 'afterStop'] as const).map((at) => {
    return { at, command: ['./do'], timeoutSeconds: 60, onFailure: 'abort' as const };
  }),
};
const NO_HOLD = { blueGreen: { ...DEFAULTS, holdSeconds: 0 } };

const enter = (phase: RolloutPhase): RolloutMove => ({ kind: 'enter', phase });
const wait = (on: 'capacity' | 'instances' | 'hooks' | 'routes'): RolloutMove => {
  return { kind: 'wait', on };
};
const until = (on: 'promotion' | 'hold', second: number): RolloutMove => {
  return { kind: 'wait', on, until: millis(second * 1_000) };
};
const failing: Pick<ViewFields, 'hooks'> = { hooks: () => 'failed' };
const running: Pick<ViewFields, 'hooks'> = { hooks: () => 'waiting' };
const abort = (reason: string): RolloutMove => ({ kind: 'abort', reason });

// prettier-ignore
const MOVES: readonly (readonly [string, ViewFields, RolloutMove])[] = [
  ['waits for room for all of it', { phase: 'reserving', hasRoom: () => false }, wait('capacity')],
  ['waits for the level of its apps before it looks for room', { phase: 'reserving', twins: [sampleTwin(0, 4, false)] }, wait('capacity')],
  ['starts once all of it has room', { phase: 'reserving' }, enter('starting')],
  ['runs hooks before it starts', { phase: 'reserving', ...running }, wait('hooks')],
  ['ends where a hook before the start fails', { phase: 'reserving', ...failing }, abort('a hook beforeStart has failed')],
  ['brings every level up', { phase: 'starting', levelsAreUp: false }, wait('instances')],
  ['then awaits promotion', { phase: 'starting' }, enter('awaitingPromotion')],
  ['awaits nobody where promotion is automatic', { phase: 'starting', rollout: AUTOMATIC }, enter('growing')],
  ['awaits nobody where somebody was early', { phase: 'starting', progress: { promoteAsked: true } }, enter('growing')],
  ['awaits nobody where there is nothing to take the place of', { phase: 'starting', unattended: true }, enter('growing')],
  ['runs hooks when it is ready', { phase: 'starting', ...running }, wait('hooks')],
  ['ends where a hook after that fails', { phase: 'starting', ...failing }, abort('a hook afterReady has failed')],
  ['awaits promotion until its deadline', { phase: 'awaitingPromotion', after: 3_599 }, until('promotion', 3_600)],
  ['ends when nobody has promoted it by then', { phase: 'awaitingPromotion', after: 3_600 }, abort('nobody has promoted it within 3600 seconds')],
  ['grows when it is promoted, at the last moment too', { phase: 'awaitingPromotion', after: 9_999, progress: { promoteAsked: true } }, enter('growing')],
  ['awaits promotion although its preview dies', { phase: 'awaitingPromotion', twins: [sampleTwin(0)] }, until('promotion', 3_600)],
  ['grows until all of it serves', { phase: 'growing', twins: [sampleTwin(3)] }, wait('instances')],
  ['grows until all of every twin serves', { phase: 'growing', twins: [sampleTwin(4), sampleTwin(1, 2)] }, wait('instances')],
  ['is switched at full size', { phase: 'growing' }, enter('switching')],
  ['grows again to what it was scaled to meanwhile', { phase: 'growing', twins: [sampleTwin(4, 6)] }, wait('instances')],
  ['is switched with what it was scaled down to', { phase: 'growing', twins: [sampleTwin(4, 2)] }, enter('switching')],
  ['is switched although it was scaled to nothing', { phase: 'growing', twins: [sampleTwin(0, 0)] }, enter('switching')],
  ['runs hooks before the switch', { phase: 'growing', ...running }, wait('hooks')],
  ['is not switched where one of them fails', { phase: 'growing', ...failing }, abort('a hook beforePromote has failed')],
  ['is live only when routers lead to it', { phase: 'switching', isConfirmed: false }, wait('routes')],
  ['is live when they do', { phase: 'switching' }, enter('promoted')],
  ['is live although some of it died during the switch', { phase: 'switching', twins: [sampleTwin(1)] }, enter('promoted')],
  ['is never made live with nothing that serves', { phase: 'switching', twins: [sampleTwin(0)] }, wait('instances')],
  ['is never made live with a twin of which nothing serves', { phase: 'switching', twins: [sampleTwin(4), sampleTwin(0, 1)] }, wait('instances')],
  ['runs hooks after the switch', { phase: 'promoted', ...running }, wait('hooks')],
  ['ends where one of them fails', { phase: 'promoted', ...failing }, abort('a hook afterPromote has failed')],
  ['keeps the old version', { phase: 'promoted' }, enter('holding')],
  ['has not succeeded while nothing of it serves any more', { phase: 'promoted', twins: [sampleTwin(0)] }, wait('instances')],
  ['has not succeeded while nothing of one of its twins serves', { phase: 'promoted', twins: [sampleTwin(4), sampleTwin(0, 1)] }, wait('instances')],
  ['gives nothing up while nothing of it serves', { phase: 'promoted', rollout: NO_HOLD, twins: [sampleTwin(0)] }, wait('instances')],
  ['has succeeded although it was scaled to nothing', { phase: 'promoted', twins: [sampleTwin(0, 0)] }, enter('holding')],
  ['keeps nothing where there is nothing to keep it for', { phase: 'promoted', rollout: NO_HOLD }, enter('over')],
  ['keeps nothing where there was nothing', { phase: 'promoted', unattended: true }, enter('over')],
  ['keeps it for as long as it says', { phase: 'holding', after: 299 }, until('hold', 300)],
  ['keeps it although the new one dies', { phase: 'holding', after: 299, twins: [sampleTwin(0)] }, until('hold', 300)],
  ['gives it up then', { phase: 'holding', after: 300 }, enter('over')],
  ['gives it up with hooks around its end', { phase: 'holding', after: 300, rollout: STOP_HOOKS, left: () => 2 }, enter('retiring')],
  ['gives it up with hooks where it is not kept at all', { phase: 'promoted', rollout: { ...STOP_HOOKS, ...NO_HOLD }, left: () => 2 }, enter('retiring')],
  ['runs no hooks where nothing is left to stop', { phase: 'holding', after: 300, rollout: STOP_HOOKS }, enter('over')],
  ['waits for the hooks before it stops', { phase: 'retiring', rollout: STOP_HOOKS, left: () => 2, ...running }, wait('hooks')],
  ['stops after them', { phase: 'retiring', rollout: STOP_HOOKS, left: () => 2 }, enter('stopping')],
  ['waits until it has stopped', { phase: 'stopping', rollout: STOP_HOOKS, left: () => 1 }, wait('instances')],
  ['waits for the hooks after that', { phase: 'stopping', rollout: STOP_HOOKS, ...running }, wait('hooks')],
  ['is over after them', { phase: 'stopping', rollout: STOP_HOOKS }, enter('over')],
];

// prettier-ignore
const SIZES: readonly (readonly [string, ViewFields, boolean, number])[] = [
  ['starts nothing while room is looked for', { phase: 'reserving' }, true, 0],
  ['starts nothing before the level of its app', { phase: 'starting' }, false, 0],
  ['starts all of it', { phase: 'starting' }, true, 4],
  ['starts as many as are to be looked at', { phase: 'starting', rollout: PREVIEW_OF_ONE }, true, 1],
  ['keeps to that while it awaits promotion', { phase: 'awaitingPromotion', rollout: PREVIEW_OF_ONE }, true, 1],
  ['starts no more than there are to be', { phase: 'starting', rollout: { blueGreen: { ...DEFAULTS, previewInstances: 9 } } }, true, 4],
  ['starts the rest once it is promoted', { phase: 'growing', rollout: PREVIEW_OF_ONE }, true, 4],
  ['is as large as it is to be from then on', { phase: 'holding', rollout: PREVIEW_OF_ONE }, true, 4],
];

describe('blue/green', () => {
  for (const [name, fields, move] of MOVES) {
    it(name, () => {
      expect(blueGreen(sampleView(fields)).move).to.deep.equal(move);
    });
  }

  for (const [name, fields, open, size] of SIZES) {
    it(name, () => {
      expect(blueGreen(sampleView(fields)).size({ wanted: 4, open })).to.equal(size);
    });
  }

  it('never goes back a phase, and never leaves one out that makes it live', () => {
    fc.assert(
      fc.property(anyView(), (fields) => {
        const { move } = blueGreen(sampleView(fields));
        if (move.kind !== 'enter') return;
        const [from, to] = [
          ROLLOUT_PHASES.indexOf(fields.phase),
          ROLLOUT_PHASES.indexOf(move.phase),
        ];
        expect(to).to.be.greaterThan(from);
        if (from < SWITCHING) expect(to).to.be.at.most(SWITCHING);
      }),
    );
  });

  it('is switched only at full size, and live only confirmed', () => {
    fc.assert(
      fc.property(anyView(), (fields) => {
        const view = sampleView(fields);
        const { move } = blueGreen(view);
        if (move.kind !== 'enter') return;
        if (move.phase === 'switching') {
          expect(view.twins.every(({ serving, wanted }) => serving >= wanted)).to.equal(true);
        }
        if (move.phase === 'promoted') {
          expect(view.isConfirmed).to.equal(true);
          expect(view.twins.every(({ serving, wanted }) => serving > 0 || wanted === 0)).to.equal(
            true,
          );
        }
      }),
    );
  });
});

const SWITCHING = ROLLOUT_PHASES.indexOf('switching');

function anyView(): fc.Arbitrary<ViewFields> {
  const twin = fc
    .record({ serving: fc.nat(6), wanted: fc.nat(5), open: fc.boolean() })
    .map(({ serving, wanted, open }) => sampleTwin(serving, wanted, open));
  return fc.record({
    phase: fc.constantFrom(...ROLLOUT_PHASES.slice(0, -1)),
    after: fc.nat(5_000),
    twins: fc.array(twin, { minLength: 1, maxLength: 3 }),
    levelsAreUp: fc.boolean(),
    unattended: fc.boolean(),
    isConfirmed: fc.boolean(),
    hasRoom: fc.boolean().map((has) => () => has),
    left: fc.nat(3).map((count) => () => count),
    hooks: fc.constantFrom<HookState>('done', 'waiting', 'failed').map((state) => () => state),
    rollout: fc.constantFrom({}, AUTOMATIC, PREVIEW_OF_ONE, NO_HOLD, STOP_HOOKS),
    progress: fc.constantFrom({}, { promoteAsked: true as const }),
  });
}
