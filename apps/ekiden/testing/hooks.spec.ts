import { expect } from 'chai';
import type { TaskSpec } from '@ekiden/host';
import { seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import type { Hook, PathId, Rollout } from '../src/core/app/index.js';
import type { HookRun } from '../src/core/deployment/index.js';
import type { Reply } from '../src/core/turn/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

const DB = '/db/pg';

function command(at: Hook['at'], more: Partial<Hook> = {}): Hook {
  return { at, command: ['./do', at], timeoutSeconds: 60, onFailure: 'abort', ...more };
}

function call(at: Hook['at'], more: Partial<Hook> = {}): Hook {
  const http = { url: 'http://127.0.0.1:1/', expect: 200 };
  return { at, http, timeoutSeconds: 60, onFailure: 'abort', ...more };
}

/** Commands of hooks end well at once unless told otherwise; other tasks run. */
function world(rollout: Partial<Rollout>, instances = 2): RolloutWorld {
  const made = new RolloutWorld();
  made.behaviour = (app) => (app.endsWith('/HOOK') ? { exit: 'TASK_FINISHED' } : {});
  made.create(DB, sleeper(DB, { instances }));
  made.setRollout('/db', rollout);
  return made;
}

function runsOf(db: RolloutWorld, reply: Reply): readonly HookRun[] {
  return db.deploymentOf(accepted(reply).deploymentId).hooks ?? [];
}

function told(runs: readonly HookRun[]): string[] {
  return runs.map(({ at, slot, state }) => `${at} ${slot ?? '-'} ${state}`);
}

const MOMENTS = ['beforeStart', 'afterReady', 'beforeStop', 'afterStop'] as const;

describe('hooks of a rollout', () => {
  it('run once per instance, one after the other, where instances are replaced one by one', () => {
    const db = world({ strategy: 'serial', hooks: MOMENTS.map((at) => command(at)) });
    const reply = db.update(DB, { cmd: 'sleep 200' });
    const deployment = db.deployment(reply);
    expect(deployment.status).to.equal('succeeded');
    const ofSlot = (slot: number): string[] => [
      `beforeStop ${slot} succeeded`,
      `afterStop ${slot} succeeded`,
      `beforeStart ${slot} succeeded`,
      `afterReady ${slot} succeeded`,
    ];
    expect(told(deployment.hooks ?? [])).to.deep.equal([...ofSlot(1), ...ofSlot(0)]);
  });

  it('run before one that was put away with its data is started again', () => {
    const db = new RolloutWorld({ agents: ['cpus:4;mem:4096;disk:10000;ports:[31000-31999]'] });
    db.behaviour = (app) => (app.endsWith('/HOOK') ? { exit: 'TASK_FINISHED' } : {});
    const volumes = [{ containerPath: 'data', mode: 'RW', persistent: { size: 100 } }] as const;
    const data = { role: 'db', container: { type: 'MESOS', volumes } } as const;
    db.setRollout('/db', { strategy: 'serial', hooks: [command('beforeStart')] });
    db.create(DB, sleeper(DB, { instances: 2, ...data }));
    db.update(DB, { instances: 0 });
    db.performed.length = 0;
    const reply = db.update(DB, { cmd: 'sleep 200', instances: 2 });
    expect(db.deployment(reply).status).to.equal('succeeded');
    expect(told(runsOf(db, reply))).to.deep.equal([
      'beforeStart 0 succeeded',
      'beforeStart 1 succeeded',
    ]);
    const launches = db.performed.flatMap((one) =>
      one.kind === 'launch' ? [one.taskId.includes('HOOK') ? 'hook' : 'task'] : [],
    );
    expect(launches).to.deep.equal(['hook', 'task', 'hook', 'task']);
  });

  it('run once per deployment elsewhere', () => {
    const db = world({ strategy: 'rolling', hooks: MOMENTS.map((at) => command(at)) }, 3);
    const deployment = db.deployment(db.update(DB, { cmd: 'sleep 200' }));
    expect(deployment.status).to.equal('succeeded');
    expect(told(deployment.hooks ?? [])).to.deep.equal([
      'beforeStart - succeeded',
      'beforeStop - succeeded',
      'afterStop - succeeded',
      'afterReady - succeeded',
    ]);
  });

  it('run on the first deployment, too, promotion included', () => {
    const moments = ['beforeStart', 'beforePromote', 'afterPromote'] as const;
    const db = world({ strategy: 'blueGreen', hooks: moments.map((at) => command(at)) });
    const reply = db.create('/db/new', sleeper('/db/new'));
    expect(told(runsOf(db, reply))).to.deep.equal(moments.map((at) => `${at} - succeeded`));
    expect(db.deployment(reply).status).to.equal('succeeded');
  });

  it('do not run for a mere change of the number', () => {
    const db = world({ strategy: 'rolling', hooks: MOMENTS.map((at) => command(at)) });
    const deployment = db.deployment(db.update(DB, { instances: 5 }));
    expect([deployment.status, deployment.hooks]).to.deep.equal(['succeeded', undefined]);
  });

  it('are tasks of the new version, of which nobody sees an instance', () => {
    const db = world({ strategy: 'serial', hooks: [command('beforeStop')] });
    db.behaviour = () => ({});
    db.performed.length = 0;
    db.update(DB, { cmd: 'sleep 200', env: { STAGE: 'two' } });
    const [launched] = db.performed.flatMap((one) => (one.kind === 'launch' ? [one] : []));
    const spec = launched?.info as TaskSpec;
    expect(spec.command).to.deep.equal({ kind: 'argv', value: ['./do', 'beforeStop'] });
    expect(spec.env).to.include({
      STAGE: 'two',
      EKIDEN_HOOK: 'beforeStop',
      EKIDEN_HOOK_APP: DB,
      EKIDEN_SLOT: '1',
      EKIDEN_INSTANCE_TASK: db.inSlot(DB, 1).task?.id,
    });
    expect(db.instances(DB)).to.have.length(2);
    expect(db.instances(`${DB}/HOOK`)).to.deep.equal([]);
    const told = JSON.stringify(db.events.filter(({ type }) => !type.startsWith('hook')));
    expect(told).to.not.include('HOOK');
  });

  it('find what is not promoted yet where they find service ports: in a bridge network, its gateway', () => {
    const web = '/db/web';
    const rollout = { strategy: 'blueGreen', hooks: [command('afterReady')] } as const;
    const db = world(rollout);
    const bridged = {
      container: {
        type: 'DOCKER',
        docker: { image: 'web' },
        portMappings: [{ containerPort: 80 }],
      },
      networks: [{ mode: 'container/bridge' }],
    } as const;
    const addresses = {
      hostPorts: '127.0.0.1',
      servicesFromHost: '127.0.0.1',
      servicesFromContainers: '172.17.0.1',
    };
    for (const agent of db.agents) db.inject({ kind: 'agentRegistered', agent, addresses });
    db.create(web, sleeper(web, bridged));
    db.performed.length = 0;
    db.update(web, { cmd: 'sleep 200' });
    const previews = db.performed.flatMap((one) => {
      if (one.kind !== 'launch') return [];
      return (one.info as TaskSpec).env['EKIDEN_PREVIEWS'] ?? [];
    });
    expect(previews).to.deep.equal(['{"/db/web":["172.17.0.1:20001"]}']);
  });

  it('are taken over by the next leader as they are', () => {
    const db = world({ strategy: 'serial', hooks: [command('beforeStop')] });
    db.behaviour = () => ({});
    const reply = db.update(DB, { cmd: 'sleep 200' });
    const [running] = runsOf(db, reply);
    const launches = db.performed.length;
    db.newTerm();
    expect(db.performed.slice(launches).filter(({ kind }) => kind === 'launch')).to.deep.equal([]);
    db.report(running?.taskId ?? ('' as never), 'TASK_FINISHED');
    db.settle();
    expect(told(runsOf(db, reply))[0]).to.equal('beforeStop 1 succeeded');
  });

  it('are killed when their time is over, and have failed then', () => {
    const hooks = [command('beforeStop', { timeoutSeconds: 20 })];
    const db = world({ strategy: 'serial', hooks });
    db.behaviour = () => ({});
    const reply = db.update(DB, { cmd: 'sleep 200' });
    db.advance(seconds(19));
    expect(told(runsOf(db, reply))).to.deep.equal(['beforeStop 1 running']);
    db.advance(seconds(2));
    const [run] = runsOf(db, reply);
    expect(run?.reason).to.equal('did not end within 20 s');
    const { paused, status } = db.deployment(reply);
    expect([status, paused?.reason]).to.deep.equal([
      'running',
      'hook beforeStop of /db/pg (slot 1) failed: did not end within 20 s',
    ]);
    expect(db.instances(DB).map(({ condition }) => condition)).to.deep.equal([
      'Running',
      'Running',
    ]);
  });

  it('that fail and may, keep nothing from going on', () => {
    const hooks = [command('beforeStop', { onFailure: 'ignore' })];
    const db = world({ strategy: 'serial', hooks });
    db.behaviour = (app) => (app.endsWith('/HOOK') ? { exit: 'TASK_FAILED' } : {});
    const deployment = db.deployment(db.update(DB, { cmd: 'sleep 200' }));
    expect(deployment.status).to.equal('succeeded');
    expect(told(deployment.hooks ?? [])).to.deep.equal([
      'beforeStop 1 failed',
      'beforeStop 0 failed',
    ]);
  });

  it('that failed are tried once more when the deployment is resumed', () => {
    const db = world({ strategy: 'serial', hooks: [command('beforeStart')] });
    db.behaviour = (app) => (app.endsWith('/HOOK') ? { exit: 'TASK_FAILED' } : {});
    const reply = db.update(DB, { cmd: 'sleep 200' });
    const { id, paused } = db.deployment(reply);
    expect(paused?.reason).to.include('hook beforeStart of /db/pg (slot 1) failed: ended as told');
    // Stopped for its replacement, and back as it was while an operator is waited for.
    expect(db.inSlot(DB, 1)).to.include({ condition: 'Running' });
    db.behaviour = (app) => (app.endsWith('/HOOK') ? { exit: 'TASK_FINISHED' } : {});
    db.send({ kind: 'tendDeployment', id, order: 'resume' });
    db.advance(seconds(60));
    expect(db.deployment(reply).status).to.equal('succeeded');
    expect(runsOf(db, reply).map(({ attempt }) => attempt)).to.deep.equal([2, 1]);
  });

  it('that failed and may, are not begun again when the deployment is resumed', () => {
    const hooks = [command('beforeStart', { onFailure: 'ignore' }), command('afterReady')];
    const db = world({ strategy: 'rolling', hooks });
    db.behaviour = (app) => (app.endsWith('/HOOK') ? { exit: 'TASK_FAILED' } : {});
    const reply = db.update(DB, { cmd: 'sleep 200' });
    expect(db.deployment(reply).paused?.reason).to.include('hook afterReady');
    db.behaviour = (app) => (app.endsWith('/HOOK') ? { exit: 'TASK_FINISHED' } : {});
    db.send({ kind: 'tendDeployment', id: db.deployment(reply).id, order: 'resume' });
    expect(told(runsOf(db, reply))).to.deep.equal([
      'beforeStart - failed',
      'afterReady - succeeded',
    ]);
    expect(db.deployment(reply).status).to.equal('succeeded');
  });

  it('are waited for before two generations, whatever becomes of the room meanwhile', () => {
    const web = '/db/web';
    const db = world({ strategy: 'blueGreen', hooks: [command('beforeStart')] });
    db.create(web, sleeper(web));
    db.behaviour = () => ({});
    const reply = db.update(web, { cmd: 'sleep 200' });
    const { id } = db.deployment(reply);
    const order = (kind: 'activate' | 'deactivate'): void => {
      for (const agent of db.agents) {
        db.send({ kind: 'tendAgent', agent: agent.id, order: { kind } });
      }
    };
    order('deactivate');
    db.send({ kind: 'tendDeployment', id, order: 'promote' });
    expect(db.deployment(reply).rollouts?.[0]?.missing).to.equal(undefined);
    db.report(runsOf(db, reply)[0]?.taskId ?? ('' as never), 'TASK_FINISHED');
    db.settle();
    expect(db.deployment(reply).rollouts?.[0]?.missing).to.include('no agent takes tasks');
    order('activate');
    db.advance(seconds(60));
    expect(db.deployment(reply).status).to.equal('succeeded');
  });

  it('of others of their group have nobody look for room again and again meanwhile', () => {
    const web = '/db/web';
    const db = world({ strategy: 'blueGreen', hooks: [call('beforeStart')] });
    db.create(web, sleeper(web));
    db.advance(seconds(60));
    const answer = { kind: 'hookResult', attempt: 1, ok: true, output: '', reason: '' } as const;
    const [created] = db.state.rows.deployments.by('status', 'running');
    db.inject({ ...answer, deployment: created?.id ?? '', key: created?.hooks?.[0]?.key ?? '' });
    for (const { id } of db.agents) {
      db.send({ kind: 'tendAgent', agent: id, order: { kind: 'deactivate' } });
    }
    const deployment = db.deployment(db.update(web, { cmd: 'sleep 200' }));
    expect(deployment.rollouts?.[0]?.roomSoughtAt).to.equal(db.clock.now());
    const run: HookRun = {
      ...{ key: '/db#0', scope: '/db' as PathId, app: DB as PathId, at: 'beforeStart' },
      ...{ kind: 'http', state: 'running', attempt: 1, startedAt: db.clock.now() },
    };
    db.state.rows.deployments.put(deployment.id, { ...deployment, hooks: [run] });
    let turns = 0;
    db.onTurn = () => (turns += 1);
    db.advance(seconds(6));
    expect(turns).to.be.below(50);
  });

  for (const others of [[], [DB]]) {
    const beside = others.length === 0 ? 'alone' : 'together with its app';
    it(`have what they were for begin before their deployment ends, looked at ${beside}`, () => {
      const room = 'cpus:4;mem:4096;ports:[31000-31999]';
      const db = new RolloutWorld({ agents: [room, room] });
      db.setRollout('/db', { strategy: 'serial', hooks: [command('beforeStop')] });
      const [first] = db.agents;
      db.send({ kind: 'tendAgent', agent: first?.id as AgentId, order: { kind: 'deactivate' } });
      db.behaviour = (_app, task) => ({ stuck: task.includes('HOOK') || db.tasks.size > 1 });
      const reply = db.create(DB, sleeper(DB, { instances: 2 }));
      const { task } = db.inSlot(DB, 0);
      const order = { kind: 'drain', deadlineSeconds: 600, markGone: false } as const;
      db.send({ kind: 'tendAgent', agent: first?.id as AgentId, order: { kind: 'activate' } });
      db.send({ kind: 'tendAgent', agent: task?.agentId as AgentId, order });
      db.report(db.inSlot(DB, 1).task?.id as TaskId, 'TASK_RUNNING');
      db.settle();
      const [hook] = runsOf(db, reply);
      expect(told(runsOf(db, reply))).to.deep.equal(['beforeStop 1 running']);
      const turns: string[] = [];
      db.onTurn = () => turns.push(db.deployment(reply).status);
      for (const app of others) db.state.memory.dirty.add(app as PathId);
      db.report(hook?.taskId as TaskId, 'TASK_FINISHED');
      db.settle();
      expect(turns[0]).to.equal('running');
    });
  }

  it('that are calls wait for the answer, which is kept', () => {
    const db = world({ strategy: 'rolling', hooks: [call('beforeStart')] });
    const reply = db.update(DB, { cmd: 'sleep 200' });
    const [run] = runsOf(db, reply);
    expect(run).to.include({ kind: 'http', state: 'running' });
    const { deploymentId: deployment } = accepted(reply);
    const { key, attempt } = run as HookRun;
    const answer = { kind: 'hookResult', deployment, key, attempt, ok: true } as const;
    db.inject({ ...answer, attempt: 7, ok: false, reason: 'late', output: '' });
    expect(told(runsOf(db, reply))).to.deep.equal(['beforeStart - running']);
    db.inject({ ...answer, reason: 'HTTP status 200', output: 'well' });
    expect(db.deployment(reply).status).to.equal('succeeded');
    expect(runsOf(db, reply)[0]).to.include({ state: 'succeeded', output: 'well' });
    expect(db.eventTypes('hook_started', 'hook_finished')).to.have.length(2);
  });

  it('are over before their deployment is, also where nothing starts after them', () => {
    for (const hook of [command('beforeStart'), call('beforeStart')]) {
      const db = world({ strategy: 'rolling', hooks: [hook] }, 0);
      db.behaviour = () => ({});
      const reply = db.update(DB, { cmd: 'sleep 200' });
      const [run] = runsOf(db, reply);
      expect(db.deployment(reply).status).to.equal('running');
      if (run?.taskId !== undefined) db.report(run.taskId, 'TASK_FINISHED');
      const { deploymentId: deployment } = accepted(reply);
      const answer = { deployment, key: run?.key ?? '', attempt: 1, ok: true } as const;
      db.inject({ kind: 'hookResult', ...answer, reason: 'HTTP status 200', output: '' });
      expect(told(runsOf(db, reply))).to.deep.equal(['beforeStart - succeeded']);
      expect(db.deployment(reply).status).to.equal('succeeded');
      expect(db.state.rows.instances.by('hook', `${DB}/HOOK`)).to.deep.equal([]);
    }
  });

  it('keep their order where nothing is left to start, and wait for no suspended dependency then', () => {
    const cache = '/db/cache';
    const hooks = (['afterReady', 'beforeStart'] as const).map((at) => command(at));
    const db = world({ strategy: 'rolling', hooks });
    db.create(cache, sleeper(cache, { instances: 0 }));
    db.update(DB, { cmd: 'sleep 200', dependencies: [cache] });
    db.advance(seconds(61));
    const held = db.update(DB, { cmd: 'sleep 300' });
    expect([db.deployment(held).status, db.deployment(held).hooks]).to.deep.equal([
      'running',
      undefined,
    ]);
    const { deploymentId: id } = accepted(held);
    const back = db.send({ kind: 'tendDeployment', id, order: 'abort' });
    const deployment = db.deployment(back);
    expect(told(deployment.hooks ?? [])).to.deep.equal([
      'beforeStart - succeeded',
      'afterReady - succeeded',
    ]);
    expect(deployment.status).to.equal('succeeded');
  });

  it('let go all that waited for them, not only the app they are told of with', () => {
    const other = '/db/other';
    const db = world({ strategy: 'rolling', hooks: [call('beforeStart')] });
    db.create(other, sleeper(other));
    db.advance(seconds(60));
    const created = db.state.rows.deployments.by('status', 'running')[0];
    const done = { kind: 'hookResult', attempt: 1, ok: true, output: '' } as const;
    const reason = 'HTTP status 200';
    const key = created?.hooks?.[0]?.key ?? '';
    db.inject({ ...done, deployment: created?.id ?? '', key, reason });
    const entries = [DB, other].map((id) => ({ id: id as PathId, app: { cmd: 'sleep 200' } }));
    const upgrade = { kind: 'upsertApps', entries, partial: true, mustExist: true } as const;
    const reply = db.change(upgrade);
    const { deploymentId: deployment } = accepted(reply);
    db.inject({ ...done, deployment, key: runsOf(db, reply)[0]?.key ?? '', reason });
    expect(db.deployment(reply).status).to.equal('succeeded');
  });

  it('end with their deployment', () => {
    const db = world({ strategy: 'serial', hooks: [command('beforeStop')] });
    db.behaviour = () => ({});
    const reply = db.update(DB, { cmd: 'sleep 200' });
    const [run] = runsOf(db, reply);
    db.send({ kind: 'cancelDeployment', id: accepted(reply).deploymentId, force: true });
    db.advance(seconds(40));
    expect(db.tasks.get(run?.taskId ?? ('' as never))).to.equal(undefined);
    expect(db.state.rows.instances.by('hook', `${DB}/HOOK`)).to.deep.equal([]);
  });
});
