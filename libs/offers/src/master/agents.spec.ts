import { millis, seconds } from '@ekiden/kernel';
import { expect } from 'chai';

import {
  A,
  agentInfo,
  B,
  F,
  G,
  kinds,
  offersIn,
  Stage,
  states,
  T,
} from '../../testing/master-stage.js';
import type { FrameworkEvent, InverseOffer } from '../framework/index.js';

const AWARE = { capabilities: ['PARTITION_AWARE' as const] };

function inverse(events: readonly FrameworkEvent[]): readonly InverseOffer[] {
  return events.flatMap((event) => (event.kind === 'inverseOffers' ? event.inverseOffers : []));
}

function drainOf(stage: Stage) {
  return stage.master.state.agents.get(A)?.drain;
}

describe('draining an agent', () => {
  it('asks to leave, kills at the deadline, and is done with the last task', () => {
    const stage = new Stage();
    stage.withTask();
    stage.wait(6);
    const deadline = millis(stage.now + 60_000);
    const asked = stage.turn((turn) => {
      turn.drainAgent(A, { deadline, reason: 'new disks' });
    });
    expect(kinds(asked)).to.deep.equal(['rescind', 'inverseOffers']);
    expect(inverse(asked)[0]).to.deep.include({
      cause: 'drain',
      agentId: A,
      unavailability: { start: deadline },
    });
    expect(stage.begin().nextDeadline()).to.equal(deadline);
    stage.call({ kind: 'acceptInverse', agentId: A });
    expect([...stage.master.state.inverseOffers.values()][0]?.answer).to.equal('ACCEPT');
    expect(stage.wait(59)).to.deep.equal([]);
    stage.wait(1);
    expect(stage.effects).to.deep.equal([{ kind: 'kill', agentId: A, taskId: T }]);
    expect(drainOf(stage)).to.deep.include({ state: 'DRAINING', killing: true });
    const [status] = stage.status('TASK_KILLED');
    expect(status?.kind === 'status' ? status.status.reason : '').to.equal('AGENT_DRAINING');
    expect(drainOf(stage)).to.deep.include({ state: 'DRAINED', reason: 'new disks' });
    expect(stage.master.state.inverseOffers.size + stage.master.state.offers.size).to.equal(0);
    const back = stage.turn((turn) => {
      turn.activateAgent(A);
    });
    expect(kinds(back)).to.deep.equal(['offers']);
    expect(drainOf(stage)).to.equal(undefined);
  });

  it('changes nothing when it is said again, and takes new words', () => {
    const stage = new Stage();
    stage.withTask();
    const deadline = millis(stage.now + 60_000);
    stage.turn((turn) => {
      turn.drainAgent(A, { deadline });
    });
    const turn = stage.begin();
    turn.drainAgent(A, { deadline });
    expect(turn.changes().agents).to.deep.equal([]);
    const sooner = millis(stage.now + 1_000);
    turn.drainAgent(A, { deadline: sooner });
    expect(turn.agent(A)?.drain).to.deep.include({ deadline: sooner, since: stage.now });
  });

  it('repeats the kills to a host that was away, and is ended by activating', () => {
    const stage = new Stage();
    stage.withTask();
    stage.turn((turn) => {
      turn.agentUnreachable(A, 'silence');
      turn.drainAgent(A);
    });
    stage.turn((turn) => {
      turn.agentReachable(A);
    });
    expect(stage.effects).to.deep.equal([{ kind: 'kill', agentId: A, taskId: T }]);
    expect(drainOf(stage)?.state).to.equal('DRAINING');
  });

  it('may end with the agent gone for good', () => {
    const stage = new Stage();
    stage.withTask('cpus:1;mem:100', AWARE);
    stage.turn((turn) => {
      turn.drainAgent(A, { markGone: true });
    });
    expect(states(stage.status('TASK_KILLED'))).to.deep.equal(['TASK_GONE_BY_OPERATOR']);
    expect(stage.master.state.agents.get(A)?.goneSince).to.equal(stage.now);
    stage.turn((turn) => {
      expect(turn.registerAgent(agentInfo('A'))).to.equal(false);
      turn.agentReachable(A);
      turn.activateAgent(A);
    });
    expect(stage.master.state.offers.size).to.equal(0);
    const asked = { kind: 'reconcile' as const, tasks: [{ taskId: T, agentId: A }] };
    expect(states(stage.call(asked))).to.deep.equal(['TASK_GONE_BY_OPERATOR']);
  });
});

