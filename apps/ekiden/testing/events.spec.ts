import { expect } from 'chai';
import type { AppWire, PathId } from '../src/core/app/index.js';
import type { DomainEvent } from '../src/core/events/index.js';
import type { RootChange } from '../src/core/turn/index.js';
import { SmallWorld, changeCommand } from './small-world.js';

const WEB: AppWire = { cmd: 'sleep 1000', cpus: 0.1, mem: 16 };
const CHECKED: AppWire = { ...WEB, healthChecks: [{ protocol: 'MESOS_HTTP', path: '/' }] };

function entries(id: string, app: AppWire): Extract<RootChange, { kind: 'upsertApps' }>['entries'] {
  return [{ id: id as PathId, app }];
}

/** Events that follow from what is done, from now on. */
function following(world: SmallWorld, act: () => void): readonly DomainEvent[] {
  const before = world.events.length;
  act();
  return world.events.slice(before);
}

function groupIds(events: readonly DomainEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'group_change_success' || event.type === 'group_change_failed'
      ? [`${event.type.slice('group_change_'.length)} ${event.groupId}`]
      : [],
  );
}

describe('events', () => {
  it('of a new app come in the order that clients of Marathon know', () => {
    const world = new SmallWorld();
    const events = following(world, () => world.create('/shop/web', WEB));
    const told = events.map((event) =>
      event.type === 'instance_changed_event' ? `instance ${event.condition}` : event.type,
    );
    expect(told.filter((type) => type !== 'status_update_event')).to.deep.equal([
      'group_change_success',
      'api_post_event',
      'deployment_info',
      'deployment_step_success',
      'deployment_info',
      'instance Scheduled',
      'instance Provisioned',
      ...told.filter((type) => ['instance Staging', 'instance Starting'].includes(type)),
      'instance Running',
      'deployment_step_success',
      'deployment_success',
    ]);
  });

  it('of changes name the group around what is changed, and the root for several things', () => {
    const world = new SmallWorld();
    const group = { apps: [{ id: 'api', ...WEB }] };
    const wish = { partial: true, mustExist: false } as const;
    for (const [change, expected] of [
      [{ kind: 'createApp', id: '/shop/web', app: WEB }, '/shop'],
      [{ kind: 'upsertApps', entries: entries('/shop/web', { instances: 2 }), ...wish }, '/shop'],
      [{ kind: 'upsertApps', entries: entries('/shop/web', WEB), ...wish, listed: true }, '/'],
      [{ kind: 'updateGroup', id: '/shop/back', group }, '/shop'],
      [{ kind: 'scaleGroup', id: '/shop', by: 2 }, '/'],
      [{ kind: 'restartApp', id: '/shop/back/api' }, '/shop/back'],
      [{ kind: 'deleteApp', id: '/shop/back/api' }, '/shop/back'],
      [{ kind: 'deleteGroup', id: '/shop' }, '/'],
    ] as const) {
      const events = following(world, () => world.change(change as RootChange, true));
      expect(groupIds(events), change.kind).to.deep.equal([`success ${expected}`]);
    }
  });

  it('tell of a posted app where one was sent, and of no list, restart or removal', () => {
    const world = new SmallWorld();
    const wish = { partial: true, mustExist: false } as const;
    const post = (change: object): number =>
      following(world, () => world.change(change as RootChange, true)).filter(
        ({ type }) => type === 'api_post_event',
      ).length;
    expect(post({ kind: 'createApp', id: '/a', app: WEB })).to.equal(1);
    const definition = world.state.rows.apps.get('/a' as PathId);
    expect(post({ kind: 'upsertApps', entries: entries('/a', { mem: 17 }), ...wish })).to.equal(1);
    expect(post({ kind: 'rollbackApp', id: '/a', definition })).to.equal(1);
    const list = { kind: 'upsertApps', entries: entries('/a', { mem: 18 }), ...wish, listed: true };
    expect(post(list)).to.equal(0);
    expect(post({ kind: 'restartApp', id: '/a' })).to.equal(0);
    expect(post({ kind: 'deleteApp', id: '/a' })).to.equal(0);
  });

  for (const [name, change] of [
    ['an id that is taken', { kind: 'createApp', id: '/a', app: WEB }],
    ['an app that is not there', { kind: 'deleteApp', id: '/none' }],
    ['a group that is not there', { kind: 'deleteGroup', id: '/none' }],
    ['a version that is not kept', { kind: 'rollbackApp', id: '/a', definition: undefined }],
    ['a broken rule', { kind: 'createApp', id: '/b', app: { cmd: 'x', dependencies: ['/none'] } }],
  ] as const) {
    it(`tell of a refusal because of ${name}`, () => {
      const world = new SmallWorld();
      world.create('/a', WEB);
      const events = following(world, () => world.change(change as unknown as RootChange));
      expect(events.map(({ type }) => type)).to.deep.equal(['group_change_failed']);
      expect(events[0]).to.have.property('reason').that.is.not.equal('');
    });
  }

  it('tell of a lock as a failed change and a failed deployment', () => {
    const world = new SmallWorld();
    world.behaviour = () => ({ stuck: true });
    world.create('/a', WEB);
    const events = following(world, () => world.update('/a', { mem: 17 }));
    expect(events.map(({ type }) => type)).to.deep.equal([
      'deployment_failed',
      'group_change_failed',
    ]);
  });

  it('tell of a step that was under way when its deployment was ended', () => {
    const world = new SmallWorld();
    world.behaviour = () => ({ stuck: true });
    world.create('/a', WEB);
    const [deployment] = world.state.rows.deployments.by('status', 'running');
    const cancel = { kind: 'cancelDeployment', id: deployment?.id ?? '', force: true } as const;
    const events = following(world, () => world.send(cancel));
    expect(events.slice(0, 2).map(({ type }) => type)).to.deep.equal([
      'deployment_step_failure',
      'deployment_failed',
    ]);
    expect(events[0]).to.have.nested.property('currentStep.actions[0].action', 'ScaleApplication');
    expect(events[1]).to.have.property('reason', 'The upgrade has been cancelled');
  });

  it('tell of changes of the root that undo a deployment, or kill and scale', () => {
    const world = new SmallWorld();
    world.behaviour = () => ({ stuck: true });
    world.create('/shop/a', WEB);
    const [deployment] = world.state.rows.deployments.by('status', 'running');
    const undo = { kind: 'cancelDeployment', id: deployment?.id ?? '', force: false } as const;
    expect(groupIds(following(world, () => world.send(undo)))).to.deep.equal(['success /']);

    world.behaviour = () => ({});
    world.create('/shop/b', { ...WEB, instances: 2 });
    const task = world.instances('/shop/b')[0]?.task?.id;
    const tasks = { by: 'ids', ids: task === undefined ? [] : [task] } as const;
    const kill = { kind: 'killTasks', tasks, scale: true, wipe: false, force: false } as const;
    expect(groupIds(following(world, () => world.send(kill)))).to.deep.equal(['success /']);
  });

  it('tell of checks that come and go with an app, after the deployment has begun', () => {
    const world = new SmallWorld();
    const types = (act: () => void): readonly string[] =>
      following(world, act)
        .map(({ type }) => type)
        .filter((type) => type.includes('health_check') || type === 'deployment_info')
        .slice(0, 2);
    expect(types(() => world.create('/a', CHECKED))).to.deep.equal([
      'deployment_info',
      'add_health_check_event',
    ]);
    expect(types(() => world.update('/a', { healthChecks: [] }, true))).to.deep.equal([
      'deployment_info',
      'remove_health_check_event',
    ]);
  });

  it('tell of an instance that is given up before it was placed', () => {
    const world = new SmallWorld({ agents: ['cpus:0.1;mem:16;disk:100;ports:[31000-31001]'] });
    world.send(changeCommand({ kind: 'createApp', id: '/a' as PathId, app: { ...WEB, cpus: 8 } }));
    const [waiting] = world.instances('/a');
    const events = following(world, () => world.update('/a', { instances: 0 }, true));
    const changed = events.filter(({ type }) => type === 'instance_changed_event');
    expect(changed).to.have.length(1);
    expect(changed[0]).to.include({
      instanceId: waiting?.id,
      condition: 'Killed',
      agentId: null,
      host: null,
    });
  });

  it('tell of the connection to the resource core, term by term', () => {
    const world = new SmallWorld();
    expect(world.events[0]).to.deep.equal({
      type: 'scheduler_registered_event',
      frameworkId: 'small-world-0000',
      master: 'localhost',
    });
    const events = following(world, () => {
      world.newTerm();
    });
    expect(events.slice(0, 2)).to.deep.equal([
      { type: 'scheduler_disconnected_event' },
      { type: 'scheduler_reregistered_event', master: 'localhost' },
    ]);
  });
});
