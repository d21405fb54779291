import { expect } from 'chai';
import fc from 'fast-check';
import { SeededChance, millis } from '@ekiden/kernel';
import { addResources, containsResources, resourcesOf, type Offer } from '@ekiden/offers';
import type { AppDefinition, AppWire, PathId } from '../app/index.js';
import { sampleApp, sampleContext } from '../app/sample-app.js';
import { sampleInstance } from '../instance/sample-instance.js';
import type { Demand } from './demand.js';
import { matchOffers, type MatchOutcome } from './match-offers.js';
import { reasonOf } from './refusal.js';
import { sampleOffer } from './sample-offer.js';

function app(id: string, wire: AppWire = {}): AppDefinition {
  return sampleApp({ cpus: 1, mem: 128, ...wire }, sampleContext({ id: id as PathId }));
}

function demand(definition: AppDefinition, count: number): Demand {
  const waiting = Array.from({ length: count }, (_, i) =>
    sampleInstance(`${definition.id.slice(1)}-${i}`, {
      appId: definition.id,
      condition: 'Scheduled',
      since: millis(i),
    }),
  );
  const surroundings = () => ({ placed: [], known: () => new Set<string>() });
  return { app: definition, waiting, surroundings, placedOn: () => 0 };
}

function match(demands: readonly Demand[], offers: readonly Offer[], most = 100): MatchOutcome {
  return matchOffers(demands, offers, {
    chance: new SeededChance(1),
    launchesMax: most,
    launchesPerOffer: 1_000,
  });
}

function hosts({ launches }: MatchOutcome): string[] {
  return launches.map(({ offer }) => offer.hostname).sort();
}

describe('matching offers', () => {
  it('spreads an app over hosts without being asked', () => {
    const offers = [sampleOffer(1), sampleOffer(2), sampleOffer(3)];
    expect(hosts(match([demand(app('/web'), 3)], offers))).to.deep.equal(['h1', 'h2', 'h3']);
  });

  it('fills a host with what is left when there is no other', () => {
    const outcome = match([demand(app('/web'), 6)], [sampleOffer(1)]);
    expect(hosts(outcome)).to.deep.equal(['h1', 'h1', 'h1', 'h1']);
    expect(outcome.unused).to.deep.equal([]);
  });

  it('serves apps in turn, so that none starves another', () => {
    const one = demand(app('/a'), 4);
    const other = demand(app('/b'), 4);
    const launched = match([one, other], [sampleOffer(1)]).launches.map(({ app: { id } }) => id);
    expect(launched).to.deep.equal(['/a', '/b', '/a', '/b']);
  });

  it('uses an offer for apps of its role alone, as it counts for that role', () => {
    const offers = [sampleOffer(1), { ...sampleOffer(2), role: 'dev' }];
    const dev = demand(app('/dev/web', { role: 'dev' }), 1);
    const outcome = match([dev, demand(app('/web'), 2)], offers);
    const used = outcome.launches.map(({ app: { id }, offer }) => `${id} ${offer.hostname}`);
    expect(used.sort()).to.deep.equal(['/dev/web h2', '/web h1', '/web h1']);
  });

  it('gives no port of an offer twice, however often the offer was looked at', () => {
    const resources = 'cpus:100;mem:99999;disk:1000;ports:[31000-31019]';
    const offers = [sampleOffer(1, { resources }), sampleOffer(2, { resources })];
    const web = app('/web', { cpus: 0.1, portDefinitions: [{ port: 0 }, { port: 0 }] });
    const { launches } = match([demand(web, 30)], offers);
    const ports = launches.flatMap(({ offer, match: taken }) =>
      taken.hostPorts.map((port) => `${offer.hostname}:${port ?? 'none'}`),
    );
    expect([launches.length, new Set(ports).size]).to.deep.equal([20, 40]);
  });

  it('takes the longest waiting first', () => {
    const { launches } = match([demand(app('/web'), 3)], [sampleOffer(1)], 2);
    expect(launches.map(({ instance }) => instance.since)).to.deep.equal([0, 1]);
  });

  it('launches no more than it may', () => {
    expect(match([demand(app('/web'), 4)], [sampleOffer(1)], 3).launches).to.have.length(3);
  });

  it('RES-19: gives one offer no more than it may, whatever room it has', () => {
    const outcome = matchOffers([demand(app('/web', { cpus: 0.1 }), 20)], [sampleOffer(1)], {
      chance: new SeededChance(1),
      launchesMax: 100,
      launchesPerOffer: 5,
    });
    expect([outcome.launches.length, outcome.unused]).to.deep.equal([5, []]);
  });

  it('counts what it has just placed when constraints ask where others are', () => {
    const pinned = demand(app('/web', { constraints: [['hostname', 'UNIQUE']] }), 3);
    expect(hosts(match([pinned], [sampleOffer(1), sampleOffer(2)]))).to.deep.equal(['h1', 'h2']);
  });

  for (const [wire, reason] of [
    [{ cpus: 5 }, 'InsufficientCpus'],
    [{ mem: 5_000 }, 'InsufficientMemory'],
    [{ disk: 5_000 }, 'InsufficientDisk'],
    [{ requirePorts: true, portDefinitions: [{ port: 80 }] }, 'InsufficientPorts'],
    [{ constraints: [['hostname', 'LIKE', 'x']] }, 'UnfulfilledConstraint'],
  ] as const) {
    it(`says ${reason} of ${JSON.stringify(wire)}, and leaves the offer unused`, () => {
      const outcome = match([demand(app('/web', wire), 1)], [sampleOffer(1)]);
      expect(outcome.launches).to.deep.equal([]);
      expect(outcome.unused).to.deep.equal(['offer-1']);
      expect(outcome.refusals.get('/web')?.map(reasonOf)).to.deep.equal([reason]);
    });
  }

  it('asks for the executor that the definition needs', () => {
    const offer = sampleOffer(1);
    const bare = { ...offer, attributes: [] };
    const outcome = match([demand(app('/web'), 1)], [bare]);
    expect(outcome.refusals.get('/web')?.map(({ by }) => by)).to.deep.equal(['executor']);
  });

  it('never takes more of an offer than it holds, nor one port twice', () => {
    const sizes = fc.array(
      fc.record({
        cpus: fc.integer({ min: 1, max: 40 }).map((n) => n / 10),
        count: fc.integer({ min: 1, max: 6 }),
        ports: fc.integer({ min: 0, max: 3 }),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(sizes, fc.integer(), (wishes, seed) => {
        const demands = wishes.map(({ cpus, count, ports }, i) =>
          demand(app(`/a${i}`, { cpus, ports: Array.from({ length: ports }, () => 0) }), count),
        );
        const small = { resources: 'cpus:4;mem:1024;disk:0;ports:[31000-31005]' };
        const offers = [sampleOffer(1, small), sampleOffer(2, small)];
        const chance = new SeededChance(seed);
        const { launches } = matchOffers(demands, offers, {
          chance,
          launchesMax: 100,
          launchesPerOffer: 100,
        });
        for (const offer of offers) {
          const here = launches.filter((launch) => launch.offer === offer);
          const taken = here.reduce(
            (sum, launch) => addResources(sum, launch.match.resources),
            resourcesOf([]),
          );
          expect(containsResources(offer.resources, taken)).to.equal(true);
          const ports = here.flatMap((launch) => launch.match.hostPorts);
          expect(new Set(ports).size).to.equal(ports.length);
        }
      }),
    );
  });
});
