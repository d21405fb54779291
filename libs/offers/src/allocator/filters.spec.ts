import type { AgentId } from '@ekiden/kernel';
import { expect } from 'chai';

import type { FrameworkId } from '../framework/index.js';
import { filterDuration } from './filter-duration.js';
import { Stage, who } from '../../testing/allocator-stage.js';

describe('filters', () => {
  it('keep declined resources away until they end, and wake the allocator then (FLT-01)', () => {
    const stage = new Stage();
    stage.framework('F@role');
    stage.agent('A', 'c1 m512');
    expect(stage.decline('F@role', 'A', 2)).to.equal('');
    expect(stage.wait(1)).to.equal('');
    expect(stage.look((turn) => turn.nextDeadline())).to.equal(1_002_000);
    expect(stage.wait(1)).to.equal('F@role A cpus:1;mem:512');
    expect(stage.look((turn) => turn.nextDeadline())).to.equal(undefined);
  });

  it('let more than what was declined pass', () => {
    const stage = new Stage();
    stage.framework('F@role');
    expect(stage.agent('A', 'c1 m512', [['F@role', 'c0.5 m12']])).to.equal(
      'F@role A cpus:0.5;mem:500',
    );
    expect(stage.explain('F@role', 'A').kind).to.equal('nothingFree');
    // The task ends without a filter and is offered alone; then the rest is declined for long.
    expect(stage.decline('F@role', 'A')).to.equal('F@role A cpus:0.5;mem:12');
    expect(stage.decline('F@role', 'A', 1000)).to.equal('');
    expect(stage.decline('F@role', 'A')).to.equal('F@role A cpus:1;mem:512');
  });

  it('end when the agent has other attributes (FLT-04)', () => {
    const stage = new Stage();
    stage.framework('F@role');
    stage.agent('A', 'c1 m512');
    expect(stage.decline('F@role', 'A', 1000)).to.equal('');
    expect(stage.change('A', 'c1 m512')).to.equal('');
    expect(who(stage.change('A', 'c1 m512', 'foo:bar;baz:quux'))).to.deep.equal(['F@role']);
  });

  it('end when the framework revives the role, and only that role (FLT-05, FLT-08..10)', () => {
    const stage = new Stage();
    stage.framework('F@role1,role2');
    expect(stage.framed('suppressed', 'F', 'role1')).to.equal('');
    expect(who(stage.agent('A', 'c2 m1024'))).to.deep.equal(['F@role2']);
    expect(stage.decline('F@role2', 'A', 86_400)).to.equal('');
    expect(who(stage.framed('revived', 'F', 'role1'))).to.deep.equal(['F@role1']);
    expect(stage.decline('F@role1', 'A', 86_400)).to.equal('');
    expect(who(stage.framed('revived', 'F'))).to.have.length(1);
  });

  it('tolerate a revive while everything is offered (FLT-06)', () => {
    const stage = new Stage();
    stage.framework('F@role1');
    stage.agent('A', 'c2 m1024');
    expect(stage.framed('revived', 'F')).to.equal('');
  });

  it('leave a suppressed and deactivated framework alone until both are undone (FLT-11)', () => {
    const stage = new Stage();
    const frameworkId = 'F' as FrameworkId;
    stage.framework('F@role1');
    stage.agent('A', 'c2 m1024');
    stage.framed('suppressed', 'F');
    stage.run({ kind: 'frameworkDeactivated', frameworkId });
    expect(stage.decline('F@role1', 'A')).to.equal('');
    expect(stage.run({ kind: 'frameworkActivated', frameworkId })).to.equal('');
    expect(stage.explain('F@role1', 'A').kind).to.equal('suppressed');
    expect(who(stage.framed('revived', 'F'))).to.deep.equal(['F@role1']);
  });

  const durations: readonly (readonly [number | undefined, number])[] = [
    [-5, 5_000],
    [1e12, 31_536_000_000],
    [0, 0],
    [undefined, 5_000],
    [Number.NaN, 5_000],
    [0.25, 250],
  ];
  for (const [refuse, lives] of durations) {
    it(`of ${refuse ?? 'unset'} seconds live ${lives} ms (FLT-13)`, () => {
      expect(filterDuration(refuse)).to.equal(lives);
    });
  }

  it('vanish with their owner and leave nothing behind (FLT-16)', () => {
    const stage = new Stage();
    stage.framework('F@role');
    stage.framework('G@role');
    stage.agent('A', 'c1 m512');
    for (let i = 0; i < 2_000; i += 1) {
      const holder = i % 2 === 0 ? 'F@role' : 'G@role';
      stage.decline(holder, 'A', 86_400);
      stage.framed('revived', holder.slice(0, 1));
    }
    stage.run({ kind: 'agentRemoved', agentId: 'A' as AgentId });
    expect(stage.look((turn) => turn.nextDeadline())).to.equal(undefined);
    expect(stage.look((turn) => turn.queued)).to.equal(0);
  });
});
