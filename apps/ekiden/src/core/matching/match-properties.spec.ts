import { expect } from 'chai';
import fc from 'fast-check';
import { SeededChance, millis } from '@ekiden/kernel';
import { testRun } from '@ekiden/testkit';
import { addResources, containsResources, resourcesOf, subtractResources } from '@ekiden/offers';
import type { Offer } from '@ekiden/offers';
import type { AppDefinition, Constraint, PathId } from '../app/index.js';
import { sampleApp, sampleContext } from '../app/sample-app.js';
import { sampleInstance } from '../instance/sample-instance.js';
import type { Demand } from './demand.js';
import { tryOn } from './judge-agents.js';
import { matchOffers, type Launch } from './match-offers.js';
import { fieldValue } from './place.js';
import { sampleOffer } from './sample-offer.js';

const CONSTRAINTS: readonly (readonly string[])[] = [
  ['hostname', 'UNIQUE'],
  ['rack', 'UNIQUE'],
  ['rack', 'CLUSTER'],
  ['rack', 'CLUSTER', 'r1'],
  ['rack', 'GROUP_BY'],
  ['rack', 'GROUP_BY', '2'],
  ['rack', 'GROUP_BY', '3'],
  ['color', 'GROUP_BY', '2'],
  ['hostname', 'GROUP_BY', '4'],
  ['rack', 'MAX_PER', '2'],
  ['hostname', 'MAX_PER', '1'],
  ['color', 'LIKE', 're.*'],
  ['color', 'UNLIKE', 'red'],
  ['rack', 'IS', 'r0'],
  ['rack', 'SPREAD'],
  ['color', 'SPREAD'],
];

interface Wish {
  readonly constraints: readonly (readonly string[])[];
  readonly count: number;
  readonly cpus: number;
  readonly ports: number;
}

const wish: fc.Arbitrary<Wish> = fc.record({
  constraints: fc.uniqueArray(fc.constantFrom(...CONSTRAINTS), { maxLength: 3 }),
  count: fc.integer({ min: 1, max: 12 }),
  cpus: fc.integer({ min: 1, max: 20 }).map((n) => n / 10),
  ports: fc.integer({ min: 0, max: 2 }),
});

const host = fc.record({
  rack: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 6 }),
  color: fc.constantFrom('red', 'green', 'blue'),
  cpus: fc.integer({ min: 1, max: 6 }),
});

const world = fc.record({
  wishes: fc.array(wish, { minLength: 1, maxLength: 4 }),
  hosts: fc.array(host, { minLength: 1, maxLength: 12 }),
  launchesPerOffer: fc.integer({ min: 1, max: 6 }),
  seed: fc.integer(),
});

function offersOf(hosts: readonly { rack: number | null; color: string; cpus: number }[]): Offer[] {
  return hosts.map(({ rack, color, cpus }, i) => {
    const attributes = [`color:${color}`, ...(rack === null ? [] : [`rack:r${rack}`])].join(';');
    return sampleOffer(i, { attributes, resources: `cpus:${cpus};mem:999;ports:[31000-31004]` });
  });
}

function demandOf({ constraints, count, cpus, ports }: Wish, at: number, offers: readonly Offer[]) {
  const id = `/a${at}` as PathId;
  const wire = { cpus, mem: 1, instances: count, ports: Array.from({ length: ports }, () => 0) };
  const app = sampleApp({ ...wire, constraints }, sampleContext({ id }));
  const waiting = Array.from({ length: count }, (_, i) =>
    sampleInstance(`${at}-${i}`, { appId: id, condition: 'Scheduled', since: millis(i) }),
  );
  const demand: Demand = {
    app,
    waiting,
    placedOn: () => 0,
    surroundings: () => ({ placed: [], known: (field) => knownTo(app, field, offers) }),
  };
  return demand;
}

/** Values on hosts that the constraints on the host alone let the app use. */
function knownTo(app: AppDefinition, field: string, offers: readonly Offer[]): Set<string> {
  const usable = offers.filter((offer) =>
    app.constraints.every((c) => !LONE.has(c.operator) || holds(c, [], offer, app, new Set())),
  );
  return new Set(usable.flatMap((offer) => fieldValue(offer, field) ?? []));
}

const LONE: ReadonlySet<string> = new Set(['LIKE', 'UNLIKE', 'IS']);

