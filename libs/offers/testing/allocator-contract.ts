import { millis, SeededChance, type AgentId, type Chance } from '@ekiden/kernel';
import { expect } from 'chai';

import type { AgentFacts, AllocateOptions, Allocator, DrfOptions } from '../src/allocator/index.js';
import type { FrameworkId } from '../src/framework/index.js';
import { quantities } from '../src/resources/index.js';
import { snapshotContract } from './allocator-contract-snapshots.js';
import { AllocatorStage, SteadyChance, bag, who } from './oracle/index.js';

type Make = (options: DrfOptions) => Allocator;
type Stages = (options?: DrfOptions, chance?: Chance) => AllocatorStage;

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
    asks(stages);
    quotas(stages);
    explanations(stages);
    maintenance(stages);
    cycles(stages);
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

function asks(stages: Stages): void {
  const ask = { id: 'web', role: 'a', shape: quantities({ cpus: 1 }), count: 4 };

  it('offers to who declares asks only what one of them fits', () => {
    const stage = stages();
    stage.framework('F@a', { capabilities: ['ASKS'] });
    expect(stage.agent('A', 'c2 m1024') + stage.agent('B', 'c0.5 m1024')).to.equal('');
    expect(stage.explain('F@a', 'A').kind).to.equal('noAsk');
    const asked = { kind: 'askChanged', frameworkId: F } as const;
    expect(stage.run({ ...asked, asks: [ask] })).to.equal('F@a A c2 m1024');
    expect(stage.explain('F@a', 'B').kind).to.equal('insufficient');
    const predicate = { kind: 'textEquals', value: 'B' } as const;
    const constraints = { groups: [[{ selector: { kind: 'HOSTNAME' } as const, predicate }]] };
    stage.decline('F@a', 'A', 100);
    expect(stage.run({ ...asked, asks: [{ ...ask, id: 'b', constraints }] })).to.equal('');
    expect(stage.agent('C', 'c9')).to.equal('');
    expect(stage.explain('F@a', 'C')).to.deep.equal({ kind: 'askConstraints', askId: 'b' });
  });

  it('offers to a gang only when all of it fits, and then together', () => {
    const stage = stages();
    stage.framework('F@a', { capabilities: ['ASKS'] });
    stage.run({ kind: 'askChanged', frameworkId: F, asks: [{ ...ask, gang: 4 }] });
    expect(stage.agent('A', 'c2 m1024') + stage.agent('B', 'c1 m1024')).to.equal('');
    expect(stage.explain('F@a', 'A')).to.include({ kind: 'gang', wanted: 4, fits: 3 });
    expect(who(stage.agent('C', 'c1 m1024'))).to.deep.equal(['F@a', 'F@a', 'F@a']);
  });

  it('counts how many would fit', () => {
    const stage = stages();
    stage.framework('F@a', { suppressed: ['a'] });
    stage.agent('A', 'c2 m1024');
    stage.agent('B', 'c1.5 m1024');
    const room = stage.look((turn) => turn.couldRun(F, ask, 9));
    expect([room.wanted, room.fits]).to.deep.equal([9, 3]);
    expect(stage.look((turn) => turn.couldRun(F, ask, 2)).fits).to.equal(2);
  });
}

function quotas(stages: Stages): void {
  it('serves guarantees first and keeps their headroom', () => {
    const stage = stages();
    stage.quota('q', 'c2 m1024');
    stage.framework('F@n');
    expect(stage.agent('A', 'c2 m1024')).to.equal('');
    expect(stage.explain('F@n', 'A')).to.include({ kind: 'headroom', required: 2_000 });
    expect(stage.framework('G@q')).to.equal('G@q A c2 m1024');
    expect(stage.agent('B', 'c2 m1024')).to.equal('F@n B c2 m1024');
  });

  it('stops at limits, those of ancestors too, and goes on when they are raised', () => {
    const stage = stages();
    stage.quota('a', '', 'c3');
    stage.quota('a/b', '', 'c2');
    stage.framework('F@a/b');
    expect(stage.agent('A', 'c4 m1024')).to.equal('F@a/b A c2 m1024');
    expect(stage.explain('F@a/b', 'A')).to.include({ kind: 'limit', role: 'a/b', limit: 2_000 });
    expect(stage.quota('a/b', '', 'c9')).to.equal('F@a/b A c1');
    expect(stage.explain('F@a/b', 'A')).to.include({ kind: 'limit', role: 'a', consumed: 3_000 });
    expect(stage.quota('a', '', '')).to.equal('F@a/b A c1');
  });

  it('offers elsewhere what a limit kept back when something under it is freed', () => {
    const stage = stages();
    stage.quota('a', '', 'c1');
    stage.framework('F@a');
    stage.agent('A', 'c1 m512');
    expect(stage.agent('B', 'c1')).to.equal('');
    expect(stage.decline('F@a', 'A', 100)).to.equal('F@a B c1');
  });
}

