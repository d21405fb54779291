import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import type { Rollout } from '../src/core/app/index.js';
import { sampleRollout } from '../src/core/app/sample-rollout.js';
import type { Deployment } from '../src/core/deployment/index.js';
import { RouteBook } from '../src/core/traffic/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

const WEB = '/shop/web';
const { blueGreen } = sampleRollout();

/** Ten of `/shop/web` behind a router, and a second version on the way. */
class Stage {
  readonly world = new RolloutWorld({ settings: { hasRouter: true } });
  /** Fewest instances that the service port has led to after any turn. */
  fewest = Infinity;
  private readonly book = new RouteBook('127.0.0.1');
  private readonly id: string;

  constructor(rollout: Partial<Rollout>) {
    const portDefinitions = [{ port: 10_000, name: 'http' }];
    accepted(this.world.create(WEB, sleeper(WEB, { instances: 10, portDefinitions })));
    this.world.setRollout('/shop', { strategy: 'blueGreen', ...rollout });
    this.world.onTurn = () => {
      this.count();
    };
    this.id = accepted(this.world.update(WEB, { cmd: 'sleep 200' })).deploymentId;
    this.confirm();
  }

  get deployment(): Deployment {
    return this.world.deploymentOf(this.id);
  }

  get versions(): Record<'live' | 'beside', number> {
    const running = ({ condition, goal }: { condition: string; goal: string }): boolean =>
      condition === 'Running' && goal === 'Running';
    const live = this.world.instances(WEB).filter(running).length;
    return { live, beside: this.world.beside(WEB).filter(running).length };
  }

  promote(): this {
    this.world.send({ kind: 'tendDeployment', id: this.id, order: 'promote' });
    return this.confirm();
  }

  confirm(): this {
    const { epoch } = this.world.state;
    for (let round = 0; round < 10; round += 1) {
      const { turn: generation } = this.world.view;
      this.world.hear({ kind: 'routesConfirmed', epoch, generation, draining: [] });
    }
    return this;
  }

  private count(): void {
    const { view } = this.world;
    this.book.update(
      view,
      [...view.instances.values()].map((one) => [one.id, one] as const),
    );
    const route = this.book.routing().routes.find(({ kind }) => kind === 'service');
    const led = (route?.backends ?? []).filter(({ weight }) => weight > 0).length;
    this.fewest = Math.min(this.fewest, led);
  }
}

describe('blue/green of ten', () => {
  it('BG-01: leads to ten that serve at every moment, through the switch and the end of the hold', () => {
    const stage = new Stage({ blueGreen: { ...blueGreen, previewInstances: 1 } });
    expect(stage.versions).to.deep.equal({ live: 10, beside: 1 });
    stage.promote();
    expect(stage.versions).to.deep.equal({ live: 10, beside: 10 });
    stage.world.advance(seconds(301));
    stage.confirm();
    expect(stage.versions).to.deep.equal({ live: 10, beside: 0 });
    expect([stage.deployment.status, stage.fewest]).to.deep.equal(['succeeded', 10]);
  });

  it('BG-08: stops where a hook before the old version goes has failed, and keeps both', () => {
    const hook = {
      at: 'beforePromote',
      http: { url: 'http://checks.example.com', expect: 200 },
      timeoutSeconds: 60,
      onFailure: 'abort',
    } as const;
    const stage = new Stage({ hooks: [hook] }).promote();
    const [run] = stage.deployment.hooks ?? [];
    if (run === undefined) throw new Error('no hook has begun');
    stage.world.hear({
      kind: 'hookResult',
      deployment: stage.deployment.id,
      key: run.key,
      attempt: run.attempt,
      ok: false,
      reason: 'answered 500',
      output: '',
    });
    stage.world.advance(seconds(5_000));
    expect(stage.deployment.paused?.reason).to.include('hook beforePromote');
    expect(stage.versions).to.deep.equal({ live: 10, beside: 10 });
    expect(stage.fewest).to.equal(10);
  });
});
