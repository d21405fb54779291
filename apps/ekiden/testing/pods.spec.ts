import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import type { PathId } from '../src/core/app/index.js';
import { explainQueue } from '../src/core/matching/index.js';
import type { PodWire } from '../src/core/pod/index.js';
import type { Reply } from '../src/core/turn/index.js';
import { accepted, sleeper, violationsIn } from './group-world.js';
import { PodWorld } from './pod-world.js';

const SAME_ID = 'Applications and Pods may not share the same id';

describe('pods', () => {
  it('without instances are deployed at once', () => {
    const world = new PodWorld();
    expect(world.stepsTaken(world.createPod('/p'))).to.deep.equal(['start /p', 'scale /p']);
    expect(world.running).to.deep.equal([]);
    expect(world.stepsTaken(world.putPod('/p', 0, { labels: { a: 'b' } }))).to.deep.equal([
      'scale /p',
    ]);
    expect(world.stepsTaken(world.deletePod('/p'))).to.deep.equal(['stop /p']);
    expect(
      world.eventTypes('pod_created_event', 'pod_updated_event', 'pod_deleted_event'),
    ).to.deep.equal(['pod_created_event', 'pod_updated_event', 'pod_deleted_event']);
  });

  it('that no host can run wait with a reason, take no offers, and keep no app waiting', () => {
    const world = new PodWorld();
    accepted(world.createPod('/p', 3));
    accepted(world.create('/a', sleeper('/a')));
    expect(world.conditions('/p')).to.deep.equal({ Scheduled: 3 });
    expect(world.conditions('/a')).to.deep.equal({ Running: 1 });
    expect([...world.state.master.state.tasks.values()]).to.have.length(1);
    const [entry] = explainQueue(world.view, world.clock.now());
    expect(entry?.app.id).to.equal('/p');
    expect(entry?.reasons.join()).to.match(/has neither an image nor a command/);
    expect(entry?.agents[0]?.sentences.join()).to.match(/has neither an image nor a command/);
    expect(world.running).to.have.length(1);
  });

  it('are named as pods in plans and events', () => {
    const world = new PodWorld();
    const { deploymentId } = accepted(world.createPod('/p', 1));
    const plan = world.state.rows.deployments.get(deploymentId)?.plan;
    expect(plan?.steps.map(({ actions }) => actions.map(({ kind }) => kind))).to.deep.equal([
      ['StartPod'],
      ['ScalePod'],
    ]);
    const announced = world.events.find(({ type }) => type === 'deployment_info');
    expect(announced).to.have.deep.nested.property('currentStep.actions', [
      { action: 'StartPod', pod: '/p' },
    ]);
  });

  it('lock what they change, and give way to force', () => {
    const world = new PodWorld();
    const { deploymentId } = accepted(world.createPod('/p', 1));
    expect(world.putPod('/p')).to.deep.equal({ kind: 'locked', deployments: [deploymentId] });
    expect(world.deletePod('/p').kind).to.equal('locked');
    accepted(world.putPod('/p', 0, {}, true));
    expect(world.running).to.deep.equal([]);
    expect(world.instanceIds('/p')).to.deep.equal([]);
  });

  it('follow changes of their number and of their containers while they wait', () => {
    const world = new PodWorld();
    accepted(world.createPod('/p', 2));
    const before = world.instanceIds('/p');
    accepted(world.putPod('/p', 3, {}, true));
    expect(world.instanceIds('/p')).to.include.members(before);
    expect(world.conditions('/p')).to.deep.equal({ Scheduled: 3 });
    accepted(world.putPod('/p', 1, { labels: { edition: '2' } }, true));
    expect(world.conditions('/p')).to.deep.equal({ Scheduled: 1 });
    expect(before).to.not.include(world.instanceIds('/p')[0]);
  });

  it('stay as they are when their deployment is stopped, and go when it is undone', () => {
    const world = new PodWorld();
    const first = accepted(world.createPod('/p', 1));
    world.send({ kind: 'cancelDeployment', id: first.deploymentId, force: true });
    expect([world.kindOf('/p'), world.running]).to.deep.equal(['pod', []]);
    expect(world.eventTypes('deployment_failed')).to.have.length(1);
    const second = accepted(world.createPod('/q', 1));
    accepted(world.send({ kind: 'cancelDeployment', id: second.deploymentId, force: false }));
    expect([world.kindOf('/q'), world.running]).to.deep.equal([undefined, []]);
    expect(world.instanceIds('/q')).to.deep.equal([]);
  });

  it('are killed by instance: the same wait again, or others where they are wiped', () => {
    const world = new PodWorld();
    accepted(world.createPod('/p', 2));
    accepted(world.create('/a', sleeper('/a')));
    const [one, two] = world.instances('/p');
    const kill = (ids: readonly string[], wipe: boolean): Reply =>
      world.send({
        kind: 'killTasks',
        tasks: { by: 'instances', pod: '/p' as PathId, ids: ids as never },
        scale: false,
        wipe,
        force: false,
      });
    const foreign = world.instanceIds('/a');
    expect(kill([one?.id ?? '', 'p.instance-unknown', ...foreign], false)).to.deep.equal({
      kind: 'killed',
      instances: [one],
    });
    expect(world.conditions('/a')).to.deep.equal({ Running: 1 });
    expect(world.instanceIds('/p')).to.deep.equal([one?.id, two?.id]);
    kill([two?.id ?? ''], true);
    expect(world.instanceIds('/p')).to.include(one?.id).and.not.include(two?.id);
    expect(world.conditions('/p')).to.deep.equal({ Scheduled: 2 });
  });

  it('are not known where apps are asked for', () => {
    const world = new PodWorld();
    accepted(world.createPod('/p', 0));
    const missing = { kind: 'notFound', message: "App '/p' does not exist" };
    expect(world.change({ kind: 'deleteApp', id: '/p' as PathId })).to.deep.equal(missing);
    expect(world.change({ kind: 'restartApp', id: '/p' as PathId })).to.deep.equal(missing);
    const tasks = { by: 'app', app: '/p' as PathId } as const;
    const kill = { kind: 'killTasks', tasks, scale: false, wipe: false, force: false } as const;
    expect(world.send(kill)).to.deep.equal(missing);
    expect(world.deletePod('/q')).to.deep.equal({
      kind: 'notFound',
      message: "Pod '/q' does not exist",
    });
  });

  it('keep data that they must not lose by a change', () => {
    const world = new PodWorld();
    const resident = (size: number, cpus: number, hostPort: number): Partial<PodWire> => ({
      role: 'g',
      containers: [
        {
          name: 'main',
          resources: { cpus },
          endpoints: [{ name: 'a', hostPort }],
          volumeMounts: [{ name: 'data', mountPath: 'data' }],
        },
      ],
      volumes: [{ name: 'data', persistent: { size } }],
    });
    accepted(world.createPod('/g/p', 0, resident(10, 1, 0)));
    const broken = violationsIn(world.putPod('/g/p', 0, resident(20, 2, 80)));
    expect(broken).to.deep.equal([
      { path: '/pod(0)', message: 'persistent volumes cannot be updated' },
      { path: '/pod(0)', message: 'cpus cannot be updated if a pod has persistent volumes' },
      { path: '/pod(0)', message: 'host ports cannot be updated if a pod has persistent volumes' },
    ]);
    accepted(world.putPod('/g/p', 0, { ...resident(10, 1, 0), labels: { a: 'b' } }));
  });

  it('are the same in the next term', () => {
    const world = new PodWorld();
    accepted(world.createPod('/p', 2));
    const before = [world.state.rows.apps.get('/p' as PathId), world.instanceIds('/p')];
    world.newTerm();
    expect([world.state.rows.apps.get('/p' as PathId), world.instanceIds('/p')]).to.deep.equal(
      before,
    );
    expect(world.running).to.have.length(1);
    accepted(world.deletePod('/p', true));
    expect(world.instanceIds('/p')).to.deep.equal([]);
  });
});