function explanations(stages: Stages): void {
  it('explains what the next run does', () => {
    const stage = stages();
    stage.framework('F@a', { suppressed: ['a'] });
    stage.framework('G@b', { suppressed: ['b'] });
    stage.agent('A', 'c1 m512');
    stage.framework('H@c', { active: false });
    const kinds = (): readonly string[] =>
      ['F@a', 'G@b', 'H@c', 'X@y', 'F@b'].map((each) => stage.explain(each, 'A').kind);
    const none = ['suppressed', 'suppressed', 'frameworkInactive', 'notSubscribed'];
    expect(kinds()).to.deep.equal([...none, 'notSubscribed']);
    expect(stage.explain('F@a', 'nowhere')).to.deep.equal({ kind: 'unknownAgent' });
    const turn = stage.begin();
    for (const frameworkId of [F, 'G' as FrameworkId]) {
      turn.reduce({ kind: 'unsuppressed', frameworkId });
    }
    const query = { agent: A, now: stage.now };
    expect(turn.explain({ ...query, framework: F, role: 'a' })).to.deep.equal({ kind: 'none' });
    expect(turn.explain({ ...query, framework: 'G' as FrameworkId, role: 'b' })).to.deep.equal({
      kind: 'outranked',
      byFramework: 'F',
      byRole: 'a',
    });
    const [made] = turn.allocate(now(stage.now)).allocations;
    expect([made?.frameworkId, made?.role]).to.deep.equal(['F', 'a']);
    expect(turn.explain({ ...query, framework: F, role: 'a' }).kind).to.equal('nothingFree');
  });
}

function maintenance(stages: Stages): void {
  it('asks holders to leave, once, until they answered and again after their filter', () => {
    const stage = stages();
    stage.framework('F@a');
    stage.agent('A', 'c1 m512');
    const unavailability = { start: millis(2_000_000) };
    const asked = [{ frameworkId: 'F', agentId: 'A', unavailability }];
    stage.run({ kind: 'unavailabilityChanged', agentId: A, unavailability });
    expect(stage.lastRun.inverse).to.deep.equal(asked);
    stage.wait(1);
    expect(stage.lastRun.inverse).to.deep.equal([]);
    const answer = { kind: 'inverseOfferAnswered', frameworkId: F, agentId: A } as const;
    stage.run({ ...answer, answer: 'DECLINE', filterUntil: millis(stage.now + 5_000) });
    expect(stage.lastRun.inverse).to.deep.equal([]);
    stage.wait(4);
    expect(stage.lastRun.inverse).to.deep.equal([]);
    stage.wait(1);
    expect(stage.lastRun.inverse).to.deep.equal(asked);
    stage.run({ kind: 'unavailabilityChanged', agentId: A, unavailability });
    expect(stage.lastRun.inverse).to.deep.equal(asked);
  });

  it('offers nothing while it recovers, and everything afterwards', () => {
    const stage = stages();
    stage.run({ kind: 'recoveryBegun', agents: 2, until: millis(stage.now + 60_000) });
    stage.framework('F@a');
    expect(stage.agent('A', 'c1 m512')).to.equal('');
    expect(stage.explain('F@a', 'A')).to.include({ kind: 'recovering', agents: 1, wanted: 2 });
    expect(stage.look((turn) => turn.nextDeadline())).to.equal(stage.now + 60_000);
    expect(stage.wait(60)).to.equal('F@a A c1 m512');
  });
}

function cycles(stages: Stages): void {
  it('waits in batch mode for the cycle, but for Mesos’s triggers', () => {
    const stage = stages({ mode: 'batch' });
    stage.framework('F@a');
    expect(stage.agent('A', 'c1 m512')).to.equal('F@a A c1 m512');
    stage.framework('G@b');
    expect(stage.decline('F@a', 'A')).to.equal('');
    expect(stage.run()).to.equal('');
    expect(stage.quota('a', 'c1')).to.equal('');
    expect(stage.framed('suppressed', 'F')).to.equal('');
    expect(who(stage.tick())).to.deep.equal(['G@b']);
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
