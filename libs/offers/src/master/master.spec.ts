import { millis, type TaskId } from '@ekiden/kernel';
import { expect } from 'chai';

import { A, F, agentInfo, kinds, states, Stage } from '../../testing/master-stage.js';
import type { FrameworkCall } from '../framework/index.js';
import { formatResources } from '../resources/index.js';
import type { Master } from './master.js';

describe('agents', () => {
  it('may register the same again without any effect', () => {
    const stage = new Stage();
    stage.withTask();
    const turn = stage.begin();
    turn.registerAgent(agentInfo('A'));
    expect(turn.changes()).to.deep.equal({
      agents: [],
      frameworks: [],
      tasks: [],
      roles: [],
    });
  });

  it('are not offered while an operator keeps them out', () => {
    const stage = new Stage();
    stage.turn((turn) => {
      turn.registerAgent(agentInfo('A', 'cpus:1', 'rack:r1'));
    });
    expect(stage.offer(stage.subscribe()).attributes).to.have.length(1);
    const events = stage.turn((turn) => {
      turn.deactivateAgent(A);
    });
    expect(kinds(events)).to.deep.equal(['rescind']);
    stage.turn((turn) => {
      turn.registerAgent(agentInfo('A', 'cpus:2'));
    });
    expect(stage.master.state.offers.size).to.equal(0);
    const back = stage.turn((turn) => {
      turn.activateAgent(A);
    });
    expect(formatResources(stage.offer(back).resources)).to.equal('cpus:2');
  });

  it('leave out ports somebody else holds, until the time is over', () => {
    const stage = new Stage();
    stage.turn((turn) => {
      turn.registerAgent(agentInfo('A', 'cpus:1;ports:[31000-31003]'));
    });
    stage.subscribe();
    const events = stage.turn((turn) => {
      turn.withholdPorts(A, [31001, 40000], millis(stage.now + 1_000));
    });
    expect(kinds(events)).to.deep.equal(['rescind', 'offers']);
    const offer = stage.offer(events);
    expect(formatResources(offer.resources)).to.equal('cpus:1;ports:[31000-31000,31002-31003]');
    expect(stage.begin().nextDeadline()).to.equal(stage.now + 1_000);
    stage.now = millis(stage.now + 1_000);
    const filters = { refuseSeconds: 0 };
    const whole = stage.call({ kind: 'decline', offerIds: [offer.id], filters });
    expect(formatResources(stage.offer(whole).resources)).to.equal('cpus:1;ports:[31000-31003]');
  });
});

describe('turns', () => {
  it('change nothing that readers see before they are merged', () => {
    const stage = new Stage();
    const turn = stage.begin();
    turn.registerAgent(agentInfo('A'));
    expect(stage.master.state.agents.size).to.equal(0);
    turn.merge();
    expect(stage.master.state.agents.size).to.equal(1);
    expect(() => {
      turn.allocate(1);
    }).to.throw('over');
  });

  it('keep for the next turn what nobody took', () => {
    const stage = new Stage();
    const turn = stage.begin();
    turn.registerAgent(agentInfo('A'));
    turn.subscribe({ id: F, name: 'F', roles: ['*'], failoverTimeout: millis(0) });
    turn.allocate(10);
    turn.merge();
    const next = stage.begin();
    expect(kinds(next.takeEvents(F))).to.deep.equal(['offers']);
    expect(next.takeEvents(F)).to.deep.equal([]);
  });

  it('after a restore offer an agent only once it registered, and say nothing of what may come', () => {
    const before = new Stage();
    before.withTask();
    const { agents, frameworks, tasks } = before.master.state;
    const rows: unknown = JSON.parse(
      JSON.stringify({
        agents: [...agents.values()],
        frameworks: [...frameworks.values()],
        tasks: [...tasks.values()],
      }),
    );
    const after = new Stage();
    after.master.restore(rows as Parameters<Master['restore']>[0]);
    expect(after.subscribe()).to.deep.equal([]);
    const asked: FrameworkCall = { kind: 'reconcile', tasks: [{ taskId: 'X' as TaskId }] };
    expect(after.call(asked)).to.deep.equal([]);
    const events = after.turn((turn) => {
      turn.registerAgent(agentInfo('A'));
    });
    expect(formatResources(after.offer(events).resources)).to.equal(
      'cpus:3;mem:924;ports:[31000-31009]',
    );
    expect(states(after.call(asked))).to.deep.equal(['TASK_UNKNOWN']);
  });
});
