import { millis, seconds } from '@ekiden/kernel';
import { expect } from 'chai';

import {
  A,
  agentInfo,
  F,
  G,
  kinds,
  reserved,
  Stage,
  states,
  T,
  task,
} from '../../testing/master-stage.js';
import type { Offer, OfferId } from '../framework/index.js';
import { formatResources } from '../resources/index.js';

interface World {
  readonly stage: Stage;
  readonly eng: Offer;
  readonly ops: Offer;
  readonly elsewhere: Offer;
  readonly foreign: Offer;
}

/** Framework F with offers under two roles of agent A and one of B; G with one of C. */
function worldOfOffers(): World {
  const stage = new Stage();
  stage.agent('A', 'cpus(eng):2;cpus(ops):1');
  stage.agent('B', 'cpus(eng):2');
  stage.agent('C', 'cpus(qa):2');
  stage.subscribe(F, ['eng', 'ops']);
  stage.subscribe(G, ['qa']);
  const offer = (agent: string, role: string): Offer => {
    const offers = [...stage.master.state.offers.values()];
    const found = offers.find((each) => each.agentId === agent && each.role === role);
    if (found === undefined) throw new Error(`no offer of ${agent} under ${role}`);
    return found;
  };
  return {
    stage,
    eng: offer('A', 'eng'),
    ops: offer('A', 'ops'),
    elsewhere: offer('B', 'eng'),
    foreign: offer('C', 'qa'),
  };
}

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

  it('merges offers of one agent and role (ADM-02)', () => {
    const stage = new Stage();
    stage.withTask();
    const rest = stage.offer(stage.wait(6));
    const freed = stage.offer(stage.status('TASK_FINISHED'));
    expect(states(stage.launch([rest, freed], ['U', 'cpus:4;mem:1024']))).to.deep.equal([]);
    expect(stage.master.state.tasks.size).to.equal(1);
    expect(stage.master.state.offers.size).to.equal(0);
  });

  const invalid: readonly (readonly [string, (world: World) => readonly Offer[]])[] = [
    ['one that never was', ({ eng }) => [eng, { ...eng, id: 'never' as OfferId }]],
    ['one named twice', ({ eng }) => [eng, eng]],
    ["another framework's", ({ eng, foreign }) => [eng, foreign]],
    ['offers of two agents', ({ eng, elsewhere }) => [eng, elsewhere]],
    ['offers of two roles', ({ eng, ops }) => [eng, ops]],
  ];
  for (const [name, pick] of invalid) {
    it(`is refused as a whole for ${name} (ADM-01)`, () => {
      const world = worldOfOffers();
      const { stage, foreign } = world;
      const reserve = { kind: 'RESERVE' as const, resources: reserved('cpus:1', 'eng') };
      const launch = { kind: 'LAUNCH' as const, tasks: [task('T', 'cpus:1')] };
      const events = stage.operate(pick(world), [launch, reserve], 3600);
      const [status, operation] = events;
      expect(status).to.deep.include({ legacyState: 'TASK_LOST' });
      expect(status).to.have.nested.property('status.reason', 'INVALID_OFFERS');
      expect(operation?.kind === 'operation' ? operation.status.state : '').to.equal('ERROR');
      // Without a filter: what was discarded is on offer again.
      expect(kinds(events).at(-1)).to.equal('offers');
      expect(stage.begin().filters).to.equal(0);
      expect(stage.master.state.tasks.size).to.equal(0);
      expect(stage.master.state.offers.has(foreign.id)).to.equal(true);
    });
  }

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
    const stage = new Stage({ lease: seconds(30) });
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
