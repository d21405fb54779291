import { expect } from 'chai';

import { bag } from '../../testing/bag.js';
import {
  A,
  F,
  offersIn,
  operations,
  reserved,
  Stage,
  states,
  T,
  task,
  volume,
} from '../../testing/master-stage.js';
import type { FrameworkInfo, Offer, OfferOperation, OperationId } from '../framework/index.js';
import {
  addResources,
  formatResources,
  toMilli,
  type Resource,
  type Resources,
} from '../resources/index.js';

const TOTAL = 'cpus:4;mem:1024;disk:100';

function start(more: Partial<FrameworkInfo> = {}): { stage: Stage; offer: Offer } {
  const stage = new Stage();
  stage.agent('A', TOTAL);
  return { stage, offer: stage.offer(stage.subscribe(F, ['eng'], more)) };
}

function only(resources: Resources): Resource {
  const [object] = resources;
  if (object === undefined || resources.length > 1) throw new Error('not one object');
  return object;
}

function totalOf(stage: Stage): string {
  return formatResources(stage.master.state.agents.get(A)?.total ?? bag(''));
}

const id = 'op' as OperationId;
const RESERVE: OfferOperation = { kind: 'RESERVE', resources: reserved('cpus:1;disk:50', 'eng') };
const CREATE: OfferOperation = { kind: 'CREATE', volumes: volume('db', 20, 'eng') };

describe('operations on offers', () => {
  const cases: readonly (readonly [string, readonly OfferOperation[], readonly string[]])[] = [
    ['reserve what is offered', [{ ...RESERVE, id }], ['RESERVE FINISHED']],
    ['say nothing of success without an id', [RESERVE], []],
    [
      'reserve for the role of the offer only',
      [{ kind: 'RESERVE', resources: reserved('cpus:1', 'ops') }],
      ['is not to be reserved for eng'],
    ],
    [
      'need what they consume',
      [{ kind: 'RESERVE', resources: reserved('cpus:5', 'eng') }],
      ['RESERVE ERROR: cpus:1 of it is not there'],
    ],
    [
      'take a reservation off again',
      [
        { ...RESERVE, id },
        { kind: 'UNRESERVE', id, resources: reserved('cpus:1', 'eng') },
      ],
      ['RESERVE FINISHED', 'UNRESERVE FINISHED'],
    ],
    [
      'make volumes of reserved disk and destroy them',
      [
        { ...RESERVE, id },
        { ...CREATE, id },
        { kind: 'DESTROY', id, volumes: volume('db', 20, 'eng') },
      ],
      ['RESERVE FINISHED', 'CREATE FINISHED', 'DESTROY FINISHED'],
    ],
    [
      'make no second volume of one name',
      [RESERVE, { ...CREATE, id }, CREATE],
      ['CREATE FINISHED', 'CREATE ERROR: eng has a volume db on the agent already'],
    ],
    [
      'keep a grown volume from later steps of the same call',
      [
        RESERVE,
        CREATE,
        {
          kind: 'GROW_VOLUME',
          id,
          volume: only(volume('db', 20, 'eng')),
          addition: only(reserved('disk:10', 'eng')),
        },
        { kind: 'DESTROY', volumes: volume('db', 30, 'eng') },
      ],
      ['GROW_VOLUME FINISHED', 'DESTROY ERROR: '],
    ],
    [
      'keep a shrunk volume and what it gave up from later steps',
      [
        { kind: 'RESERVE', resources: reserved('disk:20', 'eng') },
        CREATE,
        {
          kind: 'SHRINK_VOLUME',
          id,
          volume: only(volume('db', 20, 'eng')),
          subtract: toMilli(5),
        },
        { kind: 'UNRESERVE', resources: reserved('disk:5', 'eng') },
      ],
      ['SHRINK_VOLUME FINISHED', 'UNRESERVE ERROR: '],
    ],
    [
      'share a volume only for frameworks that can share',
      [RESERVE, { kind: 'CREATE', volumes: volume('db', 20, 'eng', true) }],
      ['CREATE ERROR: the framework does not declare SHARED_RESOURCES'],
    ],
  ];
  for (const [name, steps, told] of cases) {
    it(name, () => {
      const { stage, offer } = start();
      const heard = operations(stage.operate([offer], steps));
      expect(heard.length).to.equal(told.length);
      for (const [i, text] of told.entries()) expect(heard[i]).to.contain(text);
    });
  }

  it('are pipelined: reserve, create and launch in one accept (ADM-03)', () => {
    const { stage, offer } = start();
    const mine = addResources(reserved('cpus:1', 'eng'), volume('db', 20, 'eng'));
    const events = stage.operate(
      [offer],
      [RESERVE, CREATE, { kind: 'LAUNCH', tasks: [task('T', mine)] }],
    );
    expect(states(events)).to.deep.equal([]);
    expect(stage.master.state.tasks.get(T)?.resources).to.deep.equal(mine);
    expect(totalOf(stage)).to.contain('cpus(reservations: [(DYNAMIC,eng)]):1');
  });

  it('that fail take only themselves and what needs their result along (ADM-03)', () => {
    const { stage, offer } = start();
    const events = stage.operate(
      [offer],
      [
        { kind: 'LAUNCH', tasks: [task('first', 'cpus:1')] },
        { kind: 'RESERVE', resources: reserved('cpus:9', 'eng') },
        { kind: 'LAUNCH', tasks: [task('needs', reserved('cpus:9', 'eng'))] },
        { kind: 'LAUNCH', tasks: [task('T', 'cpus:1')] },
      ],
    );
    expect(operations(events)).to.have.length(1);
    expect(states(events)).to.deep.equal(['TASK_ERROR']);
    const running = [...stage.master.state.tasks.values()].map((row) => row.id);
    expect(running).to.deep.equal(['first', 'T']);
    expect(totalOf(stage)).to.equal('cpus:4;disk:100;mem:1024');
  });

  it('give their results back without filter and the rest with it (ADM-02)', () => {
    const { stage, offer } = start();
    const launch: OfferOperation = { kind: 'LAUNCH', tasks: [task('T', 'cpus:3;disk:50')] };
    const made = stage.offer(stage.operate([offer], [RESERVE, launch], 3600));
    expect(formatResources(made.resources)).to.contain('cpus(reservations: [(DYNAMIC,eng)]):1');
    const declined = stage.operate([made], [], 3600);
    expect(offersIn(declined)).to.deep.equal([]);
    const explained = stage.begin().explain({ framework: F, role: 'eng', agent: A });
    expect(explained.kind).to.equal('filtered');
  });

  it('are refused with the offers they came with (ADM-01)', () => {
    const { stage, offer } = start();
    stage.operate([offer], []);
    const events = stage.operate(
      [offer],
      [RESERVE, { kind: 'LAUNCH', tasks: [task('T', 'cpus:1')] }],
    );
    expect(operations(events)).to.deep.equal([
      'RESERVE ERROR: an offer is gone, or was never made to this framework',
    ]);
    const [status] = events.filter((event) => event.kind === 'status');
    expect(status).to.deep.include({ legacyState: 'TASK_LOST' });
    expect(status).to.have.nested.property('status.reason', 'INVALID_OFFERS');
  });

  it('are bound to the principal of a framework that has one', () => {
    const { stage, offer } = start({ principal: 'ops' });
    const anonymous = operations(stage.operate([offer], [RESERVE]));
    expect(anonymous).to.deep.equal(['RESERVE ERROR: the reservation is made by nobody, not ops']);
  });

  it('are remembered when the host says again what it has', () => {
    const { stage, offer } = start();
    stage.operate([offer], [RESERVE, CREATE]);
    const made = totalOf(stage);
    expect(stage.agent('A', TOTAL)).to.deep.equal([]);
    expect(totalOf(stage)).to.equal(made);
    stage.agent('A', 'cpus:8;mem:1024;disk:100');
    expect(totalOf(stage)).to.equal(made.replace('cpus:3', 'cpus:7'));
    stage.agent('A', 'cpus:8;mem:1024');
    expect(totalOf(stage)).to.equal('cpus:7;cpus(reservations: [(DYNAMIC,eng)]):1;mem:1024');
  });
});

