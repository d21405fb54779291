import { expect } from 'chai';
import { seconds, type TaskId } from '@ekiden/kernel';
import type { PathId } from '../src/core/app/index.js';
import { containerTaskIdOf, type InstanceId } from '../src/core/instance/index.js';
import type { PodWire } from '../src/core/pod/index.js';
import { accepted, sleeper } from './group-world.js';
import { PodWorld } from './pod-world.js';

/** A pod that hosts can run: a server and what is beside it. */
function running(more: Partial<PodWire> = {}): Partial<PodWire> {
  const shell = 'exec sleep 1000';
  const resources = { cpus: 0.1, mem: 16 };
  return {
    containers: [
      {
        name: 'server',
        exec: { command: { shell } },
        resources,
        endpoints: [
          { name: 'http', hostPort: 0 },
          { name: 'admin', hostPort: 31_500 },
        ],
      },
      { name: 'beside', exec: { command: { shell } }, resources, endpoints: [{ name: 'log' }] },
    ],
    ...more,
  };
}

describe('pods that run', () => {
  it('POD-01: have one instance with one task on one host, of the size of all containers', () => {
    const world = new PodWorld();
    accepted(world.createPod('/p', 1, running()));
    expect(world.running).to.deep.equal([]);
    expect(world.conditions('/p')).to.deep.equal({ Running: 1 });
    const tasks = [...world.state.master.state.tasks.values()];
    expect(tasks.map(({ id }) => id)).to.deep.equal([`${world.instanceIds('/p')[0] ?? ''}._pod.1`]);
    const [instance] = world.instances('/p');
    expect(instance?.task?.hostPorts).to.have.length(3);
    expect(instance?.task?.hostPorts[1]).to.equal(31_500);
    const taken = Object.fromEntries(
      (tasks[0]?.resources ?? []).flatMap((one) =>
        one.type === 'SCALAR' ? [[one.name, one.milli]] : [],
      ),
    );
    expect(taken).to.deep.equal({ cpus: 300, mem: 64_000, disk: 10_000 });
  });

  it('POD-02: follow their number', () => {
    const world = new PodWorld();
    accepted(world.createPod('/p', 1, running({ containers: [shellContainer('a')] })));
    for (const count of [3, 1]) {
      accepted(world.putPod('/p', count, running({ containers: [shellContainer('a')] })));
      expect(world.conditions('/p')).to.deep.equal({ Running: count });
      expect(world.running).to.deep.equal([]);
    }
  });

  it('POD-03: are restarted whole when one container ends', () => {
    const world = new PodWorld();
    accepted(world.createPod('/p', 1, running()));
    const [before] = world.instances('/p');
    const task = before?.task?.id ?? ('' as TaskId);
    const of = (name: string): TaskId => containerTaskIdOf(task, name);
    world.events.length = 0;
    world.report(task, 'TASK_FAILED', {
      exitCode: 1,
      message: 'Container beside: Command exited with status 1',
      members: [
        { taskId: of('server'), exitCode: 143, message: 'stopped', stopped: true },
        { taskId: of('beside'), exitCode: 1, message: 'exited', stopped: false },
      ],
    });
    world.settle();
    const told = world.events.flatMap((event) =>
      event.type === 'status_update_event' ? [[event.taskId, event.taskStatus]] : [],
    );
    expect(told.slice(0, 2)).to.deep.equal([
      [of('server'), 'TASK_KILLED'],
      [of('beside'), 'TASK_FAILED'],
    ]);
    expect(world.state.rows.taskFailures.get('/p' as PathId)?.members).to.have.length(2);
    world.advance(seconds(5));
    const [after] = world.instances('/p');
    expect(after?.id).to.equal(before?.id);
    expect([after?.condition, after?.incarnation]).to.deep.equal(['Running', 2]);
    expect(after?.task?.members).to.equal(undefined);
  });

  it('POD-04: are replaced one after the other by a new version', () => {
    const world = new PodWorld();
    const upgrade = { minimumHealthCapacity: 1, maximumOverCapacity: 0.5 };
    const containers = [shellContainer('a')];
    accepted(world.createPod('/p', 2, { containers, scheduling: { upgrade } }));
    const before = world.instanceIds('/p');
    const labels = { edition: '2' };
    accepted(world.putPod('/p', 2, { containers, labels, scheduling: { upgrade } }));
    expect(world.conditions('/p')).to.deep.equal({ Running: 2 });
    expect(world.instanceIds('/p')).to.not.include.members(before);
    expect(world.peak.get('/p')).to.equal(3);
  });

  it('POD-04: are restarted one after the other, and stay what they were', () => {
    const world = new PodWorld();
    const upgrade = { minimumHealthCapacity: 1, maximumOverCapacity: 0.5 };
    const scheduling = { upgrade };
    accepted(world.createPod('/p', 2, { containers: [shellContainer('a')], scheduling }));
    const before = world.instanceIds('/p');
    accepted(world.restartPod('/p'));
    expect(world.running).to.deep.equal([]);
    expect(world.conditions('/p')).to.deep.equal({ Running: 2 });
    expect(world.instanceIds('/p')).to.not.include.members(before);
    expect(world.peak.get('/p')).to.equal(3);
    expect(world.restartPod('/nothing')).to.include({ kind: 'notFound' });
    world.create('/app', sleeper('/app'));
    expect(world.restartPod('/app')).to.include({ kind: 'notFound' });
  });

  it('POD-06: are killed by instance: the same one again, or another where it is wiped', () => {
    const world = new PodWorld();
    accepted(world.createPod('/p', 1, running()));
    const kill = (wipe: boolean): void => {
      const id = world.instances('/p')[0]?.id as InstanceId;
      const tasks = { by: 'instance', pod: '/p' as PathId, id } as const;
      world.send({ kind: 'killTasks', tasks, scale: false, wipe, force: false });
    };
    const [first] = world.instanceIds('/p');
    kill(false);
    expect(world.instanceIds('/p')).to.deep.equal([first]);
    expect(world.instances('/p')[0]).to.include({ condition: 'Running', incarnation: 2 });
    kill(true);
    expect(world.instanceIds('/p')).to.have.length(1).and.not.include(first);
    expect(world.conditions('/p')).to.deep.equal({ Running: 1 });
  });

  it('POD-09: with data come back to it, and it goes only when told', () => {
    const world = new PodWorld();
    const shell = { command: { shell: 'exec sleep 1000' } };
    const resources = { cpus: 0.1, mem: 16 };
    const mount = { name: 'notes', mountPath: 'var/notes' };
    const resident: Partial<PodWire> = {
      role: 'g',
      containers: [
        { name: 'writer', exec: shell, resources, volumeMounts: [mount] },
        { name: 'reader', exec: shell, resources, volumeMounts: [{ ...mount, readOnly: true }] },
      ],
      volumes: [{ name: 'notes', persistent: { size: 10 } }],
    };
    accepted(world.createPod('/g/p', 1, resident));
    const [volume] = world.volumes('/g/p');
    const [id] = world.instanceIds('/g/p');
    expect(volume).to.include({ instanceId: id, containerPath: 'notes' });
    expect(volume?.usedAt).to.not.equal(undefined);
    const tasks = { by: 'instance', pod: '/g/p' as PathId, id: id as InstanceId } as const;
    world.send({ kind: 'killTasks', tasks, scale: false, wipe: false, force: false });
    expect(world.instances('/g/p')[0]).to.include({ id, condition: 'Running', incarnation: 2 });
    accepted(world.putPod('/g/p', 1, { ...resident, labels: { edition: '2' } }));
    world.newTerm();
    expect(world.instances('/g/p')[0]).to.include({ id, condition: 'Running', incarnation: 3 });
    expect(world.volumes('/g/p').map((one) => one.id)).to.deep.equal([volume?.id]);
    const again = { by: 'instance', pod: '/g/p' as PathId, id: id as InstanceId } as const;
    world.send({ kind: 'killTasks', tasks: again, scale: false, wipe: true, force: false });
    world.advance(seconds(60));
    expect(world.wipes).to.deep.equal([volume?.id]);
    expect(world.conditions('/g/p')).to.deep.equal({ Running: 1 });
    expect(world.instanceIds('/g/p')).to.not.include(id);
  });

  it('POD-07: are not killed by the ids of their tasks', () => {
    const world = new PodWorld();
    accepted(world.createPod('/p', 1, running()));
    const task = world.instances('/p')[0]?.task?.id as TaskId;
    const ids = [task, containerTaskIdOf(task, 'server')];
    const tasks = { by: 'ids', ids } as const;
    const answer = world.send({
      kind: 'killTasks',
      tasks,
      scale: false,
      wipe: false,
      force: false,
    });
    expect(answer).to.deep.equal({ kind: 'killed', instances: [] });
    expect(world.instances('/p')[0]?.incarnation).to.equal(1);
  });

  it('POD-08: stay defined when their stuck deployment is stopped by force', () => {
    const world = new PodWorld();
    world.behaviour = () => ({ stuck: true });
    const { deploymentId: id } = accepted(world.createPod('/p', 1, running()));
    expect(world.conditions('/p')).to.deep.equal({ Starting: 1 });
    world.send({ kind: 'cancelDeployment', id, force: true });
    expect([world.kindOf('/p'), world.running]).to.deep.equal(['pod', []]);
    const other = accepted(
      world.createPod('/q', 1, running({ containers: [shellContainer('a')] })),
    );
    accepted(world.send({ kind: 'cancelDeployment', id: other.deploymentId, force: false }));
    expect([world.kindOf('/q'), world.running]).to.deep.equal([undefined, []]);
    expect([...world.tasks.keys()].some((task) => task.startsWith('q.'))).to.equal(false);
  });

  it('GRP-19: go with their group', () => {
    const world = new PodWorld();
    accepted(world.createGroup('/g', { apps: [sleeper('a')] }));
    accepted(world.createPod('/g/p', 1, running()));
    expect(world.tasks.size).to.equal(2);
    accepted(world.deleteGroup('/g'));
    expect([world.appIds, world.tasks.size]).to.deep.equal([[], 0]);
  });

  it('DPL-23: are put back when a stuck change is undone', () => {
    const world = new PodWorld();
    accepted(world.createPod('/p', 1, running()));
    const before = world.state.rows.apps.get('/p' as PathId);
    world.behaviour = () => ({ stuck: true });
    const stuck = accepted(world.putPod('/p', 1, running({ labels: { edition: '2' } })));
    expect(world.running).to.have.length(1);
    world.behaviour = () => ({});
    accepted(world.send({ kind: 'cancelDeployment', id: stuck.deploymentId, force: false }));
    world.advance(seconds(400));
    expect(world.running).to.deep.equal([]);
    expect(world.state.rows.apps.get('/p' as PathId)?.labels).to.deep.equal(before?.labels);
    expect(world.conditions('/p')).to.deep.equal({ Running: 1 });
  });

  it('are held against the health checks of their containers', () => {
    const world = new PodWorld();
    const healthCheck = { tcp: { endpoint: 'log' } };
    const resources = { cpus: 0.1, mem: 16 };
    const beside = {
      ...{ name: 'beside', resources, healthCheck, endpoints: [{ name: 'log' }] },
      exec: { command: { shell: 'exec sleep 1000' } },
    };
    accepted(world.createPod('/p', 1, { containers: [shellContainer('a'), beside] }));
    expect(world.running).to.have.length(1);
    const taskId = world.instances('/p')[0]?.task?.id as TaskId;
    world['inbox'].push({
      kind: 'healthResult',
      taskId,
      check: 0,
      ok: true,
      at: world.clock.now(),
    });
    world.settle();
    expect(world.running).to.deep.equal([]);
  });
});

function shellContainer(name: string): PodWire['containers'][number] {
  return {
    name,
    exec: { command: { shell: 'exec sleep 1000' } },
    resources: { cpus: 0.1, mem: 16 },
  };
}
