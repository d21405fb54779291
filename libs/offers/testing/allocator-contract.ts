import { millis, SeededChance, type AgentId } from '@ekiden/kernel';
import { expect } from 'chai';

import type { AgentFacts, AllocateOptions, Allocator, DrfOptions } from '../src/allocator/index.js';
import type { FrameworkId } from '../src/framework/index.js';
import { quantities } from '../src/resources/index.js';
import { rulesContract, type Stages } from './allocator-contract-rules.js';
import { snapshotContract } from './allocator-contract-snapshots.js';
import { AllocatorStage, SteadyChance, bag, who } from './oracle/index.js';

type Make = (options: DrfOptions) => Allocator;

const A = 'A' as AgentId;
const F = 'F' as FrameworkId;

/** What every implementation of the allocator's port has to do. */
export function allocatorContract(name: string, make: Make): void {
  const stages: Stages = (options = {}, chance = new SteadyChance(1)) =>
    new AllocatorStage(make(options), chance);
  describe(`${name}, an allocator`, () => {
    turns(stages, make);
    filters(stages);
    demand(stages);
    rulesContract(stages);
    snapshotContract(make);
  });
}

function turns(stages: Stages, make: Make): void {
  it('has not seen what a dropped turn saw', () => {
    const allocator = make({});
    const stage = new AllocatorStage(allocator);
    stage.agent('A', 'c4 m1024 p[1-9]');
    stage.framework('F@a/b');
    stage.framework('G@x');
    stage.recover('F@a/b', 'A', 'c1', 100);
    const before = booksOf(stage);
    const turn = allocator.begin();
    turn.reduce({ kind: 'agentAdded', active: true, agent: facts('B', 'c2 m512') });
    turn.reduce({ kind: 'agentRemoved', agentId: A });
    turn.reduce({ kind: 'frameworkAdded', frameworkId: F, roles: ['x'], active: true });
    turn.reduce({ kind: 'weightChanged', role: 'a', weight: 3 });
    turn.reduce({ kind: 'hostsLetIn', hostnames: ['B'] });
    expect(turn.allocate(now(1_000_000)).allocations).to.have.length(1);
    expect(booksOf(stage)).to.deep.equal(before);
    expect(() => {
      turn.reduce({ kind: 'agentRemoved', agentId: A });
    }).to.throw();
  });

  it('offers nothing when nothing happened', () => {
    const stage = stages();
    stage.agent('A', 'c4 m1024');
    stage.agent('B', 'c0.001');
    stage.framework('F@a');
    stage.recover('F@a', 'A', 'c1', 100);
    expect(stage.run()).to.equal('');
    expect(stage.look((turn) => turn.queued)).to.equal(0);
  });

  it('offers what is freed in the same turn', () => {
    const stage = stages();
    stage.agent('A', 'c4 m1024');
    stage.framework('F@a');
    stage.framework('G@b');
    expect(stage.decline('F@a', 'A', 10)).to.equal('G@b A c4 m1024');
    expect(stage.run({ kind: 'frameworkRemoved', frameworkId: 'G' as FrameworkId })).to.equal('');
    expect(stage.wait(10)).to.equal('F@a A c4 m1024');
  });

  it('never offers what is held, nor more than there is', () => {
    const stage = stages();
    stage.framework('F@a');
    stage.agent('A', 'c4 m1024', { used: { 'F@a': 'c1.5 m512' } });
    const books = stage.look((turn) => turn.agent(A));
    expect(books?.allocated).to.deep.equal(bag('c4 m1024'));
    expect(books?.available).to.deep.equal(bag(''));
    expect(stage.change('A', 'c1 m1024')).to.equal('');
    expect(stage.look((turn) => turn.agent(A))?.available).to.deep.equal(bag(''));
    expect(stage.recover('F@a', 'A', 'c2.5')).to.equal('');
    expect(stage.recover('F@a', 'A', 'c1')).to.equal('F@a A c0.5');
  });

  it('stops at the bound and goes on where it stopped', () => {
    const allocator = make({});
    const stage = new AllocatorStage(allocator);
    for (let i = 0; i < 7; i += 1) stage.agent(`A${i}`, 'c1 m512');
    const turn = allocator.begin();
    turn.reduce({ kind: 'frameworkAdded', frameworkId: F, roles: ['a'], active: true });
    const sizes = [0, 1, 2, 3].map(() => turn.allocate(now(0, 3)).allocations.length);
    expect(sizes).to.deep.equal([3, 3, 1, 0]);
    expect(turn.queued).to.equal(0);
  });

  it('keeps nothing of what was removed', () => {
    const stage = stages();
    stage.quota('a', 'c1 m128');
    stage.weight('b', 2);
    stage.framework('F@a,b');
    stage.framework('G@b', { suppressed: ['b'] });
    stage.agent('A', 'c4 m1024 c(a)1', { unavailability: { start: millis(5) } });
    stage.recover('F@b', 'A', 'c1', 1_000);
    stage.run({ kind: 'frameworkRemoved', frameworkId: F });
    stage.run({ kind: 'agentRemoved', agentId: A });
    stage.run({ kind: 'frameworkRemoved', frameworkId: 'G' as FrameworkId });
    stage.quota('a', '', '');
    stage.weight('b', 1);
    stage.look((turn) => {
      expect(turn.roles()).to.deep.equal([]);
      expect([turn.queued, turn.filters, turn.nextDeadline()]).to.deep.equal([0, 0, undefined]);
      expect(turn.agent(A)).to.equal(undefined);
    });
  });
}

