import type { AgentId } from '@ekiden/kernel';
import { expect } from 'chai';

import { formatResources, quantities } from '../resources/index.js';
import type { AllocatorEvent } from './allocator.js';
import { Stage, bag, who } from '../../testing/allocator-stage.js';

describe('fair shares', () => {
  it('give each new agent to the poorest framework of the poorest role (DRF-01..05)', () => {
    const stage = new Stage();
    stage.framework('F1@role1');
    expect(stage.agent('A1', 'c2 m1024')).to.equal('F1@role1 A1 cpus:2;mem:1024');
    expect(stage.framework('F2@role2')).to.equal('');
    expect(who(stage.agent('A2', 'c1 m512'))).to.deep.equal(['F2@role2']);
    expect(who(stage.agent('A3', 'c3 m2048'))).to.deep.equal(['F2@role2']);
    expect(stage.framework('F3@role1')).to.equal('');
    expect(who(stage.agent('A4', 'c4 m4096'))).to.deep.equal(['F3@role1']);
    expect(stage.framework('F4@role1')).to.equal('');
    expect(who(stage.agent('A5', 'c1 m512'))).to.deep.equal(['F2@role2']);
  });

  it('offer reserved and unreserved together, reserved only to its role (DRF-06, DRF-08)', () => {
    const stage = new Stage();
    stage.agent('A1', 'c1 m512 c(role1)100 m(role1)1024');
    expect(stage.framework('F1@role1')).to.equal(
      'F1@role1 A1 cpus:1;cpus(role1):100;mem:512;mem(role1):1024',
    );
    stage.framework('F2@role2');
    expect(who(stage.agent('A2', 'c2 m512'))).to.deep.equal(['F2@role2']);
    expect(who(stage.agent('A3', 'c2 m512'))).to.deep.equal(['F2@role2']);
    stage.framework('F3@role1');
    expect(who(stage.agent('A4', 'c(role1)2 m(role1)1024'))).to.deep.equal(['F3@role1']);
  });

  it('do not count excluded resources (DRF-09, DRF-20)', () => {
    const stage = new Stage({ fairnessExclude: ['gpus'] });
    stage.framework('F1@roleA', undefined, ['GPU_RESOURCES']);
    stage.agent('A1', 'c1 m1024 g1');
    stage.framework('F2@roleB');
    expect(who(stage.agent('A2', 'c3 m3072'))).to.deep.equal(['F2@roleB']);
    expect(who(stage.agent('A3', 'c1 m512'))).to.deep.equal(['F1@roleA']);
  });

  it('compare subtrees before roles inside them (DRF-10, DRF-11)', () => {
    const stage = new Stage();
    stage.framework('F1@a/b');
    stage.agent('A1', 'c2 m1024');
    stage.framework('F2@a/c');
    stage.framework('F3@d/e');
    expect(who(stage.agent('A2', 'c1 m512'))).to.deep.equal(['F3@d/e']);
    stage.framework('F4@d/f');
    expect(who(stage.agent('A3', 'c2 m1024'))).to.deep.equal(['F4@d/f']);
  });

  it('alternate between equals by the number of allocations (DRF-12)', () => {
    const stage = new Stage();
    stage.framework('F1@*');
    stage.framework('F2@*');
    let offered = who(stage.agent('A', 'c2 m1024'))[0] ?? '';
    const counts: Record<string, number> = {};
    for (let i = 0; i < 10; i += 1) {
      counts[offered] = (counts[offered] ?? 0) + 1;
      offered = who(stage.decline(offered, 'A'))[0] ?? '';
    }
    expect(counts).to.deep.equal({ 'F1@*': 5, 'F2@*': 5 });
  });

  it('follow the weights of roles, also those set before the role exists (DRF-15, DRF-16)', () => {
    const stage = new Stage();
    stage.framework('F1@role1');
    stage.framework('F2@role2');
    expect(stage.run({ kind: 'weightChanged', role: 'role2', weight: 2 })).to.equal('');
    expect(stage.run({ kind: 'weightChanged', role: 'role3', weight: 3 })).to.equal('');
    const six: AllocatorEvent[] = [1, 2, 3, 4, 5, 6].map((n) => {
      const id = `A${n}` as AgentId;
      const agent = { id, hostname: id, attributes: [], total: bag('c2 m1024') };
      return { kind: 'agentAdded', agent, active: true };
    });
    const shares = who(stage.run(...six));
    expect(shares.filter((each) => each === 'F1@role1').length).to.equal(2);
    expect(shares.filter((each) => each === 'F2@role2').length).to.equal(4);
  });

  it('count what is held once, in whatever order it becomes known (DRF-17, REC-06)', () => {
    for (const late of [false, true]) {
      const stage = new Stage();
      if (!late) stage.framework('F1@R1');
      stage.agent('A1', 'c1', [['F1@R1', 'c1']]);
      stage.agent('A2', 'c1', [['F2@R2', 'c0.5']]);
      expect(stage.framework('F1@R1')).to.equal(late ? 'F1@R1 A2 cpus:0.5' : '');
      expect(stage.framework('F2@R2')).to.equal('');
      const books = stage.look((turn) => turn.agent('A1' as AgentId));
      expect(formatResources(books?.allocated ?? bag('c9'))).to.equal('cpus:1');
    }
  });

  it('forget what was held on an agent that is gone (DRF-18)', () => {
    const stage = new Stage();
    stage.framework('F1@role');
    stage.agent('A1', 'c2 m200');
    stage.framework('F2@role');
    expect(who(stage.agent('A2', 'c1 m100'))).to.deep.equal(['F2@role']);
    stage.run({ kind: 'agentRemoved', agentId: 'A1' as AgentId });
    expect(who(stage.agent('A3', 'c1 m100'))).to.deep.equal(['F1@role']);
  });
});

