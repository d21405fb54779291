import { expect } from 'chai';
import fc from 'fast-check';
import { millis } from '@ekiden/kernel';
import {
  isHealthy,
  isTerminal,
  type Condition,
  type Goal,
  type Instance,
} from '../../instance/index.js';
import { sampleInstance } from '../../instance/sample-instance.js';
import { freeSlot, serial, type SerialTargets, type SerialView } from './serial.js';

const OLD = millis(1);
const NEW = millis(2);

/** The samples are of an app with a health check: healthy when their task says so. */
function healthy(instance: Instance): boolean {
  return isHealthy(instance, undefined) && instance.task?.healthy !== false;
}

function at(slot: number, fields: Partial<Instance> = {}, well = true): Instance {
  const known = { configVersion: OLD, slot, createdAt: millis(slot), ...fields };
  return sampleInstance(`s${slot}`, known, { healthy: well });
}

const old = (slot: number, well = true): Instance => at(slot, {}, well);
const fresh = (slot: number, well = true): Instance => at(slot, { configVersion: NEW }, well);
const stopping = (slot: number): Instance =>
  at(slot, { kill: { since: millis(1), reason: 'upgrading' } });

const killed = (slot: number): Instance =>
  at(slot, { kill: { since: millis(1), reason: 'userRequest' } });

interface Given extends Partial<Omit<SerialView, 'instances' | 'sentenced'>> {
  readonly instances: readonly Instance[];
  readonly sentenced?: readonly Instance[];
}

function look(given: Given): SerialTargets {
  const sentenced = new Set((given.sentenced ?? []).map(({ id }) => id as string));
  return serial({
    wanted: given.instances.length,
    configVersion: NEW,
    order: 'descending',
    isHealthy: healthy,
    isServing: healthy,
    floor: 0,
    oneByOne: true,
    ...given,
    sentenced,
  });
}

function said({ start, remove, replace, resume }: SerialTargets): string {
  return [
    ...start.map((slot) => `start ${slot}`),
    ...resume.map(({ slot }) => `resume ${slot ?? '-'}`),
    ...remove.map(({ slot }) => `remove ${slot ?? '-'}`),
    ...(replace === undefined ? [] : [`replace ${replace.slot ?? '-'}`]),
  ].join(', ');
}

const scheduled = (slot: number): Instance => at(slot, { condition: 'Scheduled' });
const away = (slot: number): Instance => at(slot, { goal: 'Stopped', condition: 'Killed' });
const dying = (slot: number): Instance =>
  at(slot, { goal: 'Decommissioned', kill: { since: millis(1), reason: 'scaling' } });

const CASES: readonly (readonly [name: string, given: Given, expected: string])[] = [
  ['begins with the highest slot', { instances: [old(0), old(1), old(2)] }, 'replace 2'],
  [
    'begins with the lowest where that is asked for',
    { instances: [old(0), old(1), old(2)], order: 'ascending' },
    'replace 0',
  ],
  ['waits while one is being stopped', { instances: [old(0), old(1), stopping(2)] }, ''],
  ['waits while somebody has one killed', { instances: [old(0), killed(1)] }, ''],
  ['also one that is new', { instances: [old(0), { ...killed(1), configVersion: NEW }] }, ''],
  ['waits until it is healthy', { instances: [old(0), old(1), fresh(2, false)] }, ''],
  ['then comes the next', { instances: [old(0), old(1), fresh(2)] }, 'replace 1'],
  ['has nothing left to do', { instances: [fresh(0), fresh(1)] }, ''],
  [
    'an old one that does not work is the next',
    { instances: [old(0, false), old(1)] },
    'replace 0',
  ],
  ['an old one that waits learns of it', { instances: [scheduled(0), old(1)] }, 'replace 0'],
  ['creates the lowest slot first', { instances: [], wanted: 3 }, 'start 0'],
  ['the next when that is well', { instances: [fresh(0)], wanted: 3 }, 'start 1'],
  ['not before', { instances: [fresh(0, false)], wanted: 3 }, ''],
  [
    'outside of deployments all at once',
    { instances: [], wanted: 2, oneByOne: false },
    'start 0, start 1',
  ],
  ['fills a gap', { instances: [fresh(0), fresh(2)], wanted: 3 }, 'start 1'],
  ['takes up a put away one first', { instances: [fresh(0), away(1)], wanted: 2 }, 'resume 1'],
  ['grows before it replaces', { instances: [old(0), old(1)], wanted: 3 }, 'start 2'],
  ['the highest slot goes', { instances: [fresh(0), fresh(1), fresh(2)], wanted: 1 }, 'remove 2'],
  ['one after the other', { instances: [fresh(0), fresh(1), dying(2)], wanted: 1 }, ''],
  [
    'a sentenced one goes first',
    { instances: [fresh(0), fresh(1)], wanted: 1, sentenced: [fresh(0)] },
    'remove 0',
  ],
  [
    'of those that go first what does not work',
    { instances: [fresh(0), fresh(1, false), fresh(2)], wanted: 1 },
    'remove 1',
  ],
  [
    'while what is left would be too little what stays gets well first',
    { instances: [old(0, false), old(1, false), old(2)], wanted: 2, floor: 1 },
    'replace 1',
  ],
  ['and is waited for', { instances: [fresh(0, false), old(1)], wanted: 1, floor: 1 }, ''],
  [
    'whom somebody wants gone goes in any case',
    { instances: [fresh(0, false), old(1)], wanted: 1, floor: 1, sentenced: [old(1)] },
    'remove 1',
  ],
  [
    'keeps what works beyond the number while the others do not, also before its hooks have run',
    {
      instances: [old(0, false), scheduled(1), fresh(2)],
      wanted: 2,
      floor: 2,
      isHealthy: () => false,
    },
    '',
  ],
  ['shrinks before it replaces', { instances: [old(0), old(1)], wanted: 1 }, 'remove 1'],
  [
    'a slot is not free before its task is over',
    { instances: [fresh(0), dying(1)], wanted: 2 },
    '',
  ],
  [
    'moves one off its host in its turn',
    { instances: [fresh(0), fresh(1)], isLeaving: ({ slot }) => slot === 0 },
    'replace 0',
  ],
];

