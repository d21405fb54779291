import { SeededChance } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';

import {
  addQuantities,
  addResources,
  applyConversions,
  compareIdentity,
  containsQuantities,
  containsResources,
  coversQuantities,
  createVolumes,
  destroyVolumes,
  equalResources,
  fingerprint,
  fitsLimits,
  formatResources,
  intersectResources,
  isDivisible,
  isShared,
  limitsOf,
  milli,
  nonShared,
  parseResources,
  quantities,
  quantitiesOf,
  quantityOf,
  reserve,
  resourcesFromJson,
  resourcesOf,
  resourcesToJson,
  sharedOnce,
  shrinkToLimits,
  shrinkToQuantities,
  subtractResources,
  subtractSaturating,
  unreserve,
  volumeViolation,
} from './index.js';
import type {
  DiskInfo,
  DiskSource,
  Quantities,
  Reservation,
  Resource,
  Resources,
} from './index.js';

/* What holds for every bag, with everything a resource may carry (offer-core 1.1). */

/** Texts that need quotes, keywords, and plain ones. */
const anyWord = fc.oneof(
  fc.constantFrom('a', 'b-1', 'MOUNT', 'a b', 'x:y', '"', '\\', '{}', 'é', '[1-2]', '__proto__'),
  fc.string({ minLength: 1, maxLength: 6 }),
);
const anyRange = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 9 }))
  .map(([begin, size]) => ({ begin, end: begin + size }));

const OPTIONAL: { readonly requiredKeys: [] } = { requiredKeys: [] };

const anyClaim = fc.record(
  {
    principal: anyWord,
    labels: fc.dictionary(anyWord, fc.oneof(anyWord, fc.constant('')), { maxKeys: 2 }),
  },
  OPTIONAL,
);

/** Roles, each below the one before. */
const anyChain = fc.constantFrom<(readonly string[])[]>(
  [],
  ['eng'],
  ['ops'],
  ['eng/web'],
  ['eng', 'eng/web'],
  ['eng', 'eng/web/x'],
  ['eng', 'eng/web', 'eng/web/x'],
);

const anyStack: fc.Arbitrary<readonly Reservation[]> = fc
  .tuple(anyChain, fc.boolean(), fc.array(anyClaim, { minLength: 3, maxLength: 3 }))
  .map(([roles, fixed, claims]) =>
    roles.map((role, i) => ({
      type: i === 0 && fixed ? ('STATIC' as const) : ('DYNAMIC' as const),
      role,
      ...claims[i],
    })),
  );

const anyDetails = fc
  .tuple(
    anyStack,
    fc.record({ revocable: fc.constant(true as const), providerId: anyWord }, OPTIONAL),
  )
  .map(([reservations, rest]) => ({
    ...rest,
    role: reservations.at(-1)?.role ?? '*',
    ...(reservations.length > 0 && { reservations }),
  }));

const anySource: fc.Arbitrary<DiskSource> = fc
  .tuple(
    fc.constantFrom('PATH', 'MOUNT', 'BLOCK', 'RAW'),
    fc.record({ root: anyWord, id: anyWord, profile: anyWord, vendor: anyWord }, OPTIONAL),
  )
  .map(([type, { root, ...maker }]) => ({
    type,
    ...maker,
    ...(root !== undefined && (type === 'PATH' || type === 'MOUNT') && { root }),
  }));

const anyVolume: fc.Arbitrary<DiskInfo> = fc.record(
  {
    persistence: fc.record({ id: anyWord, principal: anyWord }, { requiredKeys: ['id'] }),
    volume: fc.record({ containerPath: anyWord, mode: fc.constantFrom('RW', 'RO') }),
    source: anySource,
  },
  { requiredKeys: ['persistence'] },
);

const anyAmount = fc.integer({ min: 0, max: 9 }).map((n) => milli(n * 500));

const anyDisk: fc.Arbitrary<Resource> = fc
  .tuple(
    anyDetails,
    anyAmount,
    fc.oneof(
      fc.constant<{ disk?: DiskInfo }>({}),
      anySource.map((source) => ({ disk: { source } })),
      anyVolume.map((disk) => ({ disk })),
      fc
        .tuple(anyVolume, fc.integer({ min: 1, max: 3 }))
        .map(([disk, shared]) => ({ disk, shared })),
    ),
  )
  .map(([details, amount, disk]) => ({
    type: 'SCALAR',
    name: 'disk',
    milli: amount,
    ...details,
    ...disk,
  }));

const anyScalar: fc.Arbitrary<Resource> = fc
  .tuple(fc.constantFrom('cpus', 'mem', 'my "own"'), anyDetails, anyAmount)
  .map(([name, details, amount]) => ({ type: 'SCALAR', name, milli: amount, ...details }));

const anyRanges: fc.Arbitrary<Resource> = fc
  .tuple(anyDetails, fc.array(anyRange, { maxLength: 4 }))
  .map(([details, ranges]) => ({ type: 'RANGES', name: 'ports', ranges, ...details }));