function filters(stages: Stages): void {
  it('keeps declined resources away, but not more than those, until the filter ends', () => {
    const stage = stages();
    stage.framework('F@a');
    stage.agent('A', 'c2 m1024', { used: { 'F@a': 'c1 m256' } });
    expect(stage.recover('F@a', 'A', 'c1 m768', 100)).to.equal('');
    expect(stage.look((turn) => [turn.filters, turn.nextDeadline()])).to.deep.equal([1, 1_100_000]);
    expect(stage.explain('F@a', 'A')).to.include({ kind: 'filtered', until: 1_100_000 });
    expect(stage.recover('F@a', 'A', 'm1')).to.equal('F@a A c1 m769');
    expect(stage.recover('F@a', 'A', 'c0.5', 50)).to.equal('');
    expect(stage.wait(49)).to.equal('');
    expect(stage.wait(1)).to.equal('');
    expect(stage.wait(50)).to.equal('F@a A c0.5');
    expect(stage.look((turn) => turn.filters)).to.equal(0);
  });

  it('ends filters with revive and filtersCleared, not with unsuppress', () => {
    const stage = stages();
    stage.framework('F@a,b');
    stage.agent('A', 'c2 m1024');
    const first = who(stage.decline('F@a', 'A', 1_000))[0];
    expect(first).to.equal('F@b');
    expect(stage.decline('F@b', 'A', 1_000)).to.equal('');
    expect(stage.framed('unsuppressed', 'F')).to.equal('');
    expect(stage.framed('filtersCleared', 'F', 'b')).to.equal('F@b A c2 m1024');
    expect(stage.decline('F@b', 'A', 1_000)).to.equal('');
    expect(stage.framed('revived', 'F', 'a')).to.equal('F@a A c2 m1024');
  });

  it('forgets filters with the framework’s connection, its role, and the agent’s attributes', () => {
    const stage = stages();
    stage.framework('F@a,b', { suppressed: ['b'] });
    stage.agent('A', 'c2 m1024');
    stage.decline('F@a', 'A', 1_000);
    stage.run({ kind: 'frameworkDeactivated', frameworkId: F });
    expect(stage.run({ kind: 'frameworkActivated', frameworkId: F })).to.equal('F@a A c2 m1024');
    stage.decline('F@a', 'A', 1_000);
    const attributes = [{ name: 'rack', type: 'TEXT', text: 'r1' }] as const;
    expect(stage.change('A', 'c2 m1024', { attributes })).to.equal('F@a A c2 m1024');
    stage.decline('F@a', 'A', 1_000);
    expect(stage.framework('F@b')).to.equal('');
    expect(stage.look((turn) => turn.filters)).to.equal(0);
    expect(stage.framework('F@a,b', { suppressed: [] })).to.equal('F@a A c2 m1024');
  });
}

