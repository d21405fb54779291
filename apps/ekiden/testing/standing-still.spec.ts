import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import type { Hook, PathId } from '../src/core/app/index.js';
import { waitingOn } from '../src/core/reconcile/index.js';
import { DEFAULT_SETTINGS } from '../src/core/turn/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';
import { changeCommand } from './small-world.js';

const WEB = '/shop/web';

function call(at: Hook['at']): Hook {
  const http = { url: 'http://127.0.0.1:1/', expect: 200 };
  return { at, http, timeoutSeconds: 600, onFailure: 'abort' };
}

function waitsOf(world: RolloutWorld, id: string): readonly string[] {
  const now = world.clock.now();
  return waitingOn(world.view, world.deploymentOf(id), DEFAULT_SETTINGS, now).map(
    ({ kind, message }) => `${kind}: ${message}`,
  );
}

describe('a deployment that stands still', () => {
  it('is not looked at without end while a hook runs before its generation starts', () => {
    const world = new RolloutWorld({ agents: ['cpus:1;mem:4096;ports:[31000-32000]'] });
    world.create(WEB, sleeper(WEB, { cpus: 0.5 }));
    world.create('/other', sleeper('/other', { cpus: 0.5 }));
    world.setRollout('/shop', { strategy: 'blueGreen', hooks: [call('beforeStart')] });
    const { deploymentId: id } = accepted(world.update(WEB, { cmd: 'sleep 200' }));
    expect(waitsOf(world, id)).to.have.length(1);
    expect(waitsOf(world, id)[0]).to.match(/^capacity: .*0 of 1 fit/);
    world.update('/other', { instances: 0 });
    world.advance(seconds(20));
    expect(waitsOf(world, id)).to.deep.equal([`hook: ${WEB}: hook beforeStart is being called`]);
    const next = world.state.memory.wakes.next();
    expect(next === undefined || next > world.clock.now()).to.equal(true);
  });

  it('says that what is left of another generation is being stopped', () => {
    const world = new RolloutWorld();
    world.create(WEB, sleeper(WEB));
    world.setRollout('/shop', { strategy: 'blueGreen' });
    const { deploymentId: id } = accepted(world.update(WEB, { cmd: 'sleep 200' }));
    world.behaviour = () => ({ immortal: true });
    const reply = world.send({ kind: 'tendDeployment', id, order: 'abort' });
    expect(waitsOf(world, accepted(reply).deploymentId)).to.deep.equal([
      `stop: ${WEB}: 1 instance is being stopped`,
    ]);
  });

  it('does not wait for a new app that is to start with the second generation of others', () => {
    const world = new RolloutWorld();
    const api = sleeper('/shop/api');
    world.create('/shop/api', api);
    world.setRollout('/shop', { strategy: 'blueGreen' });
    const reply = world.change({
      kind: 'upsertApps',
      entries: [
        { id: '/shop/api' as PathId, app: { cmd: 'sleep 200' } },
        { id: '/shop/new' as PathId, app: sleeper('/shop/new', { dependencies: ['/shop/api'] }) },
      ],
      partial: true,
      mustExist: false,
    });
    const { deploymentId: id } = accepted(reply);
    expect(world.deploymentOf(id).rollouts?.[0]?.phase).to.equal('awaitingPromotion');
    world.send({ kind: 'tendDeployment', id, order: 'promote' });
    expect(world.deploymentOf(id).status).to.equal('succeeded');
    expect(world.conditions('/shop/new')).to.deep.equal({ Running: 1 });
  });
});

describe('what is said of the rollout of a group', () => {
  it('is heard of by its apps at once, also those that do not change', () => {
    const world = new RolloutWorld();
    world.create(WEB, sleeper(WEB, { instances: 2 }));
    world.putGroup('/shop', { rollout: { strategy: 'serial' } });
    expect(world.instances(WEB).map(({ slot }) => slot)).to.have.members([0, 1]);
  });

  it('holds again when a deployment that went another way has ended', () => {
    const world = new RolloutWorld();
    world.create(WEB, sleeper(WEB, { instances: 2, rollout: { strategy: 'serial' } }));
    const entries = [{ id: WEB as PathId, app: { cmd: 'sleep 200' } }];
    const change = { kind: 'upsertApps', entries, partial: true, mustExist: false } as const;
    world.send({ ...changeCommand(change), strategy: 'rolling' } as never);
    expect(world.instances(WEB).map(({ slot }) => slot)).to.have.members([0, 1]);
  });
});
