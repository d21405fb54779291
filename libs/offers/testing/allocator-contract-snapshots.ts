import { millis, type AgentId } from '@ekiden/kernel';
import { expect } from 'chai';

import type {
  Allocator,
  AllocatorTurn,
  DrfOptions,
  PoolTransaction,
  TransactionOutcome,
} from '../src/allocator/index.js';
import type { FrameworkId } from '../src/framework/index.js';
import { bag, quotaEvent, SteadyChance } from './oracle/index.js';

type Mode = PoolTransaction['mode'];

/** For implementations that let frameworks read the pool and take of it by their own choice. */
export function snapshotContract(make: (options: DrfOptions) => Allocator): void {
  it('books takings of agents that are as they were read, if it has snapshots', () => {
    const turn = pool(make);
    const { snapshots } = turn;
    if (snapshots === undefined) return;
    const read = snapshots.snapshot();
    expect(read.agents.map(({ facts }) => facts.id)).to.deep.equal(['A', 'B']);
    expect(take(turn, read, 'partial', { A: 'c1', B: 'c9' })).to.deep.equal({
      committed: ['A'],
      conflicts: [{ agentId: 'B', reason: 'notAvailable' }],
    });
    expect(turn.agent('A' as AgentId)?.allocated).to.deep.equal(bag('c1'));
    expect(take(turn, read, 'partial', { A: 'c1', B: 'c1', X: 'c1' })).to.deep.equal({
      committed: ['B'],
      conflicts: [
        { agentId: 'A', reason: 'changed' },
        { agentId: 'X', reason: 'unknownAgent' },
      ],
    });
    expect(read.agents[0]?.available).to.deep.equal(bag('c2 m512'));
  });

  it('takes all or nothing for gangs, within limits, if it has snapshots', () => {
    const turn = pool(make);
    const { snapshots } = turn;
    if (snapshots === undefined) return;
    const read = snapshots.snapshot();
    turn.reduce(quotaEvent('a', '', 'c3'));
    const gang = take(turn, read, 'all', { A: 'c2', B: 'c2' });
    expect(gang).to.deep.equal({
      committed: [],
      conflicts: [{ agentId: 'B', reason: 'limit' }],
    });
    expect(turn.agent('A' as AgentId)?.allocated).to.deep.equal(bag(''));
    const again = take(turn, snapshots.snapshot(), 'all', { A: 'c2', B: 'c1' });
    expect(again.committed).to.deep.equal(['A', 'B']);
    const run = turn.allocate({ now: millis(0), chance: new SteadyChance(1), offersMax: 9 });
    expect(run.allocations).to.deep.equal([]);
  });
}

function pool(make: (options: DrfOptions) => Allocator): AllocatorTurn {
  const turn = make({}).begin();
  for (const id of ['A', 'B'] as AgentId[]) {
    const agent = { id, hostname: id, attributes: [], total: bag('c2 m512') };
    turn.reduce({ kind: 'agentAdded', agent, active: true });
  }
  const frameworkId = 'F' as FrameworkId;
  const suppressed = ['a'];
  turn.reduce({ kind: 'frameworkAdded', frameworkId, roles: ['a'], active: true, suppressed });
  return turn;
}

function take(
  turn: AllocatorTurn,
  read: ReturnType<NonNullable<AllocatorTurn['snapshots']>['snapshot']>,
  mode: Mode,
  wanted: Readonly<Record<string, string>>,
): TransactionOutcome | { readonly committed: readonly AgentId[] } {
  const takings = Object.entries(wanted).map(([id, text]) => ({
    agentId: id as AgentId,
    version: read.agents.find(({ facts }) => facts.id === id)?.version ?? 0,
    resources: bag(text),
  }));
  const frameworkId = 'F' as FrameworkId;
  const outcome = turn.snapshots?.commit({ frameworkId, role: 'a', takings, mode });
  return outcome ?? { committed: [] };
}
