import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import type { Rollout } from '../src/core/app/index.js';
import { sampleRollout } from '../src/core/app/sample-rollout.js';
import type { Deployment, TaskCounts } from '../src/core/deployment/index.js';
import { trafficNote } from '../src/core/reconcile/index.js';
import type { Instance } from '../src/core/instance/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

const WEB = '/shop/web';
const ABORT_ON = { windowSeconds: 60, minRequests: 100, errorPercentOverOld: 5 };

/** Of what comes to a version within a second: requests, how many fail, and how long each takes. */
interface Load {
  readonly requests: number;
  readonly errors?: number;
  readonly ms?: number;
}

/** `/shop/web` under a rollout, and a router that counts. */
class Stage {
  readonly world = new RolloutWorld({ settings: { hasRouter: true } });
  private readonly counters = new Map<string, TaskCounts>();
  private readonly id: string;

  constructor(rollout: Partial<Rollout>) {
    const web = { instances: 4, cmd: 'v1', portDefinitions: [{ port: 10_000, name: 'http' }] };
    accepted(this.world.create(WEB, sleeper(WEB, web)));
    this.world.setRollout('/shop', rollout);
    this.confirm();
    this.id = accepted(this.world.update(WEB, { cmd: 'v2' })).deploymentId;
    this.confirm();
  }

  get deployment(): Deployment {
    return this.world.deploymentOf(this.id);
  }

  /** The deployment that takes it back, if one does. */
  get undo(): Deployment | undefined {
    const { undoneBy } = this.deployment;
    return undoneBy === undefined ? undefined : this.world.deploymentOf(undoneBy);
  }

  get phase(): string | undefined {
    return this.deployment.rollouts?.[0]?.phase;
  }

  get thought(): string {
    const note = trafficNote(this.world.view, this.deployment, {
      index: 0,
      now: this.world.clock.now(),
    });
    const { judgement } = note ?? {};
    if (judgement === undefined) return 'nothing';
    const why = judgement.kind === 'unjudged' ? judgement.because : '';
    return [judgement.kind, why].join(' ').trim();
  }

  confirm(): this {
    const { epoch } = this.world.state;
    for (let round = 0; round < 5; round += 1) {
      const { turn: generation } = this.world.view;
      this.world.hear({ kind: 'routesConfirmed', epoch, generation, draining: [] });
    }
    return this;
  }

  tend(order: 'promote' | 'resume' | 'undo'): this {
    this.world.send({ kind: 'tendDeployment', id: this.id, order });
    return this.confirm();
  }

  /** For so many seconds, each with a look at the counters at its end. */
  load(forSeconds: number, old: Load, next: Load): this {
    for (let second = 0; second < forSeconds; second += 1) {
      this.world.advance(seconds(1));
      this.count(this.of('v1'), old);
      this.count(this.of('v2'), next);
      this.world.hear({ kind: 'trafficSeen', tasks: [...this.counters.values()] });
      this.confirm();
    }
    return this;
  }

  /** The router has died and begins to count anew. */
  restartRouter(): this {
    this.counters.clear();
    return this;
  }

  miss(missing: string): this {
    this.world.hear({ kind: 'trafficSeen', tasks: [], missing });
    return this;
  }

  running(): string {
    const all = [...this.world.instances(WEB), ...this.world.beside(WEB)].filter(
      ({ condition, goal }) => condition === 'Running' && goal === 'Running',
    );
    const live = all.filter(({ generation }) => generation === undefined);
    return `${all.length} run, live: ${[...new Set(live.map((one) => this.version(one)))].join()}`;
  }

  events(type: string): readonly object[] {
    return this.world.events.filter((one) => one.type === type);
  }

  private of(version: string): readonly Instance[] {
    return [...this.world.instances(WEB), ...this.world.beside(WEB)].filter(
      (one) => this.version(one) === version,
    );
  }

  private version(one: Instance): string | undefined {
    return this.world.state.rows.appVersions.get(`${one.appId}@${one.appVersion}`)?.cmd;
  }

  private count(instances: readonly Instance[], { requests, errors = 0, ms = 5 }: Load): void {
    const [task] = instances.flatMap((one) => one.task ?? []);
    if (task === undefined) return;
    const before = this.counters.get(task.id) ?? { requests: 0, errors: 0, seconds: 0 };
    this.counters.set(task.id, {
      taskId: task.id,
      requests: before.requests + requests,
      errors: before.errors + errors,
      seconds: before.seconds + (requests * ms) / 1_000,
    });
  }
}