/** A constraint as its description has it, counted from nothing each time. */
function holds(
  { field, operator, value = '' }: Constraint,
  others: readonly Offer[],
  here: Offer,
  { instances }: AppDefinition,
  known: ReadonlySet<string>,
): boolean {
  const saw = fieldValue(here, field);
  if (operator === 'SPREAD') return true;
  if (saw === undefined) return operator === 'UNLIKE';
  const used = others.map((offer) => fieldValue(offer, field));
  const same = used.filter((each) => each === saw).length;
  switch (operator) {
    case 'UNIQUE':
      return same === 0;
    case 'MAX_PER':
      return same < Number(value);
    case 'CLUSTER':
      return value === '' ? used.every((each) => each === saw) : saw === value;
    case 'IS':
      return saw === value;
    case 'LIKE':
      return new RegExp(`^(${value})$`).test(saw);
    case 'UNLIKE':
      return !new RegExp(`^(${value})$`).test(saw);
    case 'GROUP_BY': {
      if (value === '') {
        return [...known].every((each) => used.filter((one) => one === each).length >= same);
      }
      const [groups, values] = [Number(value), new Set(used)];
      const most = Math.ceil(instances / groups);
      const full = [...values].filter((v) => used.filter((u) => u === v).length >= most).length;
      const spare = instances % groups;
      if (same === 0) return values.size < groups;
      return same < most - 1 || (same === most - 1 && (spare === 0 || full < spare));
    }
  }
}

function check(launches: readonly Launch[], demands: readonly Demand[]): void {
  for (const { app, surroundings } of demands) {
    const here: Offer[] = [];
    for (const { offer } of launches.filter((launch) => launch.app === app)) {
      for (const constraint of app.constraints) {
        const known = surroundings().known(constraint.field);
        const fine = holds(constraint, here, offer, app, known);
        expect(fine, `${JSON.stringify(constraint)} of ${app.id}`).to.equal(true);
      }
      here.push(offer);
    }
  }
}

describe('placements, whatever is asked', () => {
  it('never break a constraint, never take more than there is, and leave nothing that fits', () => {
    fc.assert(
      fc.property(world, ({ wishes, hosts, launchesPerOffer, seed }) => {
        const offers = offersOf(hosts);
        const demands = wishes.map((each, at) => demandOf(each, at, offers));
        const chance = new SeededChance(seed);
        const { launches } = matchOffers(demands, offers, {
          chance,
          launchesMax: 1_000,
          launchesPerOffer,
        });
        check(launches, demands);
        const free = new Map(offers.map((offer) => [offer, offer.resources]));
        for (const offer of offers) {
          const taken = launches
            .filter((launch) => launch.offer === offer)
            .map(({ match }) => match.resources);
          expect(taken.length).to.be.at.most(launchesPerOffer);
          const sum = taken.reduce(addResources, resourcesOf([]));
          expect(containsResources(offer.resources, sum)).to.equal(true);
          free.set(offer, subtractResources(offer.resources, sum));
        }
        for (const { app, waiting, surroundings } of demands) {
          const here = launches.filter((launch) => launch.app === app);
          if (here.length === waiting.length) continue;
          const others = {
            placed: here.map(({ offer }) => ({ place: offer, going: false })),
            known: surroundings().known,
          };
          for (const offer of offers) {
            if (launches.filter((l) => l.offer === offer).length >= launchesPerOffer) continue;
            const there = free.get(offer) ?? offer.resources;
            const fits = tryOn(app, { place: offer, free: there, others }).ok;
            expect(fits, `${app.id} on ${offer.hostname}`).to.equal(false);
          }
        }
      }),
      { numRuns: testRun.long ? 10_000 : 400 },
    );
  });

  it('spread by GROUP_BY and SPREAD differ by one at most where there is room', () => {
    const constraint = fc.constantFrom(
      ['rack', 'GROUP_BY'],
      ['rack', 'GROUP_BY', '4'],
      ['rack', 'SPREAD'],
    );
    const count = fc.integer({ min: 1, max: 40 });
    const racks = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 20 });
    fc.assert(
      fc.property(constraint, count, racks, fc.integer(), (wanted, instances, extra, seed) => {
        const offers = [0, 1, 2, 3, ...extra].map((rack, i) =>
          sampleOffer(i, { attributes: `rack:r${rack}`, resources: 'cpus:99;mem:999' }),
        );
        const each = { constraints: [wanted], count: instances, cpus: 0.1, ports: 0 };
        const { launches } = matchOffers([demandOf(each, 0, offers)], offers, {
          chance: new SeededChance(seed),
          launchesMax: 1_000,
          launchesPerOffer: 1_000,
        });
        expect(launches).to.have.length(instances);
        const counts = [0, 1, 2, 3].map(
          (rack) => launches.filter(({ offer }) => fieldValue(offer, 'rack') === `r${rack}`).length,
        );
        expect(Math.max(...counts) - Math.min(...counts)).to.be.at.most(1);
      }),
    );
  });
});