const anySet: fc.Arbitrary<Resource> = fc
  .tuple(anyDetails, fc.array(anyWord, { maxLength: 3 }))
  .map(([details, items]) => ({ type: 'SET', name: 'tags', items, ...details }));

/** Few identities, so that copies and indivisible twins meet. */
const anyTwin: fc.Arbitrary<Resource> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.boolean())
  .map(([n, shared]) => ({
    ...({ type: 'SCALAR', name: 'disk', role: 'eng' } as const),
    ...(shared
      ? { milli: milli(5000), disk: { persistence: { id: 'v' } }, shared: n }
      : { milli: milli(n * 1000), disk: { source: { type: 'MOUNT' as const, root: '/m' } } }),
  }));

const anyObjects = fc.array(fc.oneof(anyDisk, anyScalar, anyRanges, anySet, anyTwin), {
  maxLength: 7,
});
const anyBag = anyObjects.map(resourcesOf);

/** Bags that have much in common. */
const anyPair = fc
  .tuple(anyObjects, anyObjects, anyObjects)
  .map(([a, b, both]) => [resourcesOf([...a, ...both]), resourcesOf([...b, ...both])] as const);

const anyTarget: fc.Arbitrary<Quantities> = fc
  .dictionary(fc.constantFrom('cpus', 'mem', 'disk', 'ports', 'tags'), fc.nat(8))
  .map((units) => quantities(units));

/** Scalars and shared copies only: ranges and sets are unions, which forget what overlapped. */
function countable(bag: Resources): Resources {
  return resourcesOf(bag.filter((object) => object.type === 'SCALAR'));
}

describe('bags of resources', () => {
  it('have one canonical form, whatever the order and the spelling', () => {
    fc.assert(
      fc.property(anyObjects, fc.nat(), (objects, seed) => {
        const bag = resourcesOf(objects);
        const shuffled = new SeededChance(seed).shuffle(objects);
        expect(resourcesOf(shuffled)).to.deep.equal(bag);
        expect(fingerprint(resourcesOf(shuffled))).to.equal(fingerprint(bag));
        expect(resourcesOf(bag)).to.deep.equal(bag);
        const spelled = objects.map((object) => ({
          ...object,
          ...(object.reservations === undefined &&
            object.role !== '*' && {
              reservations: [{ type: 'STATIC' as const, role: object.role }],
            }),
        }));
        expect(resourcesOf(spelled)).to.deep.equal(bag);
      }),
    );
  });

  it('are sorted by identity, and rows with members in another order are equal', () => {
    fc.assert(
      fc.property(anyBag, (bag) => {
        for (const [i, object] of bag.slice(1).entries()) {
          const before = bag[i];
          const order = before === undefined ? 0 : compareIdentity(before, object);
          expect(order <= 0).to.equal(true);
          expect(order < 0 || !isDivisible(object)).to.equal(true);
        }
        const row = JSON.parse(JSON.stringify(bag), (_, value: unknown) =>
          typeof value === 'object' && value !== null && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).reverse())
            : value,
        ) as Resources;
        expect(equalResources(row, bag)).to.equal(true);
        expect(subtractResources(row, bag)).to.deep.equal([]);
      }),
    );
  });

  it('come back from text, from rows and from JSON as they were', () => {
    fc.assert(
      fc.property(anyBag, (bag) => {
        expect(parseResources(formatResources(bag))).to.deep.equal({ ok: true, value: bag });
        expect(JSON.parse(JSON.stringify(bag))).to.deep.equal(bag);
        const wire: unknown = JSON.parse(JSON.stringify(resourcesToJson(bag)));
        expect(resourcesFromJson(wire)).to.deep.equal({ ok: true, value: bag });
      }),
      { numRuns: 300 },
    );
  });

  it('add up in any order and grouping', () => {
    fc.assert(
      fc.property(anyPair, anyBag, ([a, b], c) => {
        const sum = addResources(a, b);
        expect(addResources(b, a)).to.deep.equal(sum);
        expect(addResources(sum, c)).to.deep.equal(addResources(a, addResources(b, c)));
        expect(resourcesOf([...a, ...b])).to.deep.equal(sum);
      }),
    );
  });

  it('contain what was added, and give it back', () => {
    fc.assert(
      fc.property(anyPair, ([a, b]) => {
        const sum = addResources(a, b);
        expect(containsResources(sum, a) && containsResources(sum, b)).to.equal(true);
        const [x, y] = [countable(a), countable(b)];
        expect(subtractResources(addResources(x, y), y)).to.deep.equal(x);
      }),
    );
  });

  it('split into what another has of them and what it has not', () => {
    fc.assert(
      fc.property(anyPair, ([a, b]) => {
        const both = intersectResources(a, b);
        const rest = subtractResources(a, both);
        expect(addResources(both, rest)).to.deep.equal(a);
        expect(intersectResources(b, a)).to.deep.equal(both);
        expect(containsResources(b, both)).to.equal(true);
        expect(subtractSaturating(a, b)).to.deep.equal(rest);
        expect(containsResources(a, b)).to.equal(equalResources(both, b));
        expect(equalResources(a, b)).to.equal(containsResources(a, b) && containsResources(b, a));
      }),
    );
  });

  it('are what they share, once, and what they do not share', () => {
    fc.assert(
      fc.property(anyBag, (bag) => {
        const once = sharedOnce(bag);
        expect(once.every((object) => object.shared === 1)).to.equal(true);
        expect(nonShared(bag).some(isShared)).to.equal(false);
        const flat = addResources(nonShared(bag), once);
        expect(quantitiesOf(flat)).to.deep.equal(quantitiesOf(bag));
        expect(containsResources(bag, flat)).to.equal(true);
      }),
    );
  });

  it('contain their own quantities and no more', () => {
    fc.assert(
      fc.property(anyBag, anyTarget, (bag, wanted) => {
        const all = quantitiesOf(bag);
        expect(containsQuantities(bag, all)).to.equal(true);
        expect(containsQuantities(bag, wanted)).to.equal(coversQuantities(all, wanted));
        const more = addQuantities(all, quantities({ cpus: 0.001 }));
        expect(containsQuantities(bag, more)).to.equal(false);
      }),
    );
  });
});

