import { seconds, type TaskId } from '@ekiden/kernel';
import { expect } from 'chai';

import {
  A,
  agentInfo,
  F,
  G,
  kinds,
  offersIn,
  Stage,
  states,
  T,
} from '../../testing/master-stage.js';
import { formatResources, scalarOf } from '../resources/index.js';

function restoredFrom(before: Stage): Stage {
  const after = new Stage();
  const { agents, frameworks, tasks } = before.master.state;
  after.master.restore({
    agents: [...agents.values()],
    frameworks: [...frameworks.values()],
    tasks: [...tasks.values()],
  });
  return after;
}

describe('failover', () => {
  for (const order of ['framework first', 'agent first'] as const) {
    it(`ends in the same books, ${order} (REC-06)`, () => {
      const before = new Stage();
      before.withTask();
      const stage = restoredFrom(before);
      const events =
        order === 'framework first'
          ? [...stage.subscribe(), ...stage.agent('A')]
          : [...stage.agent('A'), ...stage.subscribe()];
      const offers = offersIn(events);
      expect(offers.map(({ resources }) => formatResources(resources))).to.deep.equal([
        'cpus:3;mem:924;ports:[31000-31009]',
      ]);
      expect(stage.master.state.tasks.size).to.equal(1);
    });
  }

  it('of a framework keeps its tasks and offers it only what they leave (REC-08)', () => {
    const stage = new Stage();
    stage.withTask();
    const again = offersIn(stage.subscribe());
    expect(again.map(({ resources }) => formatResources(resources))).to.deep.equal([
      'cpus:3;mem:924;ports:[31000-31009]',
    ]);
    expect(stage.master.state.tasks.get(T)?.state).to.equal('TASK_STAGING');
    expect(stage.effects).to.deep.equal([]);
  });

  it('is over when the framework ends: all it had goes to others (REC-09)', () => {
    const stage = new Stage();
    stage.withTask();
    stage.wait(6);
    stage.subscribe(G);
    const rest = stage.call({ kind: 'teardown' });
    expect(rest).to.deep.equal([]);
    expect(stage.effects).to.deep.equal([{ kind: 'kill', agentId: A, taskId: T }]);
    expect(offersIn(stage.heard.get(G) ?? [])).to.have.length(1);
    const subscribed = stage
      .begin()
      .subscribe({ id: F, name: 'F', roles: ['*'], failoverTimeout: seconds(1) });
    expect(subscribed).to.deep.equal({ ok: false, error: { kind: 'tearingDown' } });
    stage.status('TASK_KILLED');
    expect(stage.master.state.frameworks.has(F)).to.equal(false);
    expect(offersIn(stage.heard.get(G) ?? [])).to.have.length(1);
    expect(offersIn(stage.subscribe())).to.deep.equal([]);
  });
});

describe('what a framework is told', () => {
  it('reads LOST where it is not PARTITION_AWARE', () => {
    for (const capabilities of [[], ['PARTITION_AWARE' as const]]) {
      const stage = new Stage();
      stage.withTask('cpus:1', { capabilities });
      const [status] = stage.turn((turn) => {
        turn.agentUnreachable(A, 'silence');
      });
      const legacy = capabilities.length === 0 ? { legacyState: 'TASK_LOST' } : {};
      expect(status).to.deep.include({ kind: 'status', ...legacy });
      expect(states(status === undefined ? [] : [status])).to.deep.equal(['TASK_UNREACHABLE']);
      expect(status !== undefined && 'legacyState' in status).to.equal(capabilities.length === 0);
    }
  });

  it('says KILLING only to those who know the word', () => {
    const plain = new Stage();
    plain.withTask();
    plain.status('TASK_RUNNING');
    expect(plain.status('TASK_KILLING')).to.deep.equal([]);
    expect(states(plain.call({ kind: 'reconcile', tasks: [] }))).to.deep.equal(['TASK_RUNNING']);
    expect(plain.master.state.tasks.get(T)?.state).to.equal('TASK_KILLING');
    const able = new Stage();
    able.withTask('cpus:1', { capabilities: ['TASK_KILLING_STATE'] });
    expect(states(able.status('TASK_KILLING'))).to.deep.equal(['TASK_KILLING']);
  });
});

