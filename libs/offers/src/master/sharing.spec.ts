import { expect } from 'chai';

import { ask, F, G, offersIn, Stage, task } from '../../testing/master-stage.js';
import type { FrameworkId } from '../framework/index.js';
import { limits, quantities, scalarOf } from '../resources/index.js';

const ASKS = { capabilities: ['ASKS' as const] };

/** Every framework launches a task of one cpu on each offer it gets, until nothing is offered. */
function runAll(stage: Stage, frameworks: readonly FrameworkId[]): void {
  let launched = 0;
  for (let round = 0; round < 200; round += 1) {
    const offers = [...stage.master.state.offers.values()];
    if (offers.length === 0) return;
    stage.turn((turn) => {
      for (const offer of offers) {
        launched += 1;
        const fits = scalarOf(offer.resources, 'cpus') >= 1000;
        turn.call(offer.frameworkId, {
          kind: 'accept',
          offerIds: [offer.id],
          launches: fits ? [task(`t${launched}`, 'cpus:1;mem:10')] : [],
          filters: { refuseSeconds: fits ? 0 : 3600 },
        });
      }
    }, frameworks[0]);
  }
}

function tasksOf(stage: Stage): Readonly<Record<string, number>> {
  const { tasks } = stage.master.state;
  return { F: tasks.count('framework', F), G: tasks.count('framework', G) };
}

function pool(): Stage {
  const stage = new Stage();
  for (let n = 0; n < 6; n += 1) stage.agent(`agent-${n}`, 'cpus:5;mem:1000');
  return stage;
}

describe('two frameworks on one pool', () => {
  it('share it by the weights of their roles', () => {
    const stage = pool();
    stage.turn((turn) => {
      turn.setWeight('services', 2);
    });
    stage.subscribe(F, ['services'], ASKS);
    stage.subscribe(G, ['batch'], ASKS);
    stage.turn((turn) => {
      turn.call(F, { kind: 'ask', asks: [ask('f', 1, 1000, 'services')] });
      turn.call(G, { kind: 'ask', asks: [ask('g', 1, 1000, 'batch')] });
    });
    runAll(stage, [F, G]);
    const { F: f = 0, G: g = 0 } = tasksOf(stage);
    expect(f + g).to.equal(30);
    // Whole agents are offered: within one agent of 20 and 10.
    expect(f).to.be.within(15, 25);
  });

  it('keep to a limit and find what is guaranteed to them', () => {
    const stage = pool();
    stage.turn((turn) => {
      const most = { guarantees: quantities({}), limits: limits({ cpus: 7 }) };
      expect(turn.setRole('batch', { quota: most }).ok).to.equal(true);
      const least = { guarantees: quantities({ cpus: 10 }), limits: limits({}) };
      expect(turn.setRole('services', { quota: least }).ok).to.equal(true);
    });
    // The greedy one is there long before the other.
    stage.subscribe(G, ['batch']);
    runAll(stage, [G]);
    expect(tasksOf(stage)).to.deep.equal({ F: 0, G: 7 });
    expect(offersIn(stage.subscribe(F, ['services'])).length).to.be.greaterThan(0);
    runAll(stage, [F, G]);
    expect(tasksOf(stage)).to.deep.equal({ F: 23, G: 7 });
  });

  it('of which a thousand want nothing cost nothing', () => {
    const stage = pool();
    for (let n = 0; n < 1000; n += 1) stage.subscribe(`idle-${n}` as FrameworkId, ['*'], ASKS);
    stage.subscribe(F, ['*'], ASKS);
    expect(stage.master.state.offers.size).to.equal(0);
    const events = stage.call({ kind: 'ask', asks: [ask('f', 1, 3)] });
    expect(offersIn(events).every(({ frameworkId }) => frameworkId === F)).to.equal(true);
    expect(stage.begin().queuedAgents).to.equal(0);
  });
});
