import { expect } from 'chai';

import {
  applyConversions,
  createVolumes,
  destroyVolumes,
  formatResources,
  growVolume,
  milli,
  NO_RESOURCES,
  reserve,
  reserveAs,
  shrinkVolume,
  unreserve,
  volumeIds,
} from './index.js';
import type { ConversionsOrViolation, Reservation } from './index.js';
import { bag, object } from '../../testing/bag.js';

/** What an operation makes of a bag, or the rule that forbids it, or what is missing. */
function outcome(before: string, operation: ConversionsOrViolation): string {
  if (!operation.ok) return operation.error.rule;
  const after = applyConversions(bag(before), operation.value);
  if (after.ok) return formatResources(after.value);
  const { error } = after;
  return error.kind === 'notContained'
    ? `missing ${formatResources(error.missing)}`
    : `copies left ${formatResources(error.copies)}`;
}

const forEng: Reservation = { type: 'DYNAMIC', role: 'eng', principal: 'bob' };
const forWeb: Reservation = { type: 'DYNAMIC', role: 'eng/web' };

describe('reserving', () => {
  const cases: readonly (readonly [string, string, string, Reservation, string])[] = [
    [
      'takes a part of what is unreserved',
      'cpus:4;mem:10',
      'cpus:1',
      forEng,
      'cpus:3;cpus(eng, bob):1;mem:10',
    ],
    [
      'refines what an ancestor has',
      'cpus(eng):4',
      'cpus(eng):1',
      forWeb,
      'cpus(eng):3;cpus(reservations: [(STATIC,eng),(DYNAMIC,eng/web)]):1',
    ],
    [
      'may skip levels',
      'cpus(a):1',
      'cpus(a):1',
      { type: 'DYNAMIC', role: 'a/b/c' },
      'cpus(reservations: [(STATIC,a),(DYNAMIC,a/b/c)]):1',
    ],
    [
      'takes ports too',
      'ports:[1-9]',
      'ports:[2-3]',
      forWeb,
      'ports:[1-1,4-9];ports(reservations: [(DYNAMIC,eng/web)]):[2-3]',
    ],
    ['needs what it takes', 'cpus:1', 'cpus:2;mem:1', forEng, 'missing cpus:1;mem:1'],
    [
      'is for strict descendants of the owner',
      'cpus(eng):1',
      'cpus(eng):1',
      forEng,
      'eng is not below eng',
    ],
    [
      'is not for *',
      'cpus:1',
      'cpus:1',
      { type: 'DYNAMIC', role: '*' },
      'nothing can be reserved for *',
    ],
    ['is for roles', 'cpus:1', 'cpus:1', { type: 'DYNAMIC', role: '-x' }, '-x is no role'],
    [
      'is dynamic',
      'cpus:1',
      'cpus:1',
      { type: 'STATIC', role: 'a' },
      'only DYNAMIC reservations can be made',
    ],
    [
      'is not for revocable resources',
      'cpus{REV}:1',
      'cpus{REV}:1',
      forEng,
      'revocable resources cannot be reserved',
    ],
    [
      'is not for volumes',
      'disk(eng)[v:/v:rw]:1',
      'disk(eng)[v:/v:rw]:1',
      forWeb,
      'a persistent volume cannot be reserved again',
    ],
    ['names resources', 'cpus:1', '', forEng, 'the operation names no resources'],
  ];
  for (const [name, before, wanted, reservation, after] of cases) {
    it(name, () => {
      expect(outcome(before, reserve(bag(wanted), reservation))).to.equal(after);
    });
  }

  it('can be said by its result', () => {
    expect(outcome('cpus:4', reserveAs(bag('cpus(eng, bob):1')))).to.equal(
      'cpus:3;cpus(eng, bob):1',
    );
    expect(outcome('cpus:4', reserveAs(bag('cpus(eng):1')))).to.equal(
      'a static reservation cannot be taken back',
    );
    expect(outcome('cpus:4', reserveAs(bag('cpus:1')))).to.equal('it is not reserved');
    expect(outcome('cpus:4', reserveAs(bag('cpus(eng, bob){REV}:1')))).to.equal(
      'revocable resources cannot be reserved',
    );
  });
});

