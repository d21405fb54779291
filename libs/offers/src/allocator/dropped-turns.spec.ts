import { millis, SeededChance, type AgentId } from '@ekiden/kernel';
import { expect } from 'chai';

import { bag } from '../../testing/allocator-stage.js';
import type { FrameworkId } from '../framework/index.js';
import type { Allocator, AllocatorEvent, AllocatorTurn } from './allocator.js';
import { drfAllocator } from './drf-allocator.js';

const FRAMEWORK = 'F' as FrameworkId;

function added(name: string, total: string): AllocatorEvent {
  const agent = { id: name as AgentId, hostname: name, attributes: [], total: bag(total) };
  return { kind: 'agentAdded', agent, active: true };
}

function removed(name: string): AllocatorEvent {
  return { kind: 'agentRemoved', agentId: name as AgentId };
}

function offered(turn: AllocatorTurn, offersMax = 100): readonly string[] {
  const { allocations } = turn.allocate({ now: millis(0), chance: new SeededChance(3), offersMax });
  return allocations
    .map(({ agentId, resources }) => `${agentId} ${String(resources.length)}`)
    .sort();
}

describe('a dropped turn', () => {
  function withAgents(...events: readonly AllocatorEvent[]): Allocator {
    const allocator = drfAllocator({ mode: 'batch' });
    const turn = allocator.begin();
    for (const event of events) turn.reduce(event);
    turn.merge();
    return allocator;
  }

  function drop(allocator: Allocator, ...events: readonly AllocatorEvent[]): void {
    const turn = allocator.begin();
    for (const event of events) turn.reduce(event);
    offered(turn);
  }

  const subscribed: AllocatorEvent = {
    kind: 'frameworkAdded',
    frameworkId: FRAMEWORK,
    roles: ['*'],
    active: true,
  };

  it('brings back an agent whose name another one had meanwhile, wherever in the turn', () => {
    const before = [added('A', 'c1'), added('B', 'c1')];
    const swaps = [
      [removed('A'), added('A', 'c9'), added('C', 'c9')],
      [added('C', 'c9'), removed('A'), added('A', 'c9')],
      [added('C', 'c9'), removed('C'), removed('A'), added('C', 'c9'), added('A', 'c9')],
    ];
    for (const swap of swaps) {
      const allocator = withAgents(...before);
      drop(allocator, subscribed, ...swap);
      const turn = allocator.begin();
      expect(turn.agent('C' as AgentId)).to.equal(undefined);
      expect(turn.agent('A' as AgentId)?.available).to.deep.equal(bag('c1'));
      turn.reduce(subscribed);
      expect(offered(turn)).to.deep.equal(['A 1', 'B 1']);
    }
  });

  it('leaves those queued that were, each once', () => {
    const allocator = withAgents(added('A', 'c1'), added('B', 'c1'), added('C', 'c1'));
    drop(allocator, added('D', 'c1'), removed('B'), subscribed);
    const turn = allocator.begin();
    expect(turn.queued).to.equal(3);
    turn.reduce(removed('A'));
    turn.reduce(added('E', 'c1'));
    expect(turn.queued).to.equal(3);
    expect(offered(turn)).to.deep.equal([]);
    expect(turn.queued).to.equal(0);
  });

  it('and what it had taken off the queue is looked at by the next', () => {
    const allocator = withAgents(subscribed);
    const first = allocator.begin();
    for (const name of ['A', 'B', 'C', 'D']) first.reduce(added(name, 'c1'));
    expect(offered(first, 2)).to.have.length(2);
    first.merge();
    drop(allocator, added('E', 'c1'));
    const next = allocator.begin();
    expect(next.queued).to.equal(2);
    expect(offered(next)).to.have.length(2);
    expect(next.queued).to.equal(0);
  });
});