describe('pods beside apps and groups', () => {
  it('share no id with them', () => {
    const world = new PodWorld();
    accepted(world.create('/a', sleeper('/a', { instances: 0 })));
    accepted(world.createPod('/p'));
    accepted(world.createGroup('/g', { apps: [sleeper('x', { instances: 0 })] }));
    const first = (reply: Reply): string | undefined => violationsIn(reply)[0]?.message;
    expect(first(world.createPod('/a'))).to.equal(SAME_ID);
    expect(first(world.putPod('/a'))).to.equal(SAME_ID);
    expect(first(world.create('/p', sleeper('/p')))).to.equal(SAME_ID);
    expect(first(world.update('/p', { cmd: 'sleep 1' }))).to.equal(SAME_ID);
    expect(first(world.createPod('/g'))).to.match(/^Groups and Pods may not have/);
    expect(first(world.createGroup('/p', {}))).to.match(/^Groups and Pods may not have/);
    expect(first(world.createPod('/p/below'))).to.match(/^Groups and Pods may not have/);
    const apps = [sleeper('p', { instances: 0 })];
    accepted(world.createPod('/h/p'));
    expect(first(world.putGroup('/h', { apps }))).to.equal(SAME_ID);
    expect(world.createPod('/p')).to.deep.equal({
      kind: 'exists',
      message: 'A pod with id [/p] already exists.',
    });
  });

  it('take the place of an empty group', () => {
    const world = new PodWorld();
    accepted(world.createGroup('/g/empty', {}));
    accepted(world.createPod('/g'));
    expect([world.kindOf('/g'), world.groupIds]).to.deep.equal(['pod', []]);
  });

  it('survive what a group document says of apps, and go with their group', () => {
    const world = new PodWorld();
    accepted(world.createGroup('/g', { groups: [{ id: 'h' }], apps: [sleeper('a')] }));
    accepted(world.createPod('/g/p'));
    accepted(world.createPod('/g/h/q'));
    accepted(world.putGroup('/g', { apps: [] }));
    expect(world.appIds).to.deep.equal(['/g/h/q', '/g/p']);
    accepted(world.putGroup('/g', { groups: [] }));
    expect(world.appIds).to.deep.equal(['/g/p']);
    accepted(world.deleteGroup('/g'));
    expect(world.appIds).to.deep.equal([]);
  });

  it('are left alone by scaling, and come back with a version of their group', () => {
    const world = new PodWorld();
    accepted(world.createGroup('/g', { apps: [sleeper('a')] }));
    accepted(world.createPod('/g/p'));
    const version = world.snapshotOf('/g');
    expect(world.stepsTaken(world.scaleGroup('/g', 3))).to.deep.equal(['scale /g/a']);
    accepted(world.deletePod('/g/p'));
    accepted(world.change(version));
    expect(world.appIds).to.deep.equal(['/g/a', '/g/p']);
  });

  it('come up before an app that depends on them', () => {
    const world = new PodWorld();
    accepted(world.createGroup('/g', { groups: [{ id: 'pods' }, { id: 'apps' }] }));
    accepted(world.createPod('/g/pods/p'));
    accepted(world.create('/g/apps/a', sleeper('/g/apps/a', { dependencies: ['/g/pods/p'] })));
    // A pod without instances is waited for a minute.
    world.advance(seconds(61));
    const removed = accepted(world.deleteGroup('/g'));
    const plan = world.state.rows.deployments.get(removed.deploymentId)?.plan;
    expect(plan?.steps.map(({ actions }) => actions.map(({ app }) => app))).to.deep.equal([
      ['/g/apps/a'],
      ['/g/pods/p'],
    ]);
  });

  it('make way for an app of their id once they are gone', () => {
    const world = new PodWorld();
    accepted(world.createPod('/p', 2));
    accepted(world.deletePod('/p', true));
    accepted(world.create('/p', sleeper('/p')));
    expect([world.kindOf('/p'), world.conditions('/p')]).to.deep.equal(['app', { Running: 1 }]);
    expect(world.running).to.deep.equal([]);
  });
});
