import { seconds, type Millis, type TaskId } from '@ekiden/kernel';
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

  upgradeRefused(cmd: string): Reply {
    return this.update('/t/web', { cmd });
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

  it('is committed without an event before it is live, and the commit counts as what is known', () => {
    const world = new BlueGreenWorld({ promotion: 'manual' });
    world.upgrade();
    world.advance(seconds(10));
    const [preview] = world.beside('/t/web');
    const events = world.events.length;
    world.report(preview?.task?.id ?? ('' as TaskId), 'TASK_FAILED');
    world.settle();
    expect(world.events).to.have.length(events);
    expect(world.state.lastCommitAt).to.equal(world.clock.now());
  });

  it('BG-04: stays at 8 old and 2 new until it is promoted', () => {
    const world = new BlueGreenWorld({ previewInstances: 2 }, { instances: 8 });
    const id = world.upgrade();
    world.advance(seconds(3_000));
    expect(world.stands()).to.equal('2 sleep 200 preview, 8 sleep 100 live');
    world.tend(id, 'promote');
    expect(world.stands()).to.equal('8 sleep 100 warm, 8 sleep 200 live');
  });

  it('BG-06: a new version that never comes up leaves the old one as it was', () => {
    const world = new BlueGreenWorld();
    const before = world.instances('/t/web').map(({ id }) => id);
    world.behaviour = () => ({ stuck: true });
    const id = world.upgrade();
    world.advance(seconds(100));
    expect(world.stands()).to.equal('3 sleep 100 live');
    expect(world.deploymentOf(id).status).to.equal('running');
    accepted(world.tend(id, 'abort'));
    expect(world.instances('/t/web').map((one) => one.id)).to.deep.equal(before);
    expect(world.beside('/t/web')).to.deep.equal([]);
    expect(world.state.rows.deployments.by('status', 'running')).to.deep.equal([]);
  });

  it('BG-09: goes on in the next term from where it was', () => {
    const world = new BlueGreenWorld({ previewInstances: 1 });
    const id = world.upgrade();
    world.newTerm();
    expect(world.phase(id)).to.equal('awaitingPromotion');
    expect(world.stands()).to.equal('1 sleep 200 preview, 3 sleep 100 live');
    world.tend(id, 'promote');
    world.newTerm();
    expect(world.stands()).to.equal('3 sleep 100 warm, 3 sleep 200 live');
    world.advance(seconds(301));
    expect(world.stands()).to.equal('3 sleep 200 live');
  });

  it('starts nothing until everything has room, and says what is missing', () => {
    const agents = [
      'cpus:1.75;mem:4096;ports:[31000-32000]',
      'cpus:1.75;mem:4096;ports:[31000-32000]',
    ];
    const world = new BlueGreenWorld({}, { agents, instances: 2 });
    accepted(world.update('/t/web', { cpus: 0.5 }));
    const [first] = world.state.rows.deployments.by('rollout', 'yes');
    accepted(world.tend(first?.id ?? '', 'abort'));
    const id = accepted(
      world.update('/t/web', { cpus: 1, instances: 3, cmd: 'sleep 200' }),
    ).deploymentId;
    expect(world.phase(id)).to.equal('reserving');
    expect(world.beside('/t/web')).to.deep.equal([]);
    expect(world.deploymentOf(id).rollouts?.[0]?.missing).to.match(
      /^2 of 3 fit; short \d.\d+ cpus on 1 agent$/,
    );
  });

  it('waits for what a quota refuses, starts nothing meanwhile, and goes on once it may', () => {
    const world = new BlueGreenWorld({}, { instances: 3 });
    world.send({
      kind: 'setRole',
      role: '*',
      change: { quota: { limits: { mem: 5 } } },
      force: true,
    });
    const id = world.upgrade();
    expect(world.phase(id)).to.equal('reserving');
    expect(world.beside('/t/web')).to.deep.equal([]);
    expect(world.deploymentOf(id).rollouts?.[0]?.missing).to.equal(
      '2 of 3 fit; role * has used 5 mem of its limit of 5 mem',
    );
    world.send({
      kind: 'setRole',
      role: '*',
      change: { quota: { limits: { mem: 6 } } },
      force: true,
    });
    world.advance(seconds(10));
    expect(world.phase(id)).to.equal('awaitingPromotion');
  });

  it('keeps from a second generation what others are promised', () => {
    const agents = ['cpus:8;mem:4096;ports:[31000-32000]'];
    const world = new BlueGreenWorld({}, { agents, instances: 3 });
    const quota = { guarantees: { cpus: 6 } };
    world.send({ kind: 'setRole', role: 'others', change: { quota }, force: true });
    const id = accepted(world.update('/t/web', { cpus: 1, cmd: 'sleep 200' })).deploymentId;
    expect(world.phase(id)).to.equal('reserving');
    expect(world.deploymentOf(id).rollouts?.[0]?.missing).to.match(
      /^1 of 3 fit; 6 cpus are kept for guarantees of others, and only 6.97 cpus are free$/,
    );
  });

  it('keeps the room of what has not started yet from others', () => {
    const agents = ['cpus:4;mem:4096;ports:[31000-32000]'];
    const world = new BlueGreenWorld({ previewInstances: 1 }, { agents, instances: 3 });
    const id = accepted(world.update('/t/web', { cpus: 1, cmd: 'sleep 200' })).deploymentId;
    expect(world.phase(id)).to.equal('awaitingPromotion');
    accepted(world.create('/greedy', sleeper('/greedy', { cpus: 1, instances: 3 })));
    expect(world.conditions('/greedy')).to.deep.equal({ Scheduled: 3 });
    world.tend(id, 'promote');
    expect(world.stands()).to.equal('3 sleep 100 warm, 3 sleep 200 live');
  });

  it('scales both generations while it waits for promotion', () => {
    const world = new BlueGreenWorld();
    const id = world.upgrade();
    const scaled = accepted(world.update('/t/web', { instances: 5 })).deploymentId;
    expect(world.deploymentOf(scaled).status).to.equal('succeeded');
    expect(world.stands()).to.equal('5 sleep 100 live, 5 sleep 200 preview');
    accepted(world.update('/t/web', { instances: 2 }));
    expect(world.stands()).to.equal('2 sleep 100 live, 2 sleep 200 preview');
    accepted(world.tend(id, 'abort'));
    expect(world.stands()).to.equal('2 sleep 100 live');
  });

  it('kills the very tasks somebody asked for with scale while it waits, and says so', () => {
    const world = new BlueGreenWorld();
    world.upgrade();
    const [, victim] = world.instances('/t/web');
    const ids = victim?.task === undefined ? [] : [victim.task.id];
    const told = world.events.length;
    const tasks = { by: 'ids', ids } as const;
    accepted(world.send({ kind: 'killTasks', tasks, scale: true, wipe: false, force: false }));
    expect(world.stands()).to.equal('2 sleep 100 live, 2 sleep 200 preview');
    expect(world.instances('/t/web').map(({ id }) => id)).to.not.include(victim?.id);
    const reasons = JSON.stringify(world.events.slice(told)).match(/Killed because [^"(]+/g);
    expect([...new Set(reasons)]).to.deep.equal(['Killed because somebody asked for it']);
  });

  it('DEP-17: is waited for no longer once it is scaled up from none', () => {
    const world = new BlueGreenWorld();
    world.upgrade();
    accepted(world.update('/t/web', { instances: 0 }));
    accepted(world.create('/front', sleeper('/front', { dependencies: ['/t/web'] })));
    expect(world.conditions('/front')).to.deep.equal({});
    accepted(world.update('/t/web', { instances: 1 }));
    expect(world.conditions('/front')).to.deep.equal({ Running: 1 });
  });

  it('keeps nobody waiting in later steps who does not depend on it', () => {
    const world = new BlueGreenWorld();
    const rollout = { strategy: 'blueGreen', blueGreen: { promotion: 'manual' } } as const;
    const put = (cmd: string, ...more: object[]): Reply => {
      const web = sleeper('web', { cmd, rollout });
      const front = sleeper('front', { cmd, dependencies: ['base'] });
      return world.putGroup('/g', { apps: [web, sleeper('base'), front, ...more] });
    };
    accepted(put('sleep 100', sleeper('gone')));
    world.behaviour = (app) => ({ stuck: app === '/g/web' });
    accepted(put('sleep 200'));
    expect(world.stands('/g/web')).to.equal('1 sleep 100 live');
    expect(world.stands('/g/front')).to.equal('1 sleep 200 live');
  });

  it('makes way for a forced change: what was not promoted retires', () => {
    const world = new BlueGreenWorld();
    world.upgrade();
    const next = world.upgrade('sleep 300', true);
    expect(world.stands()).to.equal('3 sleep 100 live, 3 sleep 300 preview');
    expect(world.upgradeRefused('sleep 400').kind).to.equal('locked');
    world.tend(next, 'promote');
    expect(world.stands()).to.equal('3 sleep 100 warm, 3 sleep 300 live');
  });

  it('retires what it holds before the next change begins', () => {
    const world = new BlueGreenWorld();
    world.tend(world.upgrade(), 'promote');
    world.upgrade('sleep 300');
    expect(world.stands()).to.equal('3 sleep 200 live, 3 sleep 300 preview');
  });

  it('ends where it stands when it is deleted by force: the target stays', () => {
    const world = new BlueGreenWorld();
    const id = world.upgrade();
    world.send({ kind: 'cancelDeployment', id, force: true });
    world.advance(seconds(10));
    expect(world.stands()).to.equal('3 sleep 200 live');
    expect(world.beside('/t/web')).to.deep.equal([]);
  });

  it('takes every verb twice, at every phase', () => {
    const world = new BlueGreenWorld({ promotionDeadlineSeconds: 60 });
    const id = world.upgrade();
    for (const order of ['pause', 'pause', 'promote', 'promote'] as const) {
      expect(world.tend(id, order).kind).to.equal('done');
    }
    world.advance(seconds(500));
    expect(world.stands()).to.equal('3 sleep 100 live, 3 sleep 200 preview');
    world.tend(id, 'resume');
    world.tend(id, 'resume');
    expect(world.stands()).to.equal('3 sleep 100 warm, 3 sleep 200 live');
    expect(world.tend(id, 'promote').kind).to.equal('done');
    accepted(world.tend(id, 'undo'));
    accepted(world.tend(id, 'undo'));
    expect(world.stands()).to.equal('3 sleep 100 live');
  });

  it('restarts what crashes while it is held, and tells clients of one generation only', () => {
    const world = new BlueGreenWorld();
    world.tend(world.upgrade(), 'promote');
    const [warm] = world.beside('/t/web');
    const told = world.events.length;
    if (warm?.task !== undefined) world.report(warm.task.id, 'TASK_FAILED');
    world.settle();
    world.advance(seconds(20));
    expect(world.stands()).to.equal('3 sleep 100 warm, 3 sleep 200 live');
    expect(world.events.slice(told).map(({ type }) => type)).to.not.include('status_update_event');
  });
});

describe('canary', () => {
  it('climbs by its steps: instances first, then a pause or a gate', () => {
    const world = new BlueGreenWorld({ holdSeconds: 0 }, { instances: 10 });
    const { blueGreen } = sampleRollout();
    const steps = [
      { weight: 10, pauseSeconds: 60 },
      { weight: 45, gate: 'manual' as const },
    ];
    world.setRollout('/t', {
      strategy: 'canary',
      canary: { steps },
      blueGreen: { ...blueGreen, holdSeconds: 0 },
    });
    const id = world.upgrade();
    expect(world.stands()).to.equal('1 sleep 200 preview, 10 sleep 100 live');
    world.advance(seconds(59));
    expect(world.stands()).to.equal('1 sleep 200 preview, 10 sleep 100 live');
    world.advance(seconds(1));
    expect(world.stands()).to.equal('10 sleep 100 live, 5 sleep 200 preview');
    world.advance(seconds(600));
    expect(world.stands()).to.equal('10 sleep 100 live, 5 sleep 200 preview');
    world.tend(id, 'promote');
    expect(world.stands()).to.equal('10 sleep 200 live');
    expect(world.deploymentOf(id).status).to.equal('succeeded');
  });

  it('gives a gate its whole time anew when a pause that came by itself is resumed', () => {
    const world = new BlueGreenWorld({}, { instances: 10 });
    const { blueGreen } = sampleRollout();
    world.setRollout('/t', {
      strategy: 'canary',
      canary: { steps: [{ weight: 50, gate: 'manual' as const }] },
      blueGreen: { ...blueGreen, promotionDeadlineSeconds: 60 },
    });
    const id = world.upgrade();
    world.advance(seconds(59));
    // The way back is closed: nobody opened the gate, and it cannot be taken back.
    const row = world.deploymentOf(id);
    const paused = { since: world.clock.now(), reason: 'nobody has opened the gate' };
    world.state.rows.deployments.put(id, { ...row, paused });
    world.advance(seconds(600));
    world.tend(id, 'resume');
    world.advance(seconds(59));
    expect(world.deploymentOf(id).paused).to.equal(undefined);
    expect(world.deploymentOf(id).status).to.equal('running');
    world.tend(id, 'promote');
    expect(world.deploymentOf(id).status).to.equal('succeeded');
  });
});