const CANARY: Partial<Rollout> = {
  strategy: 'canary',
  abortOn: ABORT_ON,
  canary: {
    steps: [
      { weight: 25, pauseSeconds: 600 },
      { weight: 50, gate: 'manual' },
    ],
  },
};
const BLUE_GREEN: Partial<Rollout> = {
  strategy: 'blueGreen',
  abortOn: ABORT_ON,
  blueGreen: { ...sampleRollout().blueGreen, holdSeconds: 600 },
};
const WELL: Load = { requests: 90 };
const BAD: Load = { requests: 30, errors: 10 };
const REASON =
  /^\/shop: 33\.3 % of the new version's requests failed and 0 % of the old one's, over 5 points more \(\d+ requests in 60 s\)$/;

describe('a new version that answers badly', () => {
  it('pauses the canary and says why', () => {
    const stage = new Stage(CANARY).load(10, WELL, BAD);
    const { status, paused } = stage.deployment;
    expect(status).to.equal('running');
    expect(paused?.reason).to.match(REASON);
    expect(stage.events('deployment_paused')).to.deep.equal([
      { type: 'deployment_paused', id: stage.deployment.id, reason: paused?.reason },
    ]);
    expect(stage.phase).to.equal('starting');
    expect(stage.running()).to.equal('5 run, live: v1');
  });

  it('takes the canary back under rollback, without an operator', () => {
    const stage = new Stage({ ...CANARY, onFailure: 'rollback' }).load(10, WELL, BAD);
    const { status, reason = '' } = stage.deployment;
    expect(status).to.equal('failed');
    expect(reason).to.match(/^taken back: /);
    expect(reason.slice('taken back: '.length)).to.match(REASON);
    expect(stage.events('deployment_rolling_back')).to.have.length(1);
    expect(stage.undo?.status).to.equal('succeeded');
    expect(stage.running()).to.equal('4 run, live: v1');
  });

  it('is not judged before it has had enough requests', () => {
    const stage = new Stage(CANARY).load(4, WELL, BAD);
    expect(stage.deployment.paused).to.equal(undefined);
    expect(stage.thought).to.equal('unjudged the new version had 90 of 100 requests within 60 s');
    stage.load(1, WELL, BAD);
    expect(stage.deployment.paused?.reason).to.match(REASON);
  });

  it('is not judged by what comes too slowly for the window', () => {
    const stage = new Stage(CANARY).load(200, WELL, { requests: 1, errors: 1 });
    expect(stage.deployment.paused).to.equal(undefined);
    expect(stage.thought).to.match(/^unjudged the new version had \d\d of 100 requests/);
  });

  it('is left alone where the old version does as badly', () => {
    const stage = new Stage(CANARY).load(20, { requests: 90, errors: 30 }, BAD);
    expect(stage.deployment.paused).to.equal(undefined);
    expect(stage.thought).to.equal('good');
  });

  it('is judged by its times where that is asked for', () => {
    const abortOn = { ...ABORT_ON, latencyTimesOld: 2 };
    const stage = new Stage({ ...CANARY, abortOn }).load(10, WELL, { requests: 30, ms: 40 });
    expect(stage.deployment.paused?.reason).to.include(
      'the new version took 40 ms on average to answer and the old one 5 ms, over 2 times as long',
    );
  });

  it('is judged at a gate as well, and while it grows to its full size', () => {
    const stage = new Stage(CANARY).load(2, WELL, WELL).tend('promote').load(10, WELL, BAD);
    expect(stage.deployment.paused?.reason).to.match(/failed and 0 % of the old one's/);
  });

  it('is judged by what its router counts from now on when that begins anew', () => {
    const stage = new Stage(CANARY).load(20, WELL, { requests: 30 });
    stage.restartRouter().load(10, WELL, { requests: 30 });
    expect(stage.thought).to.equal('good');
    expect(stage.deployment.paused).to.equal(undefined);
    stage.restartRouter().load(60, WELL, BAD);
    expect(stage.deployment.paused?.reason).to.match(/% of the new version's requests failed/);
  });

  it('is not judged while there are no figures, and says so', () => {
    const stage = new Stage(CANARY).load(3, WELL, BAD).miss('the router does not count');
    expect(stage.thought).to.equal('unjudged the router does not count');
    stage.load(5, WELL, BAD);
    expect(stage.deployment.paused?.reason).to.match(REASON);
  });

  it('goes on when an operator resumes it, and is judged anew', () => {
    const stage = new Stage(CANARY).load(10, WELL, BAD).tend('resume');
    expect(stage.deployment.paused).to.equal(undefined);
    stage.load(4, WELL, BAD);
    expect(stage.deployment.paused).to.equal(undefined);
    stage.load(4, WELL, BAD);
    expect(stage.deployment.paused?.reason).to.match(REASON);
  });

  it('is not judged after a change of leaders by what was counted before', () => {
    const stage = new Stage(CANARY).load(3, WELL, BAD);
    stage.world.newTerm();
    stage.load(2, WELL, BAD);
    expect(stage.deployment.paused).to.equal(undefined);
    stage.load(10, WELL, BAD);
    expect(stage.deployment.paused?.reason).to.match(REASON);
  });

  it('is not judged where its rollout was written before there were bounds', () => {
    const { abortOn: _none, ...older } = sampleRollout(CANARY);
    const stage = new Stage(CANARY);
    const bare = new Stage({ ...older, abortOn: undefined as never });
    expect([stage, bare].map((one) => one.load(10, WELL, BAD).thought)).to.deep.equal([
      'nothing',
      'nothing',
    ]);
    expect([stage, bare].map((one) => one.deployment.paused !== undefined)).to.deep.equal([
      true,
      false,
    ]);
  });
});

describe('a new version that answers badly once it is promoted', () => {
  it('is not judged by previews before that', () => {
    const stage = new Stage(BLUE_GREEN).load(20, WELL, { requests: 30, errors: 30 });
    expect(stage.phase).to.equal('awaitingPromotion');
    expect(stage.thought).to.equal('unjudged it is given nothing yet');
  });

  it('is taken back at once under rollback, compared with what the old one did before', () => {
    const stage = new Stage({ ...BLUE_GREEN, onFailure: 'rollback' })
      .load(20, WELL, { requests: 30, errors: 30 })
      .tend('promote');
    expect([stage.phase, stage.running()]).to.deep.equal(['holding', '8 run, live: v2']);
    stage.load(20, { requests: 0 }, BAD);
    expect(stage.running()).to.equal('4 run, live: v1');
    const { status, reason = '' } = stage.deployment;
    expect(status).to.equal('succeeded');
    expect(reason.slice('taken back: '.length)).to.match(REASON);
    expect(stage.undo?.status).to.equal('succeeded');
    expect(stage.undo?.undoes).to.equal(stage.deployment.id);
    expect(stage.events('deployment_rolling_back')).to.have.length(1);
  });

  it('is named once under pause, and stays: whoever decides has until the hold is over', () => {
    const stage = new Stage(BLUE_GREEN).load(5, WELL, WELL).tend('promote');
    stage.load(30, { requests: 0 }, BAD);
    expect([stage.phase, stage.running()]).to.deep.equal(['holding', '8 run, live: v2']);
    expect(stage.deployment.reason).to.match(REASON);
    expect(stage.events('deployment_rollout_condemned')).to.deep.equal([
      {
        type: 'deployment_rollout_condemned',
        id: stage.deployment.id,
        scope: '/shop',
        reason: stage.deployment.reason,
      },
    ]);
    stage.tend('undo');
    expect(stage.running()).to.equal('4 run, live: v1');
  });

  it('is not compared with an old version of which too little is known', () => {
    const stage = new Stage({ ...BLUE_GREEN, onFailure: 'rollback' }).tend('promote');
    stage.load(30, { requests: 0 }, BAD);
    expect([stage.phase, stage.running()]).to.deep.equal(['holding', '8 run, live: v2']);
    expect(stage.thought).to.equal('good');
  });

  it('is taken back by a bound of its own although nothing can be compared', () => {
    const abortOn = { ...ABORT_ON, errorPercent: 20 };
    const stage = new Stage({ ...BLUE_GREEN, abortOn, onFailure: 'rollback' }).tend('promote');
    stage.load(30, { requests: 0 }, BAD);
    expect(stage.running()).to.equal('4 run, live: v1');
  });

  it('is not judged any more when it is what is gone back to', () => {
    const stage = new Stage({ ...BLUE_GREEN, onFailure: 'rollback' }).load(5, WELL, WELL);
    stage.tend('promote').tend('undo').load(30, BAD, { requests: 0 });
    expect(stage.undo?.status).to.equal('succeeded');
    expect(stage.running()).to.equal('4 run, live: v1');
    expect(stage.world.state.rows.deployments.size).to.equal(3);
    expect(stage.world.state.memory.traffic.size).to.equal(0);
  });
});
