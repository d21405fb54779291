import { seconds, type TaskId } from '@ekiden/kernel';
import { expect } from 'chai';

import { A, ask, F, G, kinds, offersIn, Stage, T, task } from '../../testing/master-stage.js';
import type { FrameworkEvent, InverseOffer } from '../framework/index.js';
import { limits, quantities } from '../resources/index.js';

const URGENT = { ...ask('urgent', 2, 1), priority: 10 };

/** G fills agent A with tasks of 1 cpu; F asks for two of them. */
function filled(preemptionNotice?: number): Stage {
  const stage = new Stage(
    preemptionNotice === undefined ? {} : { preemptionNotice: seconds(preemptionNotice) },
  );
  stage.agent('A', 'cpus:3;mem:1024');
  const offer = stage.offer(stage.subscribe(G, ['batch']));
  const tasks = [task('T', 'cpus:1', 5), task('U', 'cpus:1'), task('V', 'cpus:1', 10)];
  stage.operate([offer], [{ kind: 'LAUNCH', tasks }]);
  stage.call({ kind: 'suppress' }, G);
  stage.subscribe(F, ['*'], { capabilities: ['ASKS'] });
  return stage;
}

function inverse(events: readonly FrameworkEvent[] = []): readonly InverseOffer[] {
  return events.flatMap((event) => (event.kind === 'inverseOffers' ? event.inverseOffers : []));
}

describe('preemption', () => {
  it('asks the holder to leave, kills after the notice, and the room goes to the ask', () => {
    const stage = filled(30);
    stage.call({ kind: 'ask', asks: [URGENT] });
    const [asked, ...more] = inverse(stage.heard.get(G));
    expect(more).to.deep.equal([]);
    expect(asked).to.deep.include({ cause: 'preemption', agentId: A });
    // The lowest priority first; one of the same or a higher priority never.
    expect(asked?.tasks).to.have.members(['U', 'T']);
    expect(stage.effects).to.deep.equal([]);
    expect(stage.begin().nextDeadline()).to.equal(stage.now + 30_000);
    expect(kinds(stage.wait(29, G))).to.deep.equal([]);
    stage.wait(1);
    expect(stage.effects.map((effect) => effect.kind)).to.deep.equal(['kill', 'kill']);
    stage.status('TASK_KILLED');
    expect(stage.heard.get(G)?.[0]).to.have.nested.property('status.reason', 'CONTAINER_PREEMPTED');
    const offers = offersIn(stage.status('TASK_KILLED', { taskId: 'U' as TaskId }));
    expect(offers.map(({ frameworkId }) => frameworkId)).to.deep.equal([F]);
    expect(stage.master.state.inverseOffers.size).to.equal(0);
  });

  it('never happens unless the option is set', () => {
    const stage = filled();
    stage.call({ kind: 'ask', asks: [URGENT] });
    expect(stage.heard.get(G)).to.deep.equal([]);
    stage.wait(3600);
    expect(stage.effects).to.deep.equal([]);
  });

  it('is withdrawn when the room is not needed any more', () => {
    const stage = filled(30);
    stage.call({ kind: 'ask', asks: [URGENT] });
    stage.call({ kind: 'ask', asks: [] });
    expect(kinds(stage.heard.get(G) ?? [])).to.deep.equal(['inverseRescinded']);
    stage.wait(60);
    expect(stage.effects).to.deep.equal([]);
  });

  it('leaves alone what is guaranteed to a role', () => {
    const stage = filled(30);
    stage.turn((turn) => {
      const quota = { guarantees: quantities({ cpus: 2 }), limits: limits({}) };
      expect(turn.setRole('batch', { quota }).ok).to.equal(true);
    });
    stage.call({ kind: 'ask', asks: [URGENT] });
    expect(inverse(stage.heard.get(G))).to.deep.equal([]);
    stage.call({ kind: 'ask', asks: [{ ...ask('small', 1, 1), priority: 10 }] });
    expect(inverse(stage.heard.get(G)).flatMap(({ tasks }) => tasks)).to.deep.equal(['U']);
  });

  it('does not happen for what another gate forbids, or an ask of no higher priority', () => {
    const stage = filled(30);
    const constraints = {
      groups: [
        [
          {
            selector: { kind: 'attribute' as const, name: 'rack' },
            predicate: { kind: 'exists' as const },
          },
        ],
      ],
    };
    stage.call({ kind: 'ask', asks: [{ ...URGENT, constraints }] });
    expect(inverse(stage.heard.get(G))).to.deep.equal([]);
    stage.call({ kind: 'ask', asks: [{ ...URGENT, priority: 0 }] });
    expect(inverse(stage.heard.get(G))).to.deep.equal([]);
    expect(stage.master.state.tasks.get(T)?.priority).to.equal(5);
  });
});