function demand(stages: Stages): void {
  it('offers nothing to suppressed roles, and to the others as before', () => {
    const stage = stages();
    stage.framework('F@a,b');
    stage.framed('suppressed', 'F', 'a');
    expect(stage.agent('A', 'c2 m1024')).to.equal('F@b A c2 m1024');
    stage.framed('suppressed', 'F');
    expect(stage.decline('F@b', 'A')).to.equal('');
    expect(stage.explain('F@b', 'A').kind).to.equal('suppressed');
    expect(stage.framed('unsuppressed', 'F', 'a')).to.equal('F@a A c2 m1024');
  });

  it('serves weights in proportion', () => {
    const stage = stages();
    stage.weight('b', 2);
    stage.framework('F@a');
    stage.framework('G@b');
    for (let i = 0; i < 9; i += 1) stage.agent(`A${i}`, 'c1 m512');
    const books = stage.look((turn) => turn.roles());
    const cpus = books.map(({ role, allocated }) => [role, allocated[0]?.milli]);
    expect(cpus).to.deep.equal([
      ['a', 3_000],
      ['b', 6_000],
    ]);
  });

  it('serves in other orders when it is told to', () => {
    const fifo = stages({ roleSorter: 'fifo', frameworkSorter: 'fifo' });
    fifo.framework('G@b');
    fifo.framework('F@b');
    fifo.framework('A@a');
    for (let i = 0; i < 5; i += 1) {
      expect(who(fifo.agent(`A${i}`, 'c1 m512'))).to.deep.equal(['G@b']);
    }
    expect(who(fifo.decline('G@b', 'A0', 10))).to.deep.equal(['F@b']);
    const random = stages({ roleSorter: 'random', frameworkSorter: 'random' }, new SeededChance(7));
    random.framework('F@a');
    random.framework('G@b');
    const served = Array.from({ length: 40 }, (_, i) => who(random.agent(`A${i}`, 'c1 m512'))[0]);
    const most = served.filter((each) => each === 'F@a').length;
    expect(most).to.be.within(8, 32);
  });

  it('goes on past who cannot take it', () => {
    const stage = stages();
    stage.framework('F@a');
    stage.framework('G@a', { capabilities: ['GPU_RESOURCES'] });
    stage.framework('H@a', { minimumAllocatable: { a: [quantities({ cpus: 9 })] } });
    expect(stage.agent('A', 'c2 m1024 g1')).to.equal('G@a A c2 g1 m1024');
  });

  it('leaves out hosts that are not let in, and inactive ones', () => {
    const stage = stages();
    stage.framework('F@a');
    stage.run({ kind: 'hostsLetIn', hostnames: ['B'] });
    expect(stage.agent('A', 'c2 m1024')).to.equal('');
    expect(stage.explain('F@a', 'A').kind).to.equal('hostLeftOut');
    expect(stage.agent('B', 'c2 m1024', { active: false })).to.equal('');
    expect(stage.explain('F@a', 'B').kind).to.equal('agentInactive');
    const agentId = 'B' as AgentId;
    expect(stage.run({ kind: 'agentActivated', agentId })).to.equal('F@a B c2 m1024');
    expect(stage.run({ kind: 'hostsLetIn' })).to.equal('F@a A c2 m1024');
  });
}

function facts(id: string, total: string): AgentFacts {
  return { id: id as AgentId, hostname: id, attributes: [], total: bag(total) };
}

function now(time: number, offersMax = 1_000): AllocateOptions {
  return { now: millis(time), chance: new SteadyChance(1), offersMax };
}

/** All that can be seen of the committed books. */
function booksOf(stage: AllocatorStage): unknown {
  return stage.look((turn) => ({
    agents: ['A', 'B'].map((id) => turn.agent(id as AgentId)),
    roles: turn.roles(),
    counts: [turn.queued, turn.filters, turn.nextDeadline()],
    why: stage.explain('G@x', 'A'),
  }));
}