describe('shrinking bags', () => {
  it('never exceeds the target and takes all of it that can be divided', () => {
    fc.assert(
      fc.property(anyBag, anyTarget, fc.nat(), (bag, target, seed) => {
        const part = shrinkToQuantities(bag, target, new SeededChance(seed));
        expect(containsResources(bag, part)).to.equal(true);
        expect(resourcesOf(part)).to.deep.equal(part);
        const taken = quantitiesOf(part);
        expect(coversQuantities(target, taken)).to.equal(true);
        for (const { name, milli: had } of quantitiesOf(bag)) {
          if (!bag.every((object) => object.name !== name || isDivisible(object))) continue;
          const most = Math.min(had, quantityOf(target, name));
          expect(quantityOf(taken, name)).to.equal(most);
        }
      }),
    );
  });

  it('to limits cuts the names that have one and no other', () => {
    fc.assert(
      fc.property(anyBag, anyTarget, fc.nat(), (bag, target, seed) => {
        const limits = limitsOf(target);
        const part = shrinkToLimits(bag, limits, new SeededChance(seed));
        expect(fitsLimits(limits, quantitiesOf(part))).to.equal(true);
        const free = (of: Resources): Resources =>
          resourcesOf(of.filter((object) => quantityOf(target, object.name) === 0));
        expect(free(part)).to.deep.equal(free(bag));
        if (fitsLimits(limits, quantitiesOf(bag))) expect(part).to.equal(bag);
      }),
    );
  });
});

describe('operations on bags', () => {
  const claim = { type: 'DYNAMIC', role: 'eng/web/x/top', principal: 'p' } as const;

  it('keep quantities, and undo each other', () => {
    fc.assert(
      fc.property(anyBag, (bag) => {
        const usable = resourcesOf(bag.filter(isReservable));
        const reserved = reserve(usable, claim);
        if (!reserved.ok) return;
        const after = applyConversions(bag, reserved.value);
        if (!after.ok) throw new Error(after.error.kind);
        expect(quantitiesOf(after.value)).to.deep.equal(quantitiesOf(bag));
        const back = unreserve(reserved.value[0]?.converted ?? usable);
        if (!back.ok) throw new Error(back.error.rule);
        expect(applyConversions(after.value, back.value)).to.deep.equal({ ok: true, value: bag });
      }),
    );
  });

  it('make volumes of disk, and disk of volumes without a remainder', () => {
    fc.assert(
      fc.property(anyBag, (bag) => {
        const ids = new Set<string>();
        const volumes = resourcesOf(bag.filter(isNewVolume(ids)));
        const made = createVolumes(volumes);
        expect(made.ok).to.equal(volumes.length > 0);
        if (!made.ok) return;
        const disks = made.value[0]?.consumed ?? volumes;
        const after = applyConversions(disks, made.value);
        expect(after).to.deep.equal({ ok: true, value: volumes });
        const gone = destroyVolumes(volumes);
        if (!gone.ok) throw new Error(gone.error.rule);
        expect(applyConversions(volumes, gone.value)).to.deep.equal({ ok: true, value: disks });
        expect(quantitiesOf(disks)).to.deep.equal(quantitiesOf(volumes));
      }),
    );
  });

  function isNewVolume(ids: Set<string>): (object: Resource) => boolean {
    return (object) => {
      if (volumeViolation(object) !== undefined || (object.shared ?? 1) > 1) return false;
      const id = `${object.role} ${object.disk?.persistence?.id ?? ''}`;
      return ids.size < ids.add(id).size;
    };
  }

  function isReservable(object: Resource): boolean {
    const below = object.role === '*' || claim.role.startsWith(`${object.role}/`);
    return below && object.revocable !== true && object.disk?.persistence === undefined;
  }
});
