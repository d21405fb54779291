import { expect } from 'chai';
import { ManualClock } from '@ekiden/kernel';
import { sleeper } from '../../testing/group-world.js';
import { RolloutWorld } from '../../testing/rollout-world.js';
import { waitingOn } from '../core/reconcile/index.js';
import { DEFAULT_SETTINGS } from '../core/turn/index.js';
import { noTasks, type HookCall } from '../ports/index.js';
import { HookKeeper } from './hook-keeper.js';

const HOOK = {
  at: 'beforeStart',
  http: { url: 'http://checks.example.com/run', expect: 200 },
  timeoutSeconds: 60,
  onFailure: 'abort',
} as const;

/** `/shop/web` that is upgraded, and a hook that is to be called first. */
function calling(): RolloutWorld {
  const world = new RolloutWorld();
  world.create('/shop/web', sleeper('/shop/web', { instances: 1 }));
  world.setRollout('/shop', { hooks: [HOOK] });
  world.update('/shop/web', { cmd: 'sleep 200' });
  return world;
}

describe('hooks of a deployment whose group has another rollout by now', () => {
  it('are called as it was planned', () => {
    const world = calling();
    world.setRollout('/shop', { strategy: 'serial' });
    const calls: HookCall[] = [];
    const keeper = new HookKeeper({
      hookCaller: {
        call: (call) => {
          calls.push(call);
          return new Promise(() => undefined);
        },
      },
      hosts: { tasks: noTasks({ kind: 'unknown', message: 'there is none' }) },
      clock: new ManualClock(),
      log: () => undefined,
      report: () => true,
    });
    const lost = new Promise<never>(() => undefined);
    const resign = (): Promise<void> => Promise.resolve();
    keeper.enter({ epoch: 1, stillHeld: () => true, lost, resign }, world.view);
    keeper.leave();
    expect(calls.map(({ url }) => url)).to.deep.equal([HOOK.http.url]);
  });

  it('are waited for until the time that was planned', () => {
    const world = calling();
    world.setRollout('/shop', { strategy: 'serial' });
    const [deployment] = world.view.deployments.by('status', 'running');
    if (deployment === undefined) throw new Error('nothing is deployed');
    const waits = waitingOn(world.view, deployment, DEFAULT_SETTINGS, world.clock.now());
    const hook = waits.find(({ kind }) => kind === 'hook');
    expect((hook?.until ?? 0) - (hook?.since ?? 0)).to.equal(60_000);
  });
});