describe('taking reservations back', () => {
  const refined = 'cpus(reservations: [(STATIC,eng),(DYNAMIC,eng/web)]):1';
  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      'gives to everybody what had one level',
      'cpus:1;cpus(eng, bob):2',
      'cpus(eng, bob):1',
      'cpus:2;cpus(eng, bob):1',
    ],
    ['gives to the owner below what had two', refined, refined, 'cpus(eng):1'],
    [
      'leaves static reservations',
      'cpus(eng):1',
      'cpus(eng):1',
      'a static reservation cannot be taken back',
    ],
    ['has nothing to do with unreserved resources', 'cpus:1', 'cpus:1', 'it is not reserved'],
    [
      'waits for volumes to be destroyed',
      'disk(eng, bob)[v:/v:rw]:1',
      'disk(eng, bob)[v:/v:rw]:1',
      'the persistent volume must be destroyed before',
    ],
    [
      'adds up what becomes one',
      'cpus(a, p):1;cpus(b, q):2',
      'cpus(a, p):1;cpus(b, q):2',
      'cpus:3',
    ],
    [
      'keeps indivisible disks apart',
      'disk(a, p)[MOUNT:/m]:5;disk(a, p)[MOUNT:/m]:5',
      'disk(a, p)[MOUNT:/m]:5',
      'disk[MOUNT:/m]:5;disk(a, p)[MOUNT:/m]:5',
    ],
  ];
  for (const [name, before, wanted, after] of cases) {
    it(name, () => {
      expect(outcome(before, unreserve(bag(wanted)))).to.equal(after);
    });
  }
});