describe('shared volumes', () => {
  it('are used by any number of tasks, and destroyed when none uses them', () => {
    const { stage, offer } = start({ capabilities: ['SHARED_RESOURCES'] });
    const shared = volume('db', 20, 'eng', true);
    const one = addResources(bag('cpus:1'), shared);
    const events = stage.operate(
      [offer],
      [
        RESERVE,
        { kind: 'CREATE', volumes: shared },
        { kind: 'LAUNCH', tasks: [task('T', one), task('U', one)] },
      ],
    );
    expect(states(events)).to.deep.equal([]);
    const next = stage.offer(events);
    expect(next.resources.some((object) => object.shared === 1)).to.equal(true);
    const destroy: OfferOperation = { kind: 'DESTROY', volumes: shared };
    expect(operations(stage.operate([next], [destroy]))[0]).to.contain('uses the volume');
    stage.status('TASK_FINISHED');
    const last = stage.offer(stage.status('TASK_FINISHED', { taskId: task('U', '').taskId }));
    const whole = [...stage.master.state.offers.values()].find((each) =>
      each.resources.some((object) => object.shared !== undefined),
    );
    expect(last.agentId).to.equal(A);
    if (whole === undefined) throw new Error('the volume is not offered');
    expect(operations(stage.operate([whole], [{ ...destroy, id }]))).to.deep.equal([
      'DESTROY FINISHED',
    ]);
  });
});

describe('an operator', () => {
  it('reserves what is free or only offered, and is refused what tasks use', () => {
    const { stage } = start();
    const events = stage.turn((turn) => {
      const done = turn.operate(A, { kind: 'RESERVE', resources: reserved('cpus:1', 'ops') });
      expect(done.ok).to.equal(true);
    });
    expect(events.map((event) => event.kind)).to.deep.equal(['rescind', 'offers']);
    const offer = stage.offer(events);
    expect(formatResources(offer.resources)).to.equal('cpus:3;disk:100;mem:1024');
    stage.launch([offer], ['T', 'cpus:3']);
    stage.turn((turn) => {
      const used = turn.operate(A, { kind: 'RESERVE', resources: reserved('cpus:1', 'ops') });
      expect(used).to.deep.equal({ ok: false, error: { kind: 'inUse', missing: bag('cpus:1') } });
      const wrong = turn.operate(A, { kind: 'UNRESERVE', resources: bag('mem:1') });
      expect(wrong.ok ? '' : wrong.error.kind).to.equal('invalidOperation');
      const back = turn.operate(A, { kind: 'UNRESERVE', resources: reserved('cpus:1', 'ops') });
      expect(back.ok).to.equal(true);
    });
    expect(totalOf(stage)).to.equal('cpus:4;disk:100;mem:1024');
    expect(stage.master.state.agents.get(A)).not.to.have.property('reported');
  });
});