describe('an agent that an operator gives up', () => {
  it('takes its tasks along, and is remembered until it is removed', () => {
    const stage = new Stage();
    stage.withTask('cpus:1;mem:100', AWARE);
    const [status] = stage.turn((turn) => {
      turn.markAgentGone(A, 'burnt down');
    });
    expect(status).to.have.nested.property('status.reason', 'AGENT_REMOVED_BY_OPERATOR');
    expect(stage.master.state.tasks.size).to.equal(0);
    stage.turn((turn) => {
      turn.removeAgent(A, 'forgotten');
      expect(turn.registerAgent(agentInfo('A'))).to.equal(true);
    });
    expect(stage.master.state.offers.size).to.equal(1);
  });

  it('is restored as it was', () => {
    const stage = new Stage();
    stage.withTask();
    stage.turn((turn) => {
      turn.markAgentGone(A, 'burnt down');
    });
    const after = new Stage();
    const { agents, frameworks, tasks } = stage.master.state;
    after.master.restore({
      agents: agents.values(),
      frameworks: frameworks.values(),
      tasks: tasks.values(),
    });
    after.subscribe();
    expect(after.agent('A')).to.deep.equal([]);
  });
});

describe('maintenance', () => {
  it('takes offers back and makes them again with the window (ADM-10)', () => {
    const stage = new Stage();
    stage.agent('A');
    stage.subscribe();
    const window = { start: millis(stage.now + 60_000), duration: seconds(600) };
    const events = stage.turn((turn) => {
      turn.setUnavailability(A, window);
    });
    // Who holds an offer there is asked too, as in Mesos.
    expect(kinds(events)).to.deep.equal(['rescind', 'offers', 'inverseOffers']);
    expect(stage.offer(events).unavailability).to.deep.equal(window);
    const again = stage.turn((turn) => {
      turn.setUnavailability(A, window);
    });
    expect(again).to.deep.equal([]);
    const off = stage.turn((turn) => {
      turn.setUnavailability(A);
    });
    expect(stage.offer(off)).not.to.have.property('unavailability');
  });

  it('asks who has something there, once until it answers, and anew for a new window (MNT-03 to MNT-05)', () => {
    const stage = new Stage();
    stage.withTask();
    stage.agent('B');
    const start = millis(stage.now + 60_000);
    const events = stage.turn((turn) => {
      turn.setUnavailability(A, { start });
      turn.setUnavailability(B, { start });
    });
    expect(inverse(events).filter(({ agentId }) => agentId === A)).to.have.length(1);
    for (let tick = 0; tick < 3; tick += 1) expect(inverse(stage.wait(1))).to.deep.equal([]);
    const filters = { refuseSeconds: 10 };
    stage.call({ kind: 'declineInverse', agentId: A, filters });
    expect(inverse(stage.wait(9))).to.deep.equal([]);
    expect(inverse(stage.wait(1)).map(({ agentId }) => agentId)).to.deep.equal([A]);
    const later = { start: millis(start + 1) };
    const anew = stage.turn((turn) => {
      turn.setUnavailability(A, later);
    });
    expect(kinds(anew)).to.include('inverseRescinded');
    expect(inverse(anew)[0]?.unavailability).to.deep.equal(later);
  });

  it('asks nobody who is away (MNT-06)', () => {
    const stage = new Stage();
    stage.withTask();
    stage.subscribe(G);
    stage.turn((turn) => {
      turn.disconnect(F);
      turn.setUnavailability(A, { start: millis(stage.now + 60_000) });
    });
    expect(stage.master.state.inverseOffers.count('framework', F)).to.equal(0);
    expect(inverse(stage.subscribe())).to.have.length(1);
  });

  it('is forgotten for who has left', () => {
    const stage = new Stage();
    stage.withTask();
    stage.turn((turn) => {
      turn.setUnavailability(A, { start: millis(stage.now + 60_000) });
    });
    expect(stage.master.state.inverseOffers.size).to.equal(1);
    stage.status('TASK_FINISHED');
    expect(
      [...stage.master.state.inverseOffers.values()].filter(({ tasks }) => tasks),
    ).to.deep.equal([]);
  });
});

describe('an agent that is lost with a task', () => {
  it('is not offered again in any part (REC-10)', () => {
    const stage = new Stage();
    stage.withTask();
    const events = stage.turn((turn) => {
      turn.agentUnreachable(A, 'no answer');
    });
    expect(offersIn(events)).to.deep.equal([]);
    expect(offersIn(stage.wait(600))).to.deep.equal([]);
    const [row] = stage.master.state.tasks.by('agent', 'A');
    expect(row?.state).to.equal('TASK_UNREACHABLE');
  });
});