describe('agents that change', () => {
  it('offer what was added, and nothing while they hold too much (AGT-05, AGT-06, AGT-11)', () => {
    const stage = new Stage();
    stage.framework('F@role1');
    stage.agent('A', 'c100 m100 d100');
    expect(stage.change('A', 'c112 m100 d100')).to.equal('F@role1 A cpus:12');
    expect(stage.change('A', 'c50 m50 d50')).to.equal('');
    expect(stage.change('A', 'c50 m50 d50')).to.equal('');
    stage.decline('F@role1', 'A');
    expect(stage.decline('F@role1', 'A')).to.equal('F@role1 A cpus:12');
  });

  it('let descendants use reservations of their ancestors (RSV-04, RSV-05)', () => {
    const stage = new Stage();
    stage.framework('F@a/b/c');
    expect(who(stage.agent('A1', 'c(a)1 m(a)512'))).to.have.length(1);
    expect(who(stage.agent('A2', 'c2 m1024 c(a/b)4'))).to.have.length(1);
    expect(stage.agent('A3', 'c(a/b/c/d)4')).to.equal('');
  });

  it('serve each role what is reserved for it, in one run (RSV-01, RSV-02)', () => {
    const stage = new Stage();
    stage.agent('A1', 'c(role1)2');
    stage.agent('A2', 'c1 c(role2)2');
    stage.agent('A3', 'c(role3)1');
    expect(stage.framework('F1@role1')).to.equal('F1@role1 A1 cpus(role1):2 | F1@role1 A2 cpus:1');
    expect(stage.framework('F2@role2')).to.equal('F2@role2 A2 cpus(role2):2');
  });
});

describe('the minimum of an offer', () => {
  it('is cpus or mem, summed over reservations (CAP-01..04)', () => {
    const stage = new Stage();
    stage.framework('F@role1');
    expect(stage.agent('A1', 'c0.005 m16 d128')).to.equal('');
    expect(stage.explain('F@role1', 'A1').kind).to.equal('belowMinimum');
    expect(who(stage.agent('A2', 'c0.01 m16 d128'))).to.have.length(1);
    expect(who(stage.agent('A3', 'c0.005 m32 d128'))).to.have.length(1);
    expect(who(stage.agent('A4', 'c0.005 m16 d128 c(role1)0.015 m(role1)16'))).to.have.length(1);
  });

  it('is the framework’s own when it names one (CAP-05, CAP-06)', () => {
    const stage = new Stage();
    stage.framework('F@role1');
    expect(stage.agent('A', 'c0.005 m16 d128')).to.equal('');
    expect(who(stage.framework('F@role1', { role1: [quantities({ cpus: 0.003 })] })))
      .to.have //
      .length(1);
    const open = new Stage();
    open.framework('F@role1', { role1: [] });
    expect(who(open.agent('A', 'c0.005'))).to.have.length(1);
  });

  it('is not asked of an agent that is deactivated (CAP-15)', () => {
    const stage = new Stage();
    const agentId = 'A' as AgentId;
    stage.agent('A', 'c1 m512');
    stage.run({ kind: 'agentDeactivated', agentId });
    expect(stage.framework('F@role')).to.equal('');
    expect(stage.explain('F@role', 'A').kind).to.equal('agentInactive');
    expect(who(stage.run({ kind: 'agentActivated', agentId }))).to.have.length(1);
  });
});
