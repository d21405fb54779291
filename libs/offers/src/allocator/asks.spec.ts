import { millis, type AgentId } from '@ekiden/kernel';
import { expect } from 'chai';

import type { FrameworkId } from '../framework/index.js';
import { quantities } from '../resources/index.js';
import { drfAllocator } from './drf-allocator.js';
import { Stage, ask, bag, who } from '../../testing/allocator-stage.js';

describe('asks', () => {
  const small = { cpus: 1, mem: 64 };

  it('bring offers only where one of them fits, and none when there is none', () => {
    const stage = new Stage();
    stage.asking('F@*');
    stage.ask('F');
    expect(stage.agent('A1', 'c2 m1024')).to.equal('');
    expect(stage.explain('F@*', 'A1').kind).to.equal('noAsk');
    stage.agent('A2', 'c0.5 m1024');
    expect(stage.ask('F', ask('web', '*', small))).to.equal('F@* A1 cpus:2;mem:1024');
    expect(stage.explain('F@*', 'A2')).to.deep.equal({
      kind: 'insufficient',
      name: 'cpus',
      wanted: 1000,
      available: 500,
    });
  });

  it('make a framework look again when they are new or grow, not when repeated or less', () => {
    const stage = new Stage();
    stage.asking('F@*');
    stage.ask('F', ask('web', '*', small, 2));
    stage.agent('A', 'c2 m1024');
    expect(stage.decline('F@*', 'A', 1000)).to.equal('');
    expect(stage.ask('F', ask('web', '*', small, 2))).to.equal('');
    expect(stage.ask('F', ask('web', '*', small, 1))).to.equal('');
    expect(who(stage.ask('F', ask('web', '*', small, 2)))).to.have.length(1);
    stage.decline('F@*', 'A', 1000);
    expect(who(stage.ask('F', ask('web', '*', small, 2), ask('db', '*', small))))
      .to.have //
      .length(1);
  });

  it('leave frameworks that never declared any as they are', () => {
    const stage = new Stage();
    stage.asking('F@*');
    stage.framework('G@*');
    stage.ask('F');
    expect(who(stage.agent('A', 'c2 m1024'))).to.deep.equal(['G@*']);
  });

  it('count per role', () => {
    const stage = new Stage();
    stage.asking('F@r1,r2');
    stage.ask('F', ask('web', 'r2', small));
    expect(who(stage.agent('A', 'c2 m1024'))).to.deep.equal(['F@r2']);
    expect(stage.explain('F@r1', 'A').kind).to.equal('noAsk');
  });

  it('leave a thousand frameworks without one out of the order that a run walks', () => {
    const stage = new Stage();
    for (let n = 0; n < 1000; n += 1) stage.asking(`idle${n}@*`);
    stage.asking('F@*');
    stage.ask('F', ask('one', '*', { cpus: 1 }));
    const [role] = stage.look((turn) => turn.roles());
    expect(
      role?.frameworks.filter(({ active }) => active).map((each) => each.frameworkId),
    ).to.deep.equal(['F']);
    expect(who(stage.agent('A', 'c1 m512'))).to.deep.equal(['F@*']);
    expect(stage.explain('idle7@*', 'A')).to.deep.equal({ kind: 'noAsk' });
    expect(stage.look((turn) => turn.queued)).to.equal(0);
  });

  it('come together as a gang or not at all', () => {
    const stage = new Stage();
    stage.asking('F@*');
    stage.agent('A1', 'c2 m1024');
    expect(stage.ask('F', { ...ask('gang', '*', { cpus: 1 }, 5), gang: 5 })).to.equal('');
    expect(stage.explain('F@*', 'A1')).to.deep.equal({
      kind: 'gang',
      askId: 'gang',
      wanted: 5,
      fits: 2,
    });
    expect(stage.agent('A2', 'c2 m1024')).to.equal('');
    const together = stage.agent('A3', 'c2 m1024');
    expect(who(together)).to.deep.equal(['F@*', 'F@*', 'F@*']);
  });

  it('with many shapes test only the smallest', () => {
    const stage = new Stage();
    stage.asking('F@*');
    const many = Array.from({ length: 5000 }, (_, i) =>
      ask(`app${i}`, '*', { cpus: 1 + (i % 50), mem: 64 + (i % 70) }),
    );
    stage.ask('F', ...many);
    expect(stage.agent('A1', 'c0.9 m64')).to.equal('');
    expect(who(stage.agent('A2', 'c1 m64'))).to.have.length(1);
  });
});

describe('explain', () => {
  it('names the first gate that says no, with numbers', () => {
    const stage = new Stage();
    stage.agent('A', 'c2 m1024');
    expect(stage.explain('F@*', 'X')).to.deep.equal({ kind: 'unknownAgent' });
    expect(stage.explain('F@*', 'A')).to.deep.equal({ kind: 'notSubscribed' });
    stage.framework('F@*');
    stage.decline('F@*', 'A', 10);
    expect(stage.explain('F@*', 'A')).to.deep.equal({ kind: 'filtered', until: 1_010_000 });
    stage.wait(10);
    stage.decline('F@*', 'A', 0);
    expect(stage.explain('F@*', 'A', quantities({ mem: 2048 }))).to.deep.equal({
      kind: 'insufficient',
      name: 'mem',
      wanted: 2_048_000,
      available: 0,
    });
  });

  it('says who comes first, and none for the one whose turn it is', () => {
    const allocator = drfAllocator();
    const turn = allocator.begin();
    const agent = { id: 'A' as AgentId, hostname: 'A', attributes: [], total: bag('c1 m512') };
    turn.reduce({ kind: 'agentAdded', agent, active: true });
    for (const id of ['F', 'G']) {
      const frameworkId = id as FrameworkId;
      turn.reduce({ kind: 'frameworkAdded', frameworkId, roles: ['*'], active: true });
    }
    const query = { role: '*', agent: agent.id, now: millis(0) };
    expect(turn.explain({ ...query, framework: 'F' as FrameworkId })).to.deep.equal({
      kind: 'none',
    });
    expect(turn.explain({ ...query, framework: 'G' as FrameworkId })).to.deep.equal({
      kind: 'outranked',
      byFramework: 'F',
      byRole: '*',
    });
  });
});
