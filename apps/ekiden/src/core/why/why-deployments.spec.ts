import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import { accepted, sleeper } from '../../../testing/group-world.js';
import { RolloutWorld } from '../../../testing/rollout-world.js';
import type { AppWire, Rollout } from '../app/index.js';
import type { Instance } from '../instance/index.js';
import type { DeploymentOrder } from '../turn/index.js';
import { explainWhy } from './explain-why.js';
import type { WhyReport } from './report.js';

const WEB = '/t/web';
const CHECKED: AppWire = { healthChecks: [{ protocol: 'TCP', port: 80, gracePeriodSeconds: 300 }] };
const CALL = {
  at: 'beforeStop',
  http: { url: 'http://127.0.0.1:1/', expect: 200 },
  timeoutSeconds: 60,
  onFailure: 'abort',
} as const;

/** `/t/web` runs and is healthy; its next version goes by the rollout. */
class WhyWorld extends RolloutWorld {
  constructor(rollout?: Partial<Rollout>, app: AppWire = {}) {
    super();
    accepted(this.create(WEB, sleeper(WEB, { instances: 3, ...app })));
    this.judge(true);
    if (rollout !== undefined) this.setRollout('/t', rollout);
  }

  upgrade(app: AppWire = {}): string {
    return accepted(this.update(WEB, { cmd: 'sleep 200', ...app })).deploymentId;
  }

  tend(id: string, order: DeploymentOrder): void {
    accepted(this.send({ kind: 'tendDeployment', id, order }));
  }

  order(id: string, order: DeploymentOrder): void {
    this.send({ kind: 'tendDeployment', id, order });
  }

  judge(ok: boolean, which: (one: Instance) => boolean = () => true): void {
    const at = this.clock.now();
    for (const one of this.instances(WEB).filter(which)) {
      if (one.task === undefined) continue;
      const cause = ok ? {} : { cause: 'connection refused' };
      this.hear({ kind: 'healthResult', taskId: one.task.id, check: 0, at, ok, ...cause });
    }
  }

  why(asked: string = WEB): WhyReport {
    const report = explainWhy({ state: this.view, now: this.clock.now() }, asked);
    if (report === undefined) throw new Error(`nobody knows ${asked}`);
    return report;
  }

  /** The whole answers of the app and of its deployment, without the id of that. */
  told(id: string): readonly string[] {
    return [WEB, id].map((asked) => this.why(asked).summary.replaceAll(id, 'ID'));
  }
}

describe('why: what a deployment waits for', () => {
  it('says that an operator has it wait, or that it cannot go on and for what', () => {
    const world = new WhyWorld({ strategy: 'serial', hooks: [CALL] }, CHECKED);
    const id = world.upgrade();
    world.order(id, 'pause');
    expect(world.told(id)).to.deep.equal([
      '0 of 3 new instances run, and 3 old ones run: deployment ID: it is paused by an operator; resume it to go on, or abort it',
      'step 1 of 1: it is paused by an operator; resume it to go on, or abort it',
    ]);
    world.order(id, 'resume');
    const key = world.deploymentOf(id).hooks?.[0]?.key ?? '';
    const answer = { deployment: id, key, attempt: 1, ok: false, output: '' } as const;
    world.inject({ kind: 'hookResult', ...answer, reason: 'HTTP status 500' });
    expect(world.why().summary).to.include(
      'it is paused as it cannot go on: hook beforeStop of /t/web (slot 2) failed: HTTP status 500',
    );
  });

  it('names the hook that is waited for', () => {
    const world = new WhyWorld({ strategy: 'rolling', hooks: [CALL] });
    const id = world.upgrade();
    expect(world.told(id)).to.deep.equal([
      'all 3 new instances run, and 3 old ones run: deployment ID: hook beforeStop is being called',
      'step 1 of 1: /t/web: hook beforeStop is being called',
    ]);
  });

  it('counts a new version beside the old one, and says who has to promote it', () => {
    const world = new WhyWorld({ strategy: 'blueGreen' });
    const id = world.upgrade();
    const waits = '/t: the new version is there; promote it, or abort the deployment';
    expect(world.told(id)).to.deep.equal([
      `all 3 new instances run, and 3 old ones run: deployment ID: ${waits}`,
      `step 2 of 2: ${waits}`,
    ]);
    expect(world.why(id).causes.map(({ message }) => message)).to.deep.equal([waits]);
    world.order(id, 'promote');
    expect(world.why().summary).to.equal('all 3 instances run');
  });

  it('says what is missing for the whole of a new version', () => {
    const world = new WhyWorld({ strategy: 'blueGreen' });
    const id = world.upgrade({ cpus: 30 });
    expect(world.told(id)[0]).to.match(
      /^0 of 3 new .*: deployment ID: \/t: nothing of the new version starts before all of it has room: 2 of 3 fit; short .* cpus on 1 agent$/,
    );
  });

  it('says what share a canary has, for how long, and what its gate waits for', () => {
    const canary = {
      steps: [
        { weight: 34, pauseSeconds: 60 },
        { weight: 50, gate: 'manual' as const },
      ],
    };
    const world = new WhyWorld({ strategy: 'canary', canary });
    const id = world.upgrade();
    expect(world.told(id)[0]).to.equal(
      '2 of 3 new instances run, and 3 old ones run: deployment ID: /t: 34 % of what comes goes to the new version for 60 s',
    );
    world.advance(seconds(61));
    expect(world.told(id)[1]).to.equal(
      'step 2 of 2: /t: 50 % of what comes goes to the new version; promote it to go on, or abort',
    );
    world.tend(id, 'abort');
    expect(world.why().summary).to.equal('all 3 instances run');
  });

  it('says until when checks that have not passed yet do not count', () => {
    const world = new WhyWorld(undefined, CHECKED);
    const id = world.upgrade();
    expect(world.told(id)[0]).to.match(
      /^3 of 3 new instances run, 0 of them healthy, and 3 old ones run: 3 of 3 new instances have not passed the health check TCP yet; failures do not count until [-\dT:.]+Z \(gracePeriodSeconds\)$/,
    );
    world.advance(seconds(301));
    expect(world.told(id)[0]).to.match(/have not passed the health check TCP yet$/);
  });

  it('tells checks of new and old instances apart', () => {
    const world = new WhyWorld(undefined, CHECKED);
    const before = new Set(world.instanceIds(WEB));
    const strategy = { minimumHealthCapacity: 1, maximumOverCapacity: 0 };
    world.order(world.upgrade({ upgradeStrategy: strategy }), 'pause');
    world.advance(seconds(301));
    world.judge(false, ({ id }) => !before.has(id));
    const [first] = world.instances(WEB).filter(({ id }) => before.has(id));
    world.judge(false, ({ id }) => id === first?.id);
    const messages = world.why().causes.map(({ message }) => message);
    expect(messages).to.include(
      '1 of 1 new instance fails the health check TCP: connection refused',
    );
    expect(messages).to.include('1 of 3 old instances is not healthy and ready either');
  });
});
