import { millis, seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import { expect } from 'chai';

import { A, F, T, agentInfo, states, Stage } from '../../testing/master-stage.js';
import type { FrameworkId } from '../framework/index.js';
import { quantities } from '../resources/index.js';

describe('task statuses', () => {
  it('only move forward; health and addresses are news within a state', () => {
    const stage = new Stage();
    stage.withTask();
    expect(states(stage.status('TASK_RUNNING'))).to.deep.equal(['TASK_RUNNING']);
    expect(stage.master.state.tasks.get(T)?.info).to.equal(null);
    expect(stage.status('TASK_STARTING')).to.deep.equal([]);
    expect(stage.outcome).to.equal('stale');
    expect(stage.status('TASK_RUNNING')).to.deep.equal([]);
    expect(states(stage.status('TASK_RUNNING', { healthy: true }))).to.have.length(1);
    expect(stage.status('TASK_RUNNING', { healthy: true })).to.deep.equal([]);
    expect(states(stage.status('TASK_RUNNING', { ipAddresses: ['10.0.0.1'] }))).to.have.length(1);
    expect(stage.status('TASK_RUNNING', { agentId: 'B' as AgentId })).to.deep.equal([]);
    stage.status('TASK_FAILED', { exitCode: 1 });
    expect(stage.outcome).to.equal('forwarded');
    stage.status('TASK_RUNNING');
    expect(stage.outcome).to.equal('unknownTask');
  });

  it('of a lost agent are uncertain until it is back', () => {
    const stage = new Stage();
    stage.withTask();
    stage.status('TASK_RUNNING');
    const lost = stage.turn((turn) => {
      turn.agentUnreachable(A, 'no answer for 75 s');
    });
    expect(states(lost)).to.deep.equal(['TASK_UNREACHABLE']);
    expect(stage.master.state.tasks.get(T)?.unreachableSince).to.equal(stage.now);
    expect(stage.begin().explain({ framework: F, role: '*', agent: A }).kind).to.equal(
      'agentInactive',
    );
    stage.turn((turn) => {
      turn.agentReachable(A);
    });
    expect(states(stage.status('TASK_RUNNING'))).to.deep.equal(['TASK_RUNNING']);
    expect(stage.master.state.tasks.get(T)?.unreachableSince).to.equal(undefined);
    const gone = stage.turn((turn) => {
      turn.removeAgent(A, 'decommissioned');
    });
    expect(states(gone)).to.deep.equal(['TASK_GONE']);
    expect(stage.master.state.tasks.size + stage.master.state.agents.size).to.equal(0);
  });

  it('wait for a framework that is away, and end its tasks when it stays away', () => {
    const stage = new Stage();
    stage.withTask();
    stage.turn((turn) => {
      turn.disconnect(F);
    });
    expect(stage.status('TASK_FINISHED')).to.deep.equal([]);
    expect(stage.outcome).to.equal('recorded');
    expect(states(stage.subscribe())).to.deep.equal(['TASK_FINISHED']);
    expect(stage.master.state.tasks.size).to.equal(0);

    const away = new Stage();
    away.withTask();
    away.turn((turn) => {
      turn.disconnect(F);
    });
    expect(away.begin().nextDeadline()).to.equal(away.now + 60_000);
    away.now = millis(away.now + 60_000);
    away.turn(() => undefined);
    expect(away.effects).to.deep.equal([{ kind: 'kill', agentId: A, taskId: T }]);
    away.status('TASK_KILLED');
    expect(away.master.state.frameworks.size + away.master.state.tasks.size).to.equal(0);
  });
});

describe('frameworks', () => {
  it('are refused what they may not ask, with the reason', () => {
    const stage = new Stage();
    stage.withTask();
    stage.subscribe(F, ['*'], { capabilities: ['ASKS'] });
    const other = 'G' as FrameworkId;
    stage.subscribe(other);
    const turn = stage.begin();
    const shape = quantities({ cpus: 1 });
    const refusals = [
      turn.call('X' as FrameworkId, { kind: 'revive' }),
      turn.call(F, { kind: 'suppress', roles: ['eng'] }),
      turn.call(F, { kind: 'ask', asks: [{ id: 'a', role: '*', shape, count: -1 }] }),
      turn.call(other, { kind: 'ask', asks: [] }),
      turn.call(other, { kind: 'kill', taskId: T }),
      turn.subscribe({ id: other, name: 'G', roles: ['a//b'], failoverTimeout: millis(0) }),
    ].map((result) => (result.ok ? 'ok' : result.error.kind));
    expect(refusals).to.deep.equal([
      'notSubscribed',
      'unknownRole',
      'invalidAsk',
      'capabilityNeeded',
      'foreignTask',
      'invalidRole',
    ]);
  });

  it('have tasks killed with their grace period', () => {
    const stage = new Stage();
    stage.withTask();
    stage.call({ kind: 'kill', taskId: T, gracePeriod: seconds(3) });
    expect(stage.effects).to.deep.equal([
      { kind: 'kill', agentId: A, taskId: T, gracePeriod: 3000 },
    ]);
    const unknown = stage.call({ kind: 'kill', taskId: 'X' as TaskId });
    expect(states(unknown)).to.deep.equal(['TASK_UNKNOWN']);
  });

  it('reconcile: known tasks as they are, unknown ones by what is known of the host', () => {
    const stage = new Stage();
    stage.withTask();
    stage.status('TASK_RUNNING');
    expect(states(stage.call({ kind: 'reconcile', tasks: [] }))).to.deep.equal(['TASK_RUNNING']);
    const X = 'X' as TaskId;
    const tasks = [{ taskId: T }, { taskId: X, agentId: A }, { taskId: X }];
    expect(states(stage.call({ kind: 'reconcile', tasks }))).to.deep.equal([
      'TASK_RUNNING',
      'TASK_GONE',
      'TASK_UNKNOWN',
    ]);
  });

  it('lose their offers when they subscribe again, and get new ones', () => {
    const stage = new Stage();
    stage.turn((turn) => {
      turn.registerAgent(agentInfo('A'));
    });
    const first = stage.offer(stage.subscribe());
    const second = stage.offer(stage.subscribe());
    expect(second.id).not.to.equal(first.id);
    expect(stage.master.state.offers.size).to.equal(1);
  });
});
