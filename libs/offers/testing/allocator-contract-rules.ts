import { millis, type AgentId, type Chance } from '@ekiden/kernel';
import { expect } from 'chai';

import type { DrfOptions } from '../src/allocator/index.js';
import type { FrameworkId } from '../src/framework/index.js';
import { quantities } from '../src/resources/index.js';
import { SteadyChance, who, type AllocatorStage } from './oracle/index.js';

export type Stages = (options?: DrfOptions, chance?: Chance) => AllocatorStage;

const A = 'A' as AgentId;
const F = 'F' as FrameworkId;

/** Who may have what: asks, quotas, explanations, maintenance, recovery, the cycle. */
export function rulesContract(stages: Stages): void {
  asks(stages);
  quotas(stages);
  explanations(stages);
  maintenance(stages);
  cycles(stages);
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
    const [made] = turn.allocate({
      now: stage.now,
      chance: new SteadyChance(1),
      offersMax: 9,
    }).allocations;
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