describe('updating a framework', () => {
  it('takes back offers of roles it leaves and offers under those it joins', () => {
    const stage = new Stage();
    stage.agent('A');
    stage.subscribe(F, ['eng', 'ops']);
    const held = [...stage.master.state.offers.values()][0]?.role ?? '';
    const other = held === 'eng' ? 'ops' : 'eng';
    const events = stage.call({ kind: 'updateFramework', update: { roles: [other] } });
    expect(kinds(events)).to.deep.equal(['rescind', 'offers']);
    expect(stage.offer(events).role).to.equal(other);
    expect(stage.master.state.frameworks.get(F)?.info).to.deep.include({
      roles: [other],
      name: 'F',
      failoverTimeout: 60_000,
    });
  });

  it('suppresses and releases roles, with their filters', () => {
    const stage = new Stage();
    stage.agent('A');
    const offer = stage.offer(stage.subscribe());
    const roles = ['*'];
    stage.call({ kind: 'updateFramework', update: { roles, suppressedRoles: roles } });
    const filters = { refuseSeconds: 3600 };
    expect(stage.call({ kind: 'decline', offerIds: [offer.id], filters })).to.deep.equal([]);
    expect(kinds(stage.call({ kind: 'updateFramework', update: { roles } }))).to.deep.equal([
      'offers',
    ]);
  });

  it('is refused as a whole', () => {
    const stage = new Stage();
    stage.subscribe();
    const turn = stage.begin();
    const refusals = [
      { roles: [] },
      { roles: ['*'], suppressedRoles: ['eng'] },
      { roles: ['*'], offerConstraints: { '*': { groups: [] } } },
    ].map((update) => {
      const done = turn.call(F, { kind: 'updateFramework', update });
      return done.ok ? 'ok' : done.error.kind;
    });
    expect(refusals).to.deep.equal(['invalidRole', 'unknownRole', 'invalidWish']);
    expect(turn.changes().frameworks).to.deep.equal([]);
  });
});

describe('filters', () => {
  it('say why, stand through unsuppress and end with clearFilters, by role and agent', () => {
    const stage = new Stage();
    stage.agent('A');
    stage.agent('B');
    const offers = offersIn(stage.subscribe());
    const offerIds = offers.map(({ id }) => id);
    const filters = { refuseSeconds: 3600 };
    stage.call({ kind: 'decline', offerIds, filters, reason: 'no room for the database' });
    const explained = stage.begin().explain({ framework: F, role: '*', agent: A });
    expect(explained).to.deep.equal({
      kind: 'filtered',
      until: stage.now + 3_600_000,
      reason: 'no room for the database',
    });
    stage.call({ kind: 'suppress' });
    expect(stage.call({ kind: 'unsuppress' })).to.deep.equal([]);
    const one = stage.call({ kind: 'clearFilters', roles: ['*'], agentId: A });
    expect(offersIn(one).map(({ agentId }) => agentId)).to.deep.equal([A]);
    expect(offersIn(stage.call({ kind: 'clearFilters' }))).to.have.length(1);
    expect(stage.begin().filters).to.equal(0);
  });
});

describe('task groups', () => {
  it('start whole or not at all, and their executor keeps its share until the last ends', () => {
    const stage = new Stage();
    stage.agent('A');
    const offer = stage.offer(stage.subscribe());
    const pod = (size: string, ...ids: string[]) => ({
      kind: 'LAUNCH_GROUP' as const,
      executor: { id: 'pod', resources: agentInfo('x', 'cpus:0.5').total },
      tasks: ids.map((id) => ({
        taskId: id as TaskId,
        name: id,
        resources: agentInfo('x', size).total,
        info: {},
      })),
    });
    const events = stage.operate([offer], [pod('cpus:2', 'a', 'b'), pod('cpus:1', 'c', 'd')]);
    expect(states(events)).to.deep.equal(['TASK_ERROR', 'TASK_ERROR']);
    expect(events[0]).to.have.nested.property('status.reason', 'TASK_GROUP_INVALID');
    expect([...stage.master.state.tasks.values()].map(({ id }) => id)).to.deep.equal(['c', 'd']);
    expect(stage.effects.map(({ kind }) => kind)).to.deep.equal(['launch', 'launch']);
    const next = stage.offer(events);
    expect(formatResources(next.resources)).to.contain('cpus:1.5');
    const taken = stage.operate([next], [pod('cpus:0.1', 'e')]);
    expect(states(taken)).to.deep.equal(['TASK_ERROR']);
    const restored = restoredFrom(stage);
    restored.subscribe();
    expect(formatResources(restored.offer(restored.agent('A')).resources)).to.contain('cpus:1.5');
    stage.status('TASK_FINISHED', { taskId: 'c' as TaskId });
    expect(free(stage)).to.equal('cpus:2.5');
    stage.status('TASK_FINISHED', { taskId: 'd' as TaskId });
    expect(free(stage)).to.equal('cpus:4');
  });
});

/** What is on offer in all, of cpus. */
function free(stage: Stage): string {
  let cpus = 0;
  for (const { resources } of stage.master.state.offers.values()) {
    cpus += scalarOf(resources, 'cpus');
  }
  return `cpus:${cpus / 1000}`;
}
