import { expect } from 'chai';

import { A, B, F, Stage, states, task } from '../../testing/master-stage.js';
import type { FrameworkCall, FrameworkEvent } from '../framework/index.js';
import { formatResources } from '../resources/index.js';

type Transact = Extract<FrameworkCall, { kind: 'transact' }>;

/** Agents A and B with cpus:2 each; F is suppressed and chooses by itself. */
function start(): Stage {
  const stage = new Stage();
  stage.agent('A', 'cpus:2;mem:100');
  stage.agent('B', 'cpus:2;mem:100');
  stage.subscribe(F, ['*'], { suppressedRoles: ['*'] });
  return stage;
}

function transaction(
  stage: Stage,
  mode: Transact['mode'],
  wants: Record<string, string>,
): Transact {
  const agents = stage.begin().snapshot()?.agents ?? [];
  return {
    kind: 'transact',
    role: '*',
    mode,
    takings: Object.entries(wants).map(([id, resources]) => {
      const agent = agents.find(({ facts }) => facts.id === id);
      if (agent === undefined) throw new Error(`no agent ${id}`);
      const { facts, version } = agent;
      return { agentId: facts.id, version, launches: [task(`on ${id} ${version}`, resources)] };
    }),
  };
}

function outcome(events: readonly FrameworkEvent[]): unknown {
  const [found] = events.filter((event) => event.kind === 'transaction');
  return found === undefined
    ? undefined
    : [found.committed, found.conflicts.map(({ agentId, reason }) => `${agentId} ${reason}`)];
}

describe('transactions', () => {
  it('take from a snapshot what is still there', () => {
    const stage = start();
    const events = stage.call(transaction(stage, 'all', { A: 'cpus:1', B: 'cpus:2' }));
    expect(outcome(events)).to.deep.equal([[A, B], []]);
    expect(stage.effects.map((effect) => effect.kind)).to.deep.equal(['launch', 'launch']);
    const left = stage
      .begin()
      .snapshot()
      ?.agents.map(({ available }) => formatResources(available));
    expect(left).to.have.members(['cpus:1;mem:100', 'mem:100']);
  });

  it('commit what has not changed, or nothing, as the mode says', () => {
    for (const mode of ['partial', 'all'] as const) {
      const stage = start();
      const stale = transaction(stage, mode, { A: 'cpus:1', B: 'cpus:1' });
      stage.call(transaction(stage, 'all', { A: 'cpus:0.5' }));
      const events = stage.call({
        ...stale,
        takings: stale.takings.map((taking) => ({
          ...taking,
          launches: [task(`again on ${taking.agentId}`, 'cpus:1')],
        })),
      });
      const partial = mode === 'partial';
      expect(outcome(events)).to.deep.include(partial ? [B] : []);
      expect(states(events)).to.have.length(partial ? 1 : 2);
      expect(stage.master.state.tasks.size).to.equal(partial ? 2 : 1);
    }
  });

  it('are refused whole when they make no sense', () => {
    const stage = start();
    const good = transaction(stage, 'all', { A: 'cpus:1' });
    const [taking] = good.takings;
    if (taking === undefined) throw new Error('no taking');
    const turn = stage.begin();
    const refusals = [
      { ...good, role: 'eng' },
      { ...good, takings: [taking, taking] },
      { ...good, takings: [{ ...taking, launches: [] }] },
      { ...good, takings: [{ ...taking, launches: [...taking.launches, ...taking.launches] }] },
    ].map((call) => {
      const done = turn.call(F, call);
      return done.ok ? 'ok' : done.error.kind;
    });
    expect(refusals).to.deep.equal([
      'unknownRole',
      'invalidTransaction',
      'invalidTransaction',
      'duplicateTask',
    ]);
  });
});
