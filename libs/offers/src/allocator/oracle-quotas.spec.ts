import { expect } from 'chai';

import { AllocatorStage, oracleAllocator, who } from '../../testing/oracle/index.js';
import { drfAllocator } from './drf-allocator.js';

for (const [name, allocator] of [
  ['the oracle', oracleAllocator],
  ['the allocator', drfAllocator],
] as const) {
  quotaScenarios(name, () => new AllocatorStage(allocator({ mode: 'batch' })));
}

function quotaScenarios(name: string, make: () => AllocatorStage): void {
  describe(`${name} on quotas`, () => {
    guarantees(make);
    accounts(make);
  });
}

function guarantees(make: () => AllocatorStage): void {
  it('guarantees and holds back (QTA-01..03)', () => {
    const stage = make();
    stage.framework('F1@Q');
    stage.quota('Q', 'c2 m1024');
    stage.framework('F2@N');
    expect(who(stage.agent('A1', 'c1 m512'))).to.deep.equal(['F1@Q']);
    expect(who(stage.agent('A2', 'c1 m512'))).to.deep.equal(['F1@Q']);
    stage.decline('F1@Q', 'A2', 2);
    expect(stage.tick()).to.equal('');
    expect(who(stage.tick())).to.deep.equal(['F1@Q']);
  });

  it('limits, and chops an agent (QTA-04, QTA-05)', () => {
    const stage = make();
    stage.framework('F1@*');
    stage.quota('*', '', 'c0 m0 d0');
    expect(stage.agent('A1', 'c2 m1024 d1024')).to.equal('');
    expect(who(stage.framework('F2@N'))).to.deep.equal(['F2@N']);
    stage.quota('*', '', 'c1 m512 d512');
    expect(stage.agent('A2', 'c2 m1024 d1024')).to.equal(
      'F1@* A2 c1 d512 m512 | F2@N A2 c1 d512 m512',
    );
  });

  it('frees what a quota kept back when it is removed (QTA-06)', () => {
    const stage = make();
    stage.framework('F1@Q');
    stage.quota('Q', 'c2 m1024');
    stage.agent('A1', 'c1 m512');
    stage.agent('A2', 'c1 m512');
    stage.framework('F2@N');
    stage.quota('Q', '');
    stage.decline('F1@Q', 'A1', 1000);
    expect(who(stage.tick())).to.deep.equal(['F2@N']);
  });

  it('has no guarantee per framework inside a role (QTA-08)', () => {
    const stage = make();
    stage.framework('F1a@Q');
    stage.framework('F1b@Q');
    stage.quota('Q', 'c4 m2048');
    stage.framework('F2@N');
    stage.agent('A1', 'c1 m512');
    expect(who(stage.agent('A2', 'c2 m1024'))).to.deep.equal(['F1b@Q']);
    expect(who(stage.agent('A3', 'c1 m512'))).to.deep.equal(['F1a@Q']);
    stage.decline('F1a@Q', 'A3', 5);
    expect(who(stage.tick())).to.deep.equal(['F1b@Q']);
  });

  it('gives exactly the quota and the rest to others (QTA-09)', () => {
    const stage = make();
    stage.framework('F1@Q');
    stage.quota('Q', 'c0.5 m200');
    stage.agent('A', 'c1 m512');
    expect(stage.framework('F2@N')).to.equal('F2@N A c0.5 m312');
  });

  it('keeps whole disks whole (QTA-10, QTA-11)', () => {
    const stage = make();
    stage.quota('Q', 'c2 m2048 d150');
    stage.agent('A1', 'c0.5 m512 d100:MOUNT');
    expect(stage.framework('F@Q')).to.equal('F@Q A1 c0.5 d100:MOUNT m512');
    expect(stage.agent('A2', 'c0.5 m512 d100:MOUNT')).to.equal('F@Q A2 c0.5 m512');
    expect(stage.agent('A3', 'c2 m2048 d150')).to.equal('F@Q A3 c1 d50 m1024');
    const both = make();
    both.quota('Q', 'c1 m512 d100');
    both.framework('F@Q');
    expect(both.agent('A', 'c1 m512 d50 d50:MOUNT')).to.equal('F@Q A c1 d50 d50:MOUNT m512');
  });

  it('lets what nobody is promised ride along (QTA-12, QTA-13)', () => {
    const stage = make();
    stage.quota('Q1', 'c2');
    stage.framework('F@Q1');
    expect(stage.agent('A1', 'c1 m1024 p[31000-32000]')).to.equal(
      'F@Q1 A1 c1 m1024 p[31000-32000]',
    );
    stage.quota('Q2', 'm1024');
    expect(stage.agent('A2', 'c1 m1024 p[31000-32000]')).to.equal('F@Q1 A2 c1 p[31000-32000]');
  });

  it('stops at a satisfied quota (QTA-15)', () => {
    const stage = make();
    stage.framework('F1@Q');
    stage.quota('Q', 'c0.25 m128');
    stage.framework('F2@N');
    expect(stage.agent('A1', 'c1 m512', { used: { 'F1@Q': 'c0.25 m128' } })).to.equal(
      'F2@N A1 c0.75 m384',
    );
    expect(who(stage.agent('A2', 'c1 m512'))).to.deep.equal(['F2@N']);
  });

  it('breaks starvation (QTA-16)', () => {
    const stage = make();
    stage.framework('F1@Q');
    stage.agent('A1', 'c1 m512');
    stage.framework('F2@N');
    stage.agent('A2', 'c1 m512');
    stage.decline('F2@N', 'A2', 0);
    expect(who(stage.tick())).to.deep.equal(['F2@N']);
    stage.decline('F2@N', 'A2', 0);
    stage.quota('Q', 'c2 m1024');
    expect(who(stage.tick())).to.deep.equal(['F1@Q']);
  });

  it('holds back for absent frameworks, not for other guarantees (QTA-17..19)', () => {
    const stage = make();
    stage.quota('Q', 'c2 m1024');
    stage.framework('F@N');
    expect(stage.agent('A1', 'c2 m1024')).to.equal('');
    expect(who(stage.agent('A2', 'c2 m1024'))).to.deep.equal(['F@N']);
    const many = make();
    many.agent('A', 'c2 m2048');
    many.quota('Q1', 'c1 m1024');
    many.quota('Q2', 'c2 m2048');
    expect(many.framework('F@Q2')).to.equal('F@Q2 A c2 m2048');
  });
}

