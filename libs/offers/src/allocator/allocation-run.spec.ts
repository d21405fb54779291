import { millis, SeededChance, type AgentId, type Chance } from '@ekiden/kernel';
import { expect } from 'chai';

import type { FrameworkId } from '../framework/index.js';
import type { AllocatorTurn } from './allocator.js';
import { drfAllocator } from './drf-allocator.js';
import { bag, show } from '../../testing/allocator-stage.js';

describe('an allocation run', () => {
  function cluster(agents: number): AllocatorTurn {
    const turn = drfAllocator().begin();
    for (let i = 0; i < agents; i += 1) {
      const id = `agent-${i}` as AgentId;
      const total = bag('c24 m4096 d4096');
      turn.reduce({
        kind: 'agentAdded',
        agent: { id, hostname: id, attributes: [], total },
        active: true,
      });
    }
    const frameworkId = 'F' as FrameworkId;
    turn.reduce({ kind: 'frameworkAdded', frameworkId, roles: ['*'], active: true });
    return turn;
  }

  it('stops at the bound and goes on in the next call', () => {
    const turn = cluster(25);
    const chance = new SeededChance(3);
    const sizes = [0, 1, 2, 3].map(
      () => turn.allocate({ now: millis(0), chance, offersMax: 10 }).allocations.length,
    );
    expect(sizes).to.deep.equal([10, 10, 5, 0]);
    expect(turn.queued).to.equal(0);
  });

  it('costs in proportion to the agents it looks at', () => {
    const looked = (agents: number): number => {
      const seeded = new SeededChance(3);
      let seen = 0;
      const chance: Chance = {
        next: () => seeded.next(),
        int: (below) => seeded.int(below),
        shuffle: (items) => {
          seen += items.length;
          return [...items];
        },
      };
      const turn = cluster(agents);
      const options = { now: millis(0), chance, offersMax: 1e6 };
      const made = turn.allocate(options).allocations.length;
      turn.allocate(options);
      return seen + made;
    };
    expect(looked(4000)).to.equal(4 * looked(1000));
  });

  it('gives the same offers for the same books and chance, whatever was dropped before', () => {
    const outcomes = [false, true].map((drop) => {
      const allocator = drfAllocator();
      const setup = allocator.begin();
      for (const id of ['F', 'G', 'H']) {
        const frameworkId = id as FrameworkId;
        setup.reduce({ kind: 'frameworkAdded', frameworkId, roles: ['*'], active: true });
      }
      for (let i = 0; i < 30; i += 1) {
        const id = `A${i}` as AgentId;
        const agent = { id, hostname: id, attributes: [], total: bag('c1 m64') };
        setup.reduce({ kind: 'agentAdded', agent, active: true });
      }
      setup.merge();
      if (drop) {
        const dropped = allocator.begin();
        dropped.reduce({ kind: 'agentRemoved', agentId: 'A3' as AgentId });
        dropped.reduce({ kind: 'frameworkRemoved', frameworkId: 'G' as FrameworkId });
        dropped.reduce({ kind: 'weightChanged', role: '*', weight: 3 });
        dropped.allocate({ now: millis(0), chance: new SeededChance(9), offersMax: 10 });
      }
      const turn = allocator.begin();
      const run = { now: millis(0), chance: new SeededChance(5), offersMax: 100 };
      return turn.allocate(run).allocations.map(show);
    });
    expect(outcomes[0]).to.have.length(30);
    expect(outcomes[1]).to.deep.equal(outcomes[0]);
  });
});