describe('replacement one by one', () => {
  for (const [name, given, expected] of CASES) {
    it(name, () => {
      expect(said(look(given))).to.equal(expected);
    });
  }

  it('numbers those that have no slot by their age, around those that have one', () => {
    const bare = (name: string, createdAt: number): Instance =>
      sampleInstance(name, { configVersion: NEW, createdAt: millis(createdAt) });
    const { slots } = look({ instances: [bare('b', 20), fresh(1), bare('a', 10)] });
    expect([...slots].map(([id, slot]) => [id.slice(-1), slot])).to.deep.equal([
      ['a', 0],
      ['b', 2],
    ]);
  });

  it('leaves a slot that two have to the older one', () => {
    const twin = sampleInstance('twin', { configVersion: NEW, slot: 0, createdAt: millis(9) });
    expect([...look({ instances: [twin, fresh(0)] }).slots]).to.deep.equal([[twin.id, 1]]);
  });

  const CONDITIONS: readonly Condition[] = ['Scheduled', 'Staging', 'Running', 'Killed', 'Failed'];
  const GOALS: readonly Goal[] = ['Running', 'Running', 'Stopped', 'Decommissioned'];
  const anyInstance = fc.record({
    slot: fc.option(fc.nat(6), { nil: undefined }),
    configVersion: fc.constantFrom(OLD, NEW),
    condition: fc.constantFrom(...CONDITIONS),
    goal: fc.constantFrom(...GOALS),
    well: fc.boolean(),
    stops: fc.boolean(),
  });
  const anyInstances = fc.array(anyInstance, { maxLength: 7 }).map((all) =>
    all.map(({ well, stops, slot, ...fields }, index) => {
      const { id, ...sample } = sampleInstance(`p${index}`, fields, { healthy: well });
      const kill = stops ? { kill: { since: millis(1), reason: 'upgrading' as const } } : {};
      return { ...sample, id, ...(slot === undefined ? {} : { slot }), ...kill };
    }),
  );

  it('stops nothing that works while another does not, and one at a time', () => {
    fc.assert(
      fc.property(anyInstances, fc.nat(8), fc.boolean(), (instances, wanted, oneByOne) => {
        const { replace, remove } = look({ instances, wanted, oneByOne });
        expect((replace === undefined ? 0 : 1) + remove.length).to.be.at.most(1);
        if (replace === undefined || !healthy(replace)) return;
        const others = instances.filter((one) => one.goal === 'Running' && one.id !== replace.id);
        expect(others.filter((one) => !healthy(one))).to.deep.equal([]);
      }),
    );
  });

  it('numbers them once: the next look finds nothing to number', () => {
    fc.assert(
      fc.property(anyInstances, fc.nat(8), (instances, wanted) => {
        const { slots } = look({ instances, wanted });
        const numbered = instances.map((one) => {
          const slot = slots.get(one.id);
          return slot === undefined ? one : { ...one, slot };
        });
        expect([...look({ instances: numbered, wanted }).slots]).to.deep.equal([]);
      }),
    );
  });

  it('leaves its slot to one that is on its way out with its data', () => {
    const leaving = at(1, { goal: 'Stopped', kill: { since: millis(1), reason: 'scaling' } });
    expect([...look({ instances: [fresh(0), leaving], wanted: 1 }).slots]).to.deep.equal([]);
  });

  it('gives one that starts again its slot back, or a free one where another has it by now', () => {
    const lost = at(2, { condition: 'UnreachableInactive' });
    expect(freeSlot([old(0), old(1)], 2)).to.equal(2);
    expect(freeSlot([old(0), old(1), lost], 2)).to.equal(2);
    expect(freeSlot([old(0), old(1), old(2)], 2)).to.equal(3);
    expect(freeSlot([old(0), dying(2)], 2)).to.equal(1);
  });

  it('gives every instance a slot of its own, whatever there was', () => {
    fc.assert(
      fc.property(anyInstances, fc.nat(8), (instances, wanted) => {
        const { slots, start } = look({ instances, wanted, oneByOne: false });
        const held = instances
          .filter((one) => one.goal === 'Running')
          .map((one) => slots.get(one.id) ?? one.slot);
        const dying = instances
          .filter((one) => one.goal !== 'Running' && one.condition !== 'Scheduled')
          .filter((one) => !isTerminal(one.condition))
          .map(({ slot }) => slot);
        const all = [...held, ...start];
        expect(all).to.not.include(undefined);
        expect(new Set(all).size).to.equal(all.length);
        expect(start.filter((slot) => dying.includes(slot))).to.deep.equal([]);
      }),
    );
  });
});
