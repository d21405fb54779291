import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';

import { A, agentInfo, F, G, kinds, offersIn, Stage } from '../../testing/master-stage.js';
import type { Quota } from '../allocator/index.js';
import { formatQuantities, limits, quantities, scalarQuantitiesOf } from '../resources/index.js';
import type { RoleChange } from './roles.js';

type Units = Readonly<Record<string, number>>;

function quota(guarantees: Units, most: Units = {}): Quota {
  return { guarantees: quantities(guarantees), limits: limits(most) };
}

function setRole(stage: Stage, role: string, change: RoleChange): readonly string[] {
  let kindsFound: readonly string[] = [];
  stage.turn((turn) => {
    const done = turn.setRole(role, change);
    kindsFound = done.ok ? [] : done.error.violations.map(({ kind }) => kind);
  });
  return kindsFound;
}

/** Agent A with cpus:4, and role `eng` of F with cpus:2 used. */
function used(): Stage {
  const stage = new Stage();
  stage.agent('A', 'cpus:4;mem:1024');
  const offer = stage.offer(stage.subscribe(F, ['eng']));
  stage.launch([offer], ['T', 'cpus:2']);
  return stage;
}

describe('roles', () => {
  const refusals: readonly (readonly [string, string, RoleChange, readonly string[]])[] = [
    [
      'a guarantee above its limit (ADM-09)',
      'eng',
      { quota: quota({ cpus: 2 }, { cpus: 1 }), force: true },
      ['guaranteeAboveLimit'],
    ],
    ['more than the pool has', 'eng', { quota: quota({ cpus: 5 }) }, ['aboveCapacity']],
    [
      'a limit below what is used (ADM-06)',
      'eng',
      { quota: quota({}, { cpus: 1 }) },
      ['belowConsumption'],
    ],
    ['a path that is none', 'eng//web', { weight: 1 }, ['invalidRole']],
    ['a weight of 0', 'eng', { weight: 0 }, ['invalidWeight']],
    ['a weight below a thousandth', 'eng', { weight: 1e-9 }, ['invalidWeight']],
    [
      'everything at once',
      'eng',
      { weight: -1, quota: quota({ cpus: 9, gpus: 1 }, { cpus: 1 }) },
      [
        'invalidWeight',
        'guaranteeAboveLimit',
        'aboveCapacity',
        'aboveCapacity',
        'belowConsumption',
      ],
    ],
  ];
  for (const [name, role, change, expected] of refusals) {
    it(`are not given ${name}`, () => {
      const stage = used();
      expect(setRole(stage, role, change)).to.deep.equal(expected);
      expect(stage.master.state.roles.size).to.equal(0);
    });
  }

  it('are given what does not fit the pool by force (ADM-06)', () => {
    const stage = used();
    const change = { quota: quota({ cpus: 1 }, { cpus: 1 }), force: true };
    expect(setRole(stage, 'eng', change)).to.deep.equal([]);
    expect(setRole(stage, 'ops', { quota: quota({ cpus: 50 }), force: true })).to.deep.equal([]);
    expect(stage.master.state.roles.get('eng')?.quota).to.deep.equal(change.quota);
  });

  it('have quotas within those above them (ours: Mesos refuses nested quotas, ADM-09)', () => {
    const stage = used();
    expect(setRole(stage, 'ops', { quota: quota({}, { cpus: 2 }) })).to.deep.equal([]);
    expect(setRole(stage, 'ops/web', { quota: quota({ cpus: 1.5 }) })).to.deep.equal([]);
    expect(setRole(stage, 'ops/db', { quota: quota({ cpus: 1 }) })).to.deep.equal([
      'subtreeAboveLimit',
    ]);
    expect(setRole(stage, 'ops', { quota: quota({}, { cpus: 1 }) })).to.deep.equal([
      'subtreeAboveLimit',
    ]);
    expect(setRole(stage, 'ops/db', { quota: quota({ cpus: 0.5 }) })).to.deep.equal([]);
  });

  it('count what their subtrees guarantee once against the pool', () => {
    const stage = used();
    expect(setRole(stage, 'ops', { quota: quota({ cpus: 3 }) })).to.deep.equal([]);
    expect(setRole(stage, 'ops/web', { quota: quota({ cpus: 3 }) })).to.deep.equal([]);
    expect(setRole(stage, 'qa', { quota: quota({ cpus: 1 }) })).to.deep.equal([]);
    expect(setRole(stage, 'ops/db', { quota: quota({ cpus: 0.5 }) })).to.deep.equal([
      'aboveCapacity',
    ]);
  });

  it('keep what is not spoken about, and are forgotten when nothing is said of them', () => {
    const stage = used();
    setRole(stage, 'eng', { weight: 2 });
    setRole(stage, 'eng', { quota: quota({ cpus: 1 }) });
    expect(stage.master.state.roles.get('eng')).to.deep.equal({
      id: 'eng',
      weight: 2,
      quota: quota({ cpus: 1 }),
    });
    setRole(stage, 'eng', { quota: null });
    expect(stage.master.state.roles.get('eng')).to.deep.equal({ id: 'eng', weight: 2 });
    setRole(stage, 'eng', { weight: 1 });
    expect(stage.master.state.roles.size).to.equal(0);
  });

  it('lose offers beyond a new limit (ADM-08)', () => {
    const stage = new Stage();
    stage.agent('A', 'cpus:2;mem:100');
    stage.agent('B', 'cpus:2;mem:100');
    expect(offersIn(stage.subscribe(F, ['eng']))).to.have.length(2);
    const events = stage.turn((turn) => {
      expect(turn.setRole('eng', { quota: quota({}, { cpus: 2 }) }).ok).to.equal(true);
    });
    expect(kinds(events).filter((kind) => kind === 'rescind')).to.have.length(1);
    const held = [...stage.master.state.offers.values()].map(({ resources }) =>
      formatQuantities(scalarQuantitiesOf(resources)),
    );
    expect(held.join(' ').match(/cpus:2/g)).to.have.length(1);
  });

  it('have offers of others taken back until a new guarantee can be met (ADM-08)', () => {
    const stage = new Stage();
    stage.agent('A', 'cpus:2;mem:100');
    stage.agent('B', 'cpus:2;mem:100');
    expect(offersIn(stage.subscribe(F, ['eng']))).to.have.length(2);
    stage.subscribe(G, ['ops']);
    const events = stage.turn((turn) => {
      expect(turn.setRole('ops', { quota: quota({ cpus: 2 }) }).ok).to.equal(true);
    }, G);
    expect(offersIn(events)).to.have.length(1);
    expect(kinds(stage.heard.get(F) ?? [])).to.deep.equal(['rescind']);
  });

  it('are restored, and with quotas nothing is offered until most agents are back', () => {
    const before = used();
    before.agent('B', 'cpus:4;mem:1024');
    setRole(before, 'eng', { weight: 3, quota: quota({ cpus: 1 }) });
    const { agents, frameworks, tasks, roles } = before.master.state;
    const stored = {
      agents: [...agents.values()],
      frameworks: [...frameworks.values()],
      tasks: [...tasks.values()],
      roles: [...roles.values()],
    };
    const after = new Stage({ recovery: { factor: 1, timeout: seconds(600) } });
    after.master.restore(stored);
    // A turn that is dropped does not lose the pause.
    after.begin();
    after.subscribe(F, ['eng']);
    const first = after.agent('A', 'cpus:4;mem:1024');
    expect(first).to.deep.equal([]);
    const explained = after.begin().explain({ framework: F, role: 'eng', agent: A });
    expect(explained).to.deep.include({ kind: 'recovering', agents: 1, wanted: 2 });
    const both = after.turn((turn) => {
      turn.registerAgent({ ...agentInfo('B'), total: agentInfo('B', 'cpus:4;mem:1024').total });
    });
    expect(offersIn(both).length).to.be.greaterThan(0);
    const eng = after
      .begin()
      .roles()
      .find(({ role }) => role === 'eng');
    expect(eng?.weight).to.equal(3);
    expect(formatQuantities(eng?.quota?.guarantees ?? quantities({}))).to.equal('cpus:1');
  });

  it('with quotas wait for four fifths of the agents, and at most ten minutes', () => {
    const stored = (...ids: string[]) => ({
      agents: ids.map((id) => ({
        ...agentInfo(id),
        activated: true,
        reachable: true,
        registered: true,
      })),
      frameworks: [],
      tasks: [],
      roles: [{ id: 'eng', weight: 1, quota: quota({ cpus: 1 }) }],
    });
    const few = new Stage();
    few.master.restore(stored('A', 'B'));
    few.subscribe(F, ['eng']);
    expect(offersIn(few.agent('A'))).to.have.length(1);

    const slow = new Stage();
    slow.master.restore(stored('A', 'B', 'C'));
    slow.subscribe(F, ['eng']);
    expect(offersIn(slow.agent('A'))).to.deep.equal([]);
    expect(slow.begin().nextDeadline()).to.equal(slow.now + 600_000);
    expect(offersIn(slow.wait(599))).to.deep.equal([]);
    expect(offersIn(slow.wait(1))).to.have.length(1);
  });
});