describe('persistent volumes', () => {
  const created: readonly (readonly [string, string, string, string])[] = [
    [
      'are made of reserved disk',
      'disk(eng):5',
      'disk(eng)[v:/v:rw]:2',
      'disk(eng):3;disk(eng)[v:/v:rw]:2',
    ],
    [
      'are made of PATH disks',
      'disk(eng)[PATH:/p]:5',
      'disk(eng)[PATH:/p,v:/v:rw]:2',
      'disk(eng)[PATH:/p]:3;disk(eng)[PATH:/p,v:/v:rw]:2',
    ],
    [
      'take a MOUNT disk wholly',
      'disk(eng)[MOUNT:/m]:5',
      'disk(eng)[MOUNT:/m,v:/v:rw]:5',
      'disk(eng)[MOUNT:/m,v:/v:rw]:5',
    ],
    [
      'take no part of a MOUNT disk',
      'disk(eng)[MOUNT:/m]:5',
      'disk(eng)[MOUNT:/m,v:/v:rw]:2',
      'missing disk(eng)[MOUNT:/m]:2',
    ],
    [
      'may be shared',
      'disk(eng):5',
      'disk(eng)[v:/v:rw]<SHARED>:5',
      'disk(eng)[v:/v:rw]<SHARED>:5',
    ],
    [
      'begin with one copy',
      'disk(eng):5',
      'disk(eng)[v:/v:rw]<SHARED>:5<2>',
      'a new volume has one copy',
    ],
    [
      'lie on reserved disk',
      'disk:5',
      'disk[v:/v:rw]:5',
      'a persistent volume lies on reserved disk',
    ],
    [
      'are not revocable',
      'disk(a){REV}:5',
      'disk(a)[v:/v:rw]{REV}:5',
      'a persistent volume cannot be revocable',
    ],
    [
      'need a file system',
      'disk(a)[RAW]:5',
      'disk(a)[RAW,v:/v:rw]:5',
      'a RAW disk has no file system for a volume',
    ],
    [
      'say where tasks see them',
      'disk(a):5',
      'disk(a)[v]:5',
      'a persistent volume says where tasks see it',
    ],
    [
      'have an id for a directory',
      'disk(a):5',
      'disk(a)[../v:/v:rw]:5',
      'a volume id could name a directory',
    ],
    [
      'have each its id',
      'disk(a):5',
      'disk(a)[v:/v:rw]:1;disk(a)[v:/w:rw]:1',
      'a volume id is unique in its role',
    ],
    ['are volumes', 'disk(a):5', 'disk(a):5', 'it is no persistent volume'],
    ['are named', 'disk(a):5', '', 'the operation names no volumes'],
  ];
  for (const [name, before, volumes, after] of created) {
    it(name, () => {
      expect(outcome(before, createVolumes(bag(volumes)))).to.equal(after);
    });
  }

  const destroyed: readonly (readonly [string, string, string, string])[] = [
    ['give their disk back', 'disk(a):1;disk(a)[v:/v:rw]:2', 'disk(a)[v:/v:rw]:2', 'disk(a):3'],
    [
      'go with their only copy',
      'disk(a)[v:/v:rw]<SHARED>:2',
      'disk(a)[v:/v:rw]<SHARED>:2',
      'disk(a):2',
    ],
    [
      'stay while there are more copies',
      'disk(a)[v:/v:rw]<SHARED>:2<3>',
      'disk(a)[v:/v:rw]<SHARED>:2',
      'copies left disk(a)[v:/v:rw]<SHARED>:2<2>',
    ],
    [
      'are not destroyed when they are none',
      'disk(a):2',
      'disk(a):2',
      'it is no persistent volume',
    ],
    [
      'are destroyed wholly',
      'disk(a)[v:/v:rw]:2',
      'disk(a)[v:/v:rw]:1',
      'missing disk(a)[v:/v:rw]:1',
    ],
  ];
  for (const [name, before, volumes, after] of destroyed) {
    it(name, () => {
      expect(outcome(before, destroyVolumes(bag(volumes)))).to.equal(after);
    });
  }

  const volume = 'disk(a)[v:/v:rw]:2';
  const other = 'the addition lies on the same disk and reservation';
  const grown: readonly (readonly [string, string, string, string])[] = [
    ['grow by free disk', volume, 'disk(a):3', 'disk(a)[v:/v:rw]:5'],
    [
      'grow on their own PATH disk',
      'disk(a)[PATH:/p,v:/v:rw]:2',
      'disk(a)[PATH:/p]:1',
      'disk(a)[PATH:/p,v:/v:rw]:3',
    ],
    ['do not grow on another disk', volume, 'disk(a)[PATH:/p]:3', other],
    ['do not grow by others’ disk', volume, 'disk(b):3', other],
    [
      'do not grow on a MOUNT disk',
      'disk(a)[MOUNT:/m,v:/v:rw]:2',
      'disk(a):3',
      'a volume on a MOUNT disk keeps its size',
    ],
    [
      'do not grow when shared',
      'disk(a)[v:/v:rw]<SHARED>:2',
      'disk(a):3',
      'a shared volume keeps its size',
    ],
    ['do not grow by ports', volume, 'ports:[1-2]', 'the addition is an amount of disk above 0'],
  ];
  for (const [name, given, addition, after] of grown) {
    it(name, () => {
      const before = formatResources(bag(`${given};${addition}`));
      expect(outcome(before, growVolume(object(given), object(addition)))).to.equal(after);
    });
  }

  it('shrink by less than all', () => {
    const rule = 'more than nothing and less than all is taken off';
    expect(outcome(volume, shrinkVolume(object(volume), milli(500)))).to.equal(
      'disk(a):0.5;disk(a)[v:/v:rw]:1.5',
    );
    expect(outcome(volume, shrinkVolume(object(volume), milli(2000)))).to.equal(rule);
    expect(outcome(volume, shrinkVolume(object(volume), milli(0)))).to.equal(rule);
    expect(outcome('', shrinkVolume(object(volume), milli(500)))).to.equal(`missing ${volume}`);
  });

  it('are known by role and id', () => {
    expect(volumeIds(bag('disk(a)[v:/v:rw]:1;disk(b)[v:/v:rw]<SHARED>:1<2>;disk:5'))).to.deep.equal(
      [
        { role: 'a', id: 'v' },
        { role: 'b', id: 'v' },
      ],
    );
  });
});

describe('conversions', () => {
  it('apply one after another, all or none', () => {
    const steps = [
      { consumed: bag('disk:5'), converted: bag('disk(a, p):5') },
      { consumed: bag('disk(a, p):5'), converted: bag('disk(a, p)[v:/v:rw]:5') },
    ];
    const after = applyConversions(bag('cpus:1;disk:6'), steps);
    expect(after.ok ? formatResources(after.value) : '').to.equal(
      'cpus:1;disk:1;disk(a, p)[v:/v:rw]:5',
    );
    const refused = applyConversions(bag('disk:4'), steps);
    expect(refused).to.deep.equal({
      ok: false,
      error: { kind: 'notContained', index: 0, consumed: bag('disk:5'), missing: bag('disk:1') },
    });
  });

  it('may take resources away for good (RSV-10)', () => {
    const gone = [{ consumed: bag('disk:5'), converted: NO_RESOURCES }];
    const after = applyConversions(bag('cpus:1;disk:5'), gone);
    expect(after.ok ? formatResources(after.value) : '').to.equal('cpus:1');
  });
});
