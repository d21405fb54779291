import { seconds, type Millis } from '@ekiden/kernel';
import { expect } from 'chai';
import type { Rollout } from '../src/core/app/index.js';
import { sampleRollout } from '../src/core/app/sample-rollout.js';
import type { RolloutPhase } from '../src/core/deployment/index.js';
import type { DeploymentOrder, Reply } from '../src/core/turn/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';
import type { SmallWorldOptions } from './small-world.js';

/** `/t/web` runs in its first version; what follows is rolled out blue/green. */
export class BlueGreenWorld extends RolloutWorld {
  constructor(
    rollout: Partial<Rollout['blueGreen']> = {},
    { instances = 3, ...options }: SmallWorldOptions & { readonly instances?: number } = {},
  ) {
    super(options);
    const { blueGreen } = sampleRollout();
    accepted(this.create('/t/web', sleeper('/t/web', { instances })));
    this.setRollout('/t', { strategy: 'blueGreen', blueGreen: { ...blueGreen, ...rollout } });
  }

  upgrade(cmd = 'sleep 200', force = false): string {
    return accepted(this.update('/t/web', { cmd }, force)).deploymentId;
  }

  tend(id: string, order: DeploymentOrder): Reply {
    return this.send({ kind: 'tendDeployment', id, order });
  }

  phase(id: string): RolloutPhase | undefined {
    return this.deploymentOf(id).rollouts?.[0]?.phase;
  }

  /** `3 sleep 100 live, 3 sleep 200 preview`: what runs of the app, by command and generation. */
  stands(app = '/t/web'): string {
    const counts = new Map<string, number>();
    for (const one of [...this.instances(app), ...this.beside(app)]) {
      if (one.condition !== 'Running' || one.goal !== 'Running') continue;
      const key = `${this.commandOf(one)} ${one.generation ?? 'live'}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts]
      .map(([key, count]) => `${count} ${key}`)
      .sort()
      .join(', ');
  }

  private commandOf(one: { readonly appId: string; readonly appVersion: Millis }): string {
    const key = `${one.appId}@${one.appVersion}` as never;
    return this.state.rows.appVersions.get(key)?.cmd ?? '?';
  }
}

describe('blue/green', () => {
  it('brings the new version up beside the old one, and waits for promotion', () => {
    const world = new BlueGreenWorld();
    const id = world.upgrade();
    expect(world.phase(id)).to.equal('awaitingPromotion');
    expect(world.stands()).to.equal('3 sleep 100 live, 3 sleep 200 preview');
    expect(world.deploymentOf(id).status).to.equal('running');
  });

  it('starts the preview only, and the rest before the switch', () => {
    const world = new BlueGreenWorld({ previewInstances: 1 });
    const id = world.upgrade();
    expect(world.stands()).to.equal('1 sleep 200 preview, 3 sleep 100 live');
    world.tend(id, 'promote');
    expect(world.stands()).to.equal('3 sleep 100 warm, 3 sleep 200 live');
    expect(world.phase(id)).to.equal('holding');
    expect(world.deploymentOf(id).status).to.equal('succeeded');
  });

  it('lets the old version go when the hold is over', () => {
    const world = new BlueGreenWorld();
    const id = world.upgrade();
    world.tend(id, 'promote');
    world.advance(seconds(299));
    expect(world.stands()).to.equal('3 sleep 100 warm, 3 sleep 200 live');
    world.advance(seconds(1));
    expect(world.stands()).to.equal('3 sleep 200 live');
    expect(world.phase(id)).to.equal('over');
    expect(world.beside('/t/web')).to.deep.equal([]);
  });

  it('goes back when nobody promotes in time', () => {
    const world = new BlueGreenWorld({ promotionDeadlineSeconds: 60 });
    const id = world.upgrade();
    world.advance(seconds(61));
    expect(world.deploymentOf(id).status).to.equal('cancelled');
    expect(world.deploymentOf(id).reason).to.equal('nobody has promoted it within 60 seconds');
    expect(world.stands()).to.equal('3 sleep 100 live');
    expect(world.beside('/t/web')).to.deep.equal([]);
    expect(world.state.rows.deployments.by('status', 'running')).to.deep.equal([]);
    expect(world.state.rows.apps.get('/t/web' as never)?.cmd).to.equal('sleep 100');
  });

  it('is undone during the hold without starting anything', () => {
    const world = new BlueGreenWorld();
    const id = world.upgrade();
    world.tend(id, 'promote');
    const launched = world.done.length;
    const undone = accepted(world.tend(id, 'undo')).deploymentId;
    expect(world.stands()).to.equal('3 sleep 100 live');
    expect(world.deploymentOf(undone).status).to.equal('succeeded');
    expect(world.done.slice(launched).filter((line) => line.startsWith('launch'))).to.deep.equal(
      [],
    );
  });
});
