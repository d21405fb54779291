import { millis, seconds, type AgentId } from '@ekiden/kernel';
import { expect } from 'chai';

import type { FrameworkId } from '../framework/index.js';
import { AllocatorStage, amounts, oracleAllocator, who } from '../../testing/oracle/index.js';
import { parseAttributes } from '../resources/index.js';
import type { Allocator } from './allocator.js';
import { drfAllocator, type DrfOptions } from './drf-allocator.js';

/** The oracle is only worth something if it says itself what the scenario tables say. */
const scenarios: Readonly<Record<string, (stage: (o?: DrfOptions) => AllocatorStage) => void>> = {
  'DRF-01..05: the poorest framework of the poorest role': (make) => {
    const stage = make();
    expect(stage.agent('A1', 'c2 m1024')).to.equal('');
    expect(stage.framework('F1@role1')).to.equal('F1@role1 A1 c2 m1024');
    expect(stage.framework('F2@role2')).to.equal('');
    expect(stage.agent('A2', 'c1 m512')).to.equal('F2@role2 A2 c1 m512');
    expect(who(stage.agent('A3', 'c3 m2048'))).to.deep.equal(['F2@role2']);
    stage.framework('F3@role1');
    expect(who(stage.agent('A4', 'c4 m4096'))).to.deep.equal(['F3@role1']);
    stage.framework('F4@role1');
    expect(who(stage.agent('A5', 'c1 m512'))).to.deep.equal(['F2@role2']);
  },
  'DRF-06, DRF-08: reserved resources are shared inside the role': (make) => {
    const stage = make();
    stage.agent('A1', 'c1 m512 c(role1)100 m(role1)1024');
    expect(stage.framework('F1@role1')).to.equal('F1@role1 A1 c1 c(role1)100 m512 m(role1)1024');
    stage.framework('F2@role2');
    expect(who(stage.agent('A2', 'c2 m512'))).to.deep.equal(['F2@role2']);
    expect(who(stage.agent('A3', 'c2 m512'))).to.deep.equal(['F2@role2']);
    stage.framework('F3@role1');
    expect(who(stage.agent('A4', 'c(role1)2 m(role1)1024'))).to.deep.equal(['F3@role1']);
  },
  'DRF-10, DRF-11: subtrees before the roles inside them': (make) => {
    const stage = make();
    stage.framework('F1@a/b');
    stage.agent('A1', 'c2 m1024');
    stage.framework('F2@a/c');
    stage.framework('F3@d/e');
    expect(who(stage.agent('A2', 'c1 m512'))).to.deep.equal(['F3@d/e']);
    stage.framework('F4@d/f');
    expect(who(stage.agent('A3', 'c2 m1024'))).to.deep.equal(['F4@d/f']);
  },
  'DRF-12: equals take turns': (make) => {
    const stage = make();
    stage.framework('F1@*');
    stage.framework('F2@*');
    let holder = who(stage.agent('A', 'c2 m1024'))[0] ?? '';
    const counts: Record<string, number> = {};
    for (let i = 0; i < 10; i += 1) {
      counts[holder] = (counts[holder] ?? 0) + 1;
      const offers = stage.decline(holder, 'A');
      holder = who(offers === '' ? stage.tick() : offers)[0] ?? '';
    }
    expect(counts).to.deep.equal({ 'F1@*': 5, 'F2@*': 5 });
  },
  'DRF-15, DRF-16: weights': (make) => {
    const stage = make();
    stage.framework('F1@role1');
    for (let i = 1; i <= 6; i += 1) stage.agent(`A${i}`, 'c2 m1024');
    stage.framework('F2@role2');
    for (let i = 1; i <= 6; i += 1) stage.decline('F1@role1', `A${i}`);
    stage.weight('role2', 2);
    const given = who(stage.tick());
    expect(given.filter((each) => each === 'F2@role2')).to.have.length(4);
    expect(given).to.have.length(6);
  },
  'FLT-01: a filter ends at its time': (make) => {
    const stage = make();
    stage.framework('F@role');
    stage.agent('A', 'c1 m512');
    stage.decline('F@role', 'A', 2);
    expect(stage.look((turn) => turn.filters)).to.equal(1);
    expect(stage.tick()).to.equal('');
    expect(stage.tick()).to.equal('F@role A c1 m512');
    expect(stage.look((turn) => turn.filters)).to.equal(0);
  },
  'FLT-02, FLT-03: a filter shorter than the interval survives the next cycle': (make) => {
    const stage = make({ allocationInterval: seconds(60) });
    stage.framework('F1@role');
    stage.agent('A1', 'c1 m512');
    stage.framework('F2@role');
    expect(who(stage.agent('A2', 'c1 m512'))).to.deep.equal(['F2@role']);
    stage.decline('F2@role', 'A2', 1);
    stage.wait(1);
    expect(who(stage.tick(60))).to.deep.equal(['F1@role']);
    stage.decline('F1@role', 'A2');
    expect(who(stage.tick(60))).to.deep.equal(['F2@role']);
  },
  'FLT-04: other attributes drop filters': (make) => {
    const stage = make();
    stage.framework('F@role');
    stage.agent('A', 'c1 m512');
    stage.decline('F@role', 'A', 1000);
    expect(stage.tick()).to.equal('');
    const read = parseAttributes('foo:bar;baz:quux');
    const attributes = read.ok ? read.value : [];
    expect(who(stage.change('A', 'c1 m512', { attributes }))).to.deep.equal(['F@role']);
  },
  'FLT-08..10: suppress and revive by role': (make) => {
    const stage = make();
    stage.framework('F@role1,role2');
    stage.framed('suppressed', 'F', 'role1');
    expect(who(stage.agent('A', 'c2 m1024'))).to.deep.equal(['F@role2']);
    stage.decline('F@role2', 'A', 86_400);
    expect(stage.tick()).to.equal('');
    expect(who(stage.framed('revived', 'F', 'role1'))).to.deep.equal(['F@role1']);
    stage.decline('F@role1', 'A', 86_400);
    expect(stage.tick()).to.equal('');
  },
  'CAP-01..06: minimum allocatable': (make) => {
    const stage = make();
    stage.framework('F@role1');
    expect(stage.agent('A1', 'c0.005 m16 d128')).to.equal('');
    expect(who(stage.agent('A2', 'c0.01 m16 d128'))).to.have.length(1);
    expect(who(stage.agent('A3', 'c0.005 m32 d128'))).to.have.length(1);
    expect(who(stage.agent('A4', 'c0.015 m16 d128 c(role1)0.015 m(role1)16'))).to.have.length(1);
    const open = make();
    open.framework('F@role1', { minimumAllocatable: { role1: [] } });
    expect(who(open.agent('A', 'c0.005'))).to.have.length(1);
  },
  'CAP-08, CAP-10: old agents': (make) => {
    const stage = make();
    stage.framework('F@a/b,c');
    expect(stage.agent('A1', 'c1 m512', { capabilities: [] })).to.equal('');
    expect(who(stage.change('A1', 'c1 m512', { capabilities: ['MULTI_ROLE'] }))).to.deep.equal([
      'F@c',
    ]);
  },
  'CAP-11: hosts with gpus are kept for those who can use them': (make) => {
    const stage = make();
    stage.framework('F@role');
    expect(stage.agent('A', 'c1 m512 g1')).to.equal('');
    expect(who(stage.framework('G@role', { capabilities: ['GPU_RESOURCES'] }))).to.deep.equal([
      'G@role',
    ]);
    const open = make({ filterGpu: false });
    open.framework('F@role');
    expect(who(open.agent('A', 'c1 m512 g1'))).to.deep.equal(['F@role']);
  },
  'CAP-12: other regions': (make) => {
    const stage = make({ region: 'here' });
    stage.framework('F@role');
    const domain = { region: 'there', zone: 'z' };
    expect(stage.agent('A', 'c1 m512', { domain })).to.equal('');
    expect(who(stage.agent('B', 'c1 m512'))).to.deep.equal(['F@role']);
    expect(who(stage.framework('G@role', { capabilities: ['REGION_AWARE'] }))).to.deep.equal([
      'G@role',
    ]);
  },
  'CAP-13: an incapable framework does not end the loop': (make) => {
    const stage = make();
    stage.framework('F1@parent/child', { capabilities: ['RESERVATION_REFINEMENT'] });
    stage.agent('A1', 'c1 m1 d1');
    stage.framework('F2@parent/child');
    const refined = ['c', 'm', 'd'].map((each) => `${each}(parent)(parent/child)1`).join(' ');
    expect(who(stage.agent('A2', refined))).to.deep.equal(['F1@parent/child']);
  },
  'CAP-15: an agent that is deactivated': (make) => {
    const stage = make();
    stage.framework('F@role');
    stage.agent('A', 'c1 m512', { active: false });
    expect(stage.tick()).to.equal('');
    expect(stage.run({ kind: 'agentActivated', agentId: 'A' as AgentId })).to.equal('');
    expect(who(stage.tick())).to.deep.equal(['F@role']);
  },
  'RSV-01, RSV-02: to each what is reserved for it': (make) => {
    const stage = make();
    stage.agent('A1', 'c(role1)2 m(role1)1024');
    stage.agent('A2', 'c1 m1024 c(role2)2 m(role2)1024');
    stage.agent('A3', 'c(role3)1 m(role3)1024');
    expect(stage.framework('F1@role1')).to.equal(
      'F1@role1 A1 c(role1)2 m(role1)1024 | F1@role1 A2 c1 m1024',
    );
    expect(stage.framework('F2@role2')).to.equal('F2@role2 A2 c(role2)2 m(role2)1024');
  },
  'RSV-04, RSV-05: ancestors’ reservations': (make) => {
    const stage = make();
    stage.framework('F@a/b/c');
    expect(who(stage.agent('A1', 'c(a)1 m(a)512'))).to.have.length(1);
    expect(stage.agent('A2', 'c2 m1024 c(a/b)4')).to.equal('F@a/b/c A2 c2 c(a/b)4 m1024');
    expect(stage.agent('A3', 'c(a/b/c/d)4')).to.equal('');
  },
  'RSV-10: a conversion that removes': (make) => {
    const stage = make();
    stage.framework('F@role1');
    stage.agent('A', 'c100 m100 d100');
    stage.convert('F@role1', 'A', 'd100', '');
    stage.recover('F@role1', 'A', 'c100 m100');
    expect(stage.tick()).to.equal('F@role1 A c100 m100');
  },
  'RSV-12: shared volumes go to those who can share': (make) => {
    const stage = make();
    stage.framework('F1@role1');
    stage.agent('A', 'c100 m100 d(role1)95 d(role1)5#id*');
    stage.recover('F1@role1', 'A', 'c100 m100 d(role1)95');
    expect(stage.tick()).to.equal('F1@role1 A c100 d(role1)95 m100');
    stage.recover('F1@role1', 'A', 'c100 m100 d(role1)95');
    stage.framework('F2@role1', { capabilities: ['SHARED_RESOURCES'] });
    stage.tick();
    const held = stage.look((turn) => turn.agent('A' as AgentId)?.allocated ?? []);
    expect(held.some((object) => object.shared === 1)).to.equal(true);
  },
  'AGT-01, AGT-02: oversubscription': (make) => {
    const stage = make();
    stage.framework('F@role1', { capabilities: ['REVOCABLE_RESOURCES'] });
    stage.agent('A', 'c100 m100 d100');
    expect(stage.change('A', 'c100 m100 d100 c{REV}10')).to.equal('F@role1 A c{REV}10');
    expect(stage.change('A', 'c100 m100 d100 c{REV}12')).to.equal('F@role1 A c{REV}2');
    expect(stage.change('A', 'c100 m100 d100 c{REV}5')).to.equal('');
  },
  'AGT-06: a total below what is held': (make) => {
    const stage = make();
    stage.framework('F@role');
    stage.agent('A', 'c100 m100 d100');
    expect(stage.change('A', 'c50 m50 d50')).to.equal('');
    stage.decline('F@role', 'A');
    expect(stage.tick()).to.equal('F@role A c50 d50 m50');
  },
  'MNT-01..04: inverse offers': (make) => {
    const stage = make();
    const start = millis(365 * 86_400_000);
    stage.agent('A1', 'c2 m1024', { unavailability: { start }, used: { 'U@x': 'c2 m1024' } });
    stage.framework('F@role');
    expect(who(stage.agent('A2', 'c2 m1024'))).to.deep.equal(['F@role']);
    const agentId = 'A2' as AgentId;
    const unavailability = { start: millis(stage.now + 60_000) };
    stage.run({ kind: 'unavailabilityChanged', agentId, unavailability });
    expect(stage.lastRun.inverse).to.deep.equal([
      { frameworkId: 'F', agentId: 'A2', unavailability },
    ]);
    stage.tick();
    expect(stage.lastRun.inverse).to.deep.equal([]);
    const frameworkId = 'F' as FrameworkId;
    const filterUntil = millis(stage.now + 2_000);
    stage.run({ kind: 'inverseOfferAnswered', frameworkId, agentId, filterUntil });
    stage.tick();
    expect(stage.lastRun.inverse).to.deep.equal([]);
    stage.tick();
    expect(stage.lastRun.inverse).to.have.length(1);
  },
  'REC-02, REC-03: a pause until enough agents are back': (make) => {
    const stage = make();
    stage.run({ kind: 'recoveryBegun', agents: 3, until: millis(stage.now + 600_000) });
    stage.agent('A1', 'c1 m512');
    stage.agent('A2', 'c1 m512');
    expect(stage.framework('F@role')).to.equal('');
    expect(stage.tick()).to.equal('');
    expect(stage.agent('A3', 'c1 m512')).to.equal('F@role A3 c1 m512');
    expect(who(stage.tick())).to.have.length(2);
  },
  'REC-04: a pause ends by time': (make) => {
    const stage = make();
    stage.run({ kind: 'recoveryBegun', agents: 3, until: millis(stage.now + 600_000) });
    stage.agent('A1', 'c1 m512');
    stage.framework('F@role');
    expect(who(stage.tick(600))).to.have.length(1);
  },
  'ROL-01: weights and their ancestors': (make) => {
    const stage = make();
    stage.weight('a/b/c', 2);
    const paths = (): readonly string[] =>
      stage.look((turn) => turn.roles().map((each) => each.role));
    expect(paths()).to.deep.equal(['a', 'a/b', 'a/b/c']);
    stage.weight('a/b/c', 1);
    expect(paths()).to.deep.equal([]);
    stage.quota('a/b', 'c1');
    expect(paths()).to.deep.equal(['a', 'a/b']);
    stage.quota('a/b', '');
    expect(paths()).to.deep.equal([]);
  },
};

const implementations: readonly (readonly [string, (options: DrfOptions) => Allocator])[] = [
  ['the oracle', oracleAllocator],
  ['the allocator', drfAllocator],
];

for (const [implementation, make] of implementations) {
  for (const [name, play] of Object.entries(scenarios)) {
    it(`${implementation} plays ${name}`, () => {
      play((options = {}) => new AllocatorStage(make({ mode: 'batch', ...options })));
    });
  }
}

it('a scenario reads amounts sorted by name', () => {
  expect(amounts('m1 c2').map(({ name }) => name)).to.deep.equal(['cpus', 'mem']);
});
