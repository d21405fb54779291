import { millis } from '@ekiden/kernel';
import { expect } from 'chai';
import type { Hook, PathId } from '../app/index.js';
import { hooksOf, type HookRun } from './hook-run.js';

const SHOP = '/shop' as PathId;
const API = '/shop/api' as PathId;

const hook: Hook = { at: 'beforeStart', command: ['./do'], timeoutSeconds: 60, onFailure: 'abort' };

function run(more: Partial<HookRun>): HookRun {
  return {
    ...{ key: '/shop#0', scope: SHOP, app: API, at: 'beforeStart', kind: 'command' },
    ...{ state: 'running', attempt: 1, startedAt: millis(0) },
    ...more,
  };
}

const point = { scope: SHOP, hooks: [hook], at: 'beforeStart', app: API } as const;

describe('hooks of a moment', () => {
  it('wait for one that is under way and not written there any more', () => {
    const earlier = run({ key: '/shop#3' });
    expect(hooksOf([earlier], point)).to.deep.equal({ kind: 'waiting', run: earlier });
    const ended = { ...earlier, state: 'failed' } as const;
    expect(hooksOf([ended], point)).to.include({ kind: 'due', key: '/shop#0' });
  });

  it('are not taken for what stood in their place before the rollout was written anew', () => {
    const of = (state: HookRun['state']) => run({ at: 'afterReady', state });
    for (const state of ['failed', 'succeeded', 'again'] as const) {
      const due = { kind: 'due', key: '/shop#0', attempt: 2 };
      expect(hooksOf([of(state)], point)).to.deep.equal({ ...due, hook });
    }
    expect(hooksOf([of('running')], point)).to.deep.equal({ kind: 'waiting', run: of('running') });
  });

  it('do not wait for those of other moments, scopes and slots', () => {
    const others = [
      run({ key: '/shop#3', at: 'beforeStop' }),
      run({ key: '/shop/web#0', scope: '/shop/web' as PathId }),
      run({ key: '/shop#0@/shop/api:1', slot: 1 }),
    ];
    expect(hooksOf(others, point)).to.include({ kind: 'due', key: '/shop#0' });
    expect(hooksOf(others, { ...point, slot: 2 })).to.include({ key: '/shop#0@/shop/api:2' });
  });
});
