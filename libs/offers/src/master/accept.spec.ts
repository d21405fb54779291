import { millis, seconds } from '@ekiden/kernel';
import { expect } from 'chai';

import { A, F, T, agentInfo, kinds, states, Stage } from '../../testing/master-stage.js';
import { formatResources } from '../resources/index.js';

describe('accepting offers', () => {
  it('launches after the commit, declines the rest, and frees it when the task ends', () => {
    const stage = new Stage();
    expect(stage.withTask()).to.deep.equal([]);
    expect(stage.effects.map((effect) => effect.kind)).to.deep.equal(['launch']);
    expect(stage.master.state.tasks.get(T)?.epoch).to.equal(1);
    stage.now = millis(stage.now + 5_000);
    const rest = stage.offer(stage.turn(() => undefined));
    expect(formatResources(rest.resources)).to.equal('cpus:3;mem:924;ports:[31000-31009]');
    const events = stage.status('TASK_FINISHED');
    expect(kinds(events)).to.deep.equal(['status', 'offers']);
    expect(formatResources(stage.offer(events).resources)).to.equal('cpus:1;mem:100');
    expect(stage.master.state.tasks.size).to.equal(0);
  });

  it('merges offers of one agent and role', () => {
    const stage = new Stage();
    stage.turn((turn) => {
      turn.registerAgent(agentInfo('A'));
    });
    const first = stage.offer(stage.subscribe());
    const more = agentInfo('A', 'cpus:4;mem:1024;ports:[31000-31009];disk:5');
    const events = stage.turn((turn) => {
      turn.registerAgent(more);
    });
    expect(kinds(events)).to.deep.equal(['rescind', 'offers']);
    const whole = stage.offer(events);
    expect(states(stage.launch([first, whole], ['T', 'cpus:1']))).to.deep.equal(['TASK_DROPPED']);
  });

  it('drops every launch of an invalid set and frees the offers that live (ADM-01)', () => {
    const stage = new Stage();
    stage.turn((turn) => {
      turn.registerAgent(agentInfo('A'));
      turn.registerAgent(agentInfo('B'));
    });
    const events = stage.subscribe();
    const offers = events.flatMap((event) => (event.kind === 'offers' ? event.offers : []));
    expect(offers).to.have.length(2);
    const answer = stage.launch(offers, ['T', 'cpus:1'], ['U', 'cpus:1']);
    expect(states(answer)).to.deep.equal(['TASK_DROPPED', 'TASK_DROPPED']);
    expect(kinds(answer).at(-1)).to.equal('offers');
    expect(stage.master.state.offers.size).to.equal(2);
    const again = stage.launch(offers, ['T', 'cpus:1']);
    expect(states(again)).to.deep.equal(['TASK_DROPPED']);
  });

  it('answers a launch that does not fit with an error and launches the others (ADM-02)', () => {
    const stage = new Stage();
    stage.turn((turn) => {
      turn.registerAgent(agentInfo('A'));
    });
    const offer = stage.offer(stage.subscribe());
    const events = stage.launch([offer], ['big', 'cpus:5'], ['T', 'cpus:1'], ['none', '']);
    expect(states(events)).to.deep.equal(['TASK_ERROR', 'TASK_ERROR']);
    expect([...stage.master.state.tasks.values()].map((task) => task.id)).to.deep.equal(['T']);
  });

  it('never touches a running task whose id is named again', () => {
    const stage = new Stage();
    stage.withTask();
    stage.now = millis(stage.now + 5_000);
    const offer = stage.offer(stage.turn(() => undefined));
    expect(states(stage.launch([offer], ['T', 'cpus:1'], ['U', 'cpus:1']))).to.deep.equal([
      'TASK_DROPPED',
    ]);
    expect(stage.master.state.tasks.get(T)?.state).to.equal('TASK_STAGING');
  });

  it('with no launches is a decline (ADM-04)', () => {
    const stage = new Stage();
    stage.turn((turn) => {
      turn.registerAgent(agentInfo('A'));
    });
    const offer = stage.offer(stage.subscribe());
    expect(stage.launch([offer])).to.deep.equal([]);
    expect(stage.begin().explain({ framework: F, role: '*', agent: A })).to.deep.equal({
      kind: 'filtered',
      until: stage.now + 5_000,
    });
  });

  it('comes too late when the offer timed out (ADM-05)', () => {
    const stage = new Stage({ offerTimeout: seconds(30) });
    stage.turn((turn) => {
      turn.registerAgent(agentInfo('A'));
    });
    const offer = stage.offer(stage.subscribe());
    expect(stage.begin().nextDeadline()).to.equal(stage.now + 30_000);
    stage.now = millis(stage.now + 30_000);
    expect(kinds(stage.turn(() => undefined))).to.deep.equal(['rescind', 'offers']);
    expect(states(stage.launch([offer], ['T', 'cpus:1']))).to.deep.equal(['TASK_DROPPED']);
  });
});