function accounts(make: () => AllocatorStage): void {
  it('gives each role its own (QTA-20)', () => {
    const stage = make();
    stage.quota('Q1', 'c1 m200');
    stage.quota('Q2', 'c2 m2000');
    stage.framework('F1@Q1');
    stage.framework('F2@Q2');
    stage.agent('A1', 'c1 m1024', { used: { 'F1@Q1': 'c1 m1024' } });
    stage.agent('A2', 'c1 m1024', { used: { 'F2@Q2': 'c1 m1024' } });
    expect(stage.agent('A3', 'c2 m2048')).to.equal('F2@Q2 A3 c1 m976');
  });

  it('sets reservations aside (QTA-22..24, QTA-27)', () => {
    const stage = make();
    stage.agent('A1', 'c4 m512');
    stage.agent('A2', 'c(N)4 m(N)512');
    stage.quota('Q', 'c4 m512');
    expect(stage.framework('F1@Q')).to.equal('F1@Q A1 c4 m512');
    stage.decline('F1@Q', 'A1', 10);
    expect(stage.tick()).to.equal('');
    expect(stage.framework('F2@N')).to.equal('F2@N A2 c(N)4 m(N)512');
    stage.decline('F2@N', 'A2', 10);
    expect(stage.tick()).to.equal('');
  });

  it('counts reservations, allocated or not (QTA-25, QTA-26, QTA-31)', () => {
    const stage = make();
    stage.quota('Q', 'c1 m1024');
    stage.framework('F1@Q');
    stage.agent('A1', 'c(Q)1 m(Q)1024');
    stage.decline('F1@Q', 'A1', 86_400);
    expect(stage.agent('A2', 'c1 m1024')).to.equal('');
    const two = make();
    two.quota('Q', 'c2 m2048');
    two.framework('F1@Q');
    expect(who(two.agent('A1', 'c(Q)1 m(Q)1024'))).to.have.length(1);
    expect(who(two.agent('A2', 'c1 m1024'))).to.have.length(1);
    expect(two.agent('A3', 'c1 m1024')).to.equal('');
    two.convert('F1@Q', 'A1', 'c(Q)1 m(Q)1024', 'c1 m1024');
    expect(two.tick()).to.equal('');
  });

  it('does not count a reservation of what is held twice (QTA-30)', () => {
    const stage = make();
    stage.quota('Q', 'c10 m1024');
    stage.framework('F@Q');
    stage.agent('A1', 'c5 m512');
    stage.convert('F@Q', 'A1', 'c5 m512', 'c(Q)5 m(Q)512');
    expect(stage.agent('A2', 'c10 m1024')).to.equal('F@Q A2 c5 m512');
  });

  it('fills every dimension up to its limit (QTA-32)', () => {
    const stage = make();
    stage.quota('Q', 'c4 m1024');
    stage.framework('F@Q');
    stage.agent('A1', 'c2 m1024');
    expect(stage.agent('A2', 'c2 m1024')).to.equal('F@Q A2 c2');
  });

  it('knows ancestors’ reservations and nested ones (QTA-33, QTA-34, QTA-36)', () => {
    const stage = make();
    stage.quota('Q', 'c1 m1024');
    stage.framework('F1@a/b');
    stage.agent('A1', 'c(a)1 m(a)1024');
    stage.framework('F2@N');
    stage.framed('suppressed', 'F1');
    const both = [stage.agent('A2', 'c1 m1024'), stage.agent('A3', 'c1 m1024')].flatMap(who);
    expect(both).to.deep.equal(['F2@N']);
    const nested = make();
    nested.quota('a', 'c2 m200');
    nested.agent('A1', 'c(a/b)1 m(a/b)100');
    nested.agent('A2', 'c10 m1000');
    expect(nested.framework('F@a')).to.equal('F@a A2 c1 m100');
    const head = make();
    head.framework('F1@a/b');
    head.agent('A1', 'c1 m100');
    head.framework('F2@a');
    head.agent('A2', 'c1 m100');
    head.quota('Q', 'c1 m100');
    expect(head.agent('A3', 'c1 m100')).to.equal('');
    expect(who(head.agent('A4', 'c1 m100'))).to.have.length(1);
  });

  it('binds children by every ancestor (QTA-37..39)', () => {
    const stage = make();
    stage.quota('a/b', 'c2 m1024');
    stage.framework('F1@a/b');
    stage.framework('F2@a/b/c');
    stage.agent('A', 'c1 m512');
    stage.decline('F1@a/b', 'A', 10);
    expect(stage.tick()).to.equal('');
    stage.quota('a/b/d', 'c1 m512');
    expect(who(stage.framework('F3@a/b/d'))).to.deep.equal(['F3@a/b/d']);

    const parent = make();
    parent.quota('a/b', 'c4 m2048');
    parent.framework('F1@a/b');
    parent.agent('A1', 'c2 m1024');
    parent.framework('F2@a/b/c');
    parent.quota('a/b/c', 'c1 m512');
    parent.agent('A2', 'c1 m512', { used: { 'F2@a/b/c': 'c1 m512' } });
    expect(who(parent.agent('A3', 'c1 m512'))).to.deep.equal(['F1@a/b']);

    const met = make();
    met.quota('x/b', 'c3 m300');
    met.quota('x/b/c', 'c1 m100');
    met.framework('F2@x/b');
    met.framework('F3@x/b/c');
    met.agent('A1', 'c2 m200', { used: { 'F2@x/b': 'c2 m200' } });
    met.agent('A2', 'c1 m100', { used: { 'F3@x/b/c': 'c1 m100' } });
    met.framework('F1@aaa');
    expect(who(met.agent('A3', 'c1 m100'))).to.deep.equal(['F1@aaa']);
  });
}
