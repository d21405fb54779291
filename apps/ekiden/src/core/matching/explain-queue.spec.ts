import { expect } from 'chai';
import { millis, seconds, type AgentId } from '@ekiden/kernel';
import { toMilli, type Explanation, type FrameworkId } from '@ekiden/offers';
import { SmallWorld } from '../../../testing/small-world.js';
import type { PathId } from '../app/index.js';
import { explainQueue, inquireQueue } from './explain-queue.js';
import type { QueueEntry } from './queue-entry.js';

const UNTIL = millis(Date.parse('2021-03-04T05:06:07.080Z'));

/** What stands in the queue for an app that waits on two agents, when the allocator says this. */
function entryWhen(explanation: Explanation | undefined, room = 'cpus:1'): QueueEntry {
  const agents = [`${room};mem:1024`, `${room};mem:1024`];
  const world = new SmallWorld({ agents });
  // Nothing is placed while its only instance waits for its backoff.
  world.behaviour = () => ({ exit: 'TASK_FAILED' });
  world.create('/web', { cmd: 'sleep 1', cpus: 1, mem: 32, portDefinitions: [] });
  const ask = explanation && ((): Explanation => explanation);
  const [entry] = explainQueue(world.view, world.clock.now(), ask);
  if (entry === undefined) throw new Error('nothing waits');
  return entry;
}

const OTHER = 'other' as FrameworkId;

const LIMIT = {
  kind: 'limit',
  role: 'dev',
  name: 'cpus',
  limit: toMilli(2),
  consumed: toMilli(2),
} as const;

describe('why instances wait', () => {
  it('BKO-16: counts one reason for each offer, the first that the funnel meets', () => {
    const agents = ['cpus:1;mem:1024', 'cpus:1;mem:8', 'cpus:8;mem:1024'];
    const world = new SmallWorld({ agents });
    const app = { cmd: 'sleep 1', cpus: 4, mem: 32, portDefinitions: [] };
    world.create('/web', { ...app, instances: 3 });
    const [entry] = explainQueue(world.view, world.clock.now());
    if (entry === undefined) throw new Error('nothing waits');
    // The small agent lacks memory, too: it counts once. The large one has room for two.
    expect(entry).to.include({ count: 1, processedOffers: 3, unusedOffers: 3 });
    expect(entry.lastRefusals).to.deep.equal({ InsufficientCpus: 3 });
    expect(entry.agents.map(({ refusals }) => refusals)).to.deep.equal([
      ['InsufficientCpus'],
      ['InsufficientCpus', 'InsufficientMemory'],
      ['InsufficientCpus'],
    ]);
  });

  it('BKO-16: tells when an offer was last used for this configuration', () => {
    const world = new SmallWorld({ agents: ['cpus:2;mem:1024'] });
    const app = { cmd: 'sleep 1', cpus: 1, mem: 32, portDefinitions: [] };
    world.create('/web', app);
    const used = world.clock.now();
    world.advance(seconds(60));
    world.update('/web', { instances: 5 }, true);
    const then = explainQueue(world.view, world.clock.now())[0];
    expect(then?.lastUsedOfferAt).to.equal(used + 60_000);
    world.create('/other', { ...app, cpus: 9 });
    const other = explainQueue(world.view, world.clock.now()).find(({ app: one }) =>
      one.id.endsWith('other'),
    );
    expect(other).to.not.have.property('lastUsedOfferAt');
  });

  it('has the allocator told what holds the app back everywhere, once and for each agent', () => {
    const { reasons, agents, lastRefusals } = entryWhen(LIMIT);
    expect(reasons.at(-1)).to.equal('role dev has used 2 cpus of its limit of 2 cpus');
    expect(agents.map(({ refusals }) => refusals)).to.deep.equal([
      ['UnfulfilledRole'],
      ['UnfulfilledRole'],
    ]);
    expect(lastRefusals).to.deep.equal({ UnfulfilledRole: 2 });
  });

  it('has the guarantees of others told with their numbers', () => {
    const required = toMilli(3);
    const headroom = { kind: 'headroom', name: 'cpus', required, available: required } as const;
    expect(entryWhen(headroom).reasons.at(-1)).to.match(/3 cpus are kept for guarantees of others/);
  });

  const perAgent: readonly (readonly [Explanation, string, RegExp])[] = [
    [{ kind: 'hostLeftOut' }, 'UnfulfilledConstraint', /not among those that are let in/],
    [{ kind: 'offerConstraints' }, 'UnfulfilledConstraint', /offer constraints/],
    [{ kind: 'filtered', until: UNTIL }, 'UnfulfilledRole', /declined .* until 2021-03-04/],
    [
      { kind: 'frameworkCapability', missing: 'GPU_RESOURCES' },
      'DeclinedScarceResources',
      /lacks the capability GPU_RESOURCES/,
    ],
    [{ kind: 'outranked', byFramework: OTHER, byRole: 'ops' }, 'UnfulfilledRole', /smaller share/],
  ];
  for (const [explanation, reason, sentence] of perAgent) {
    it(`has each agent told that ${explanation.kind} keeps it away`, () => {
      const { agents, reasons } = entryWhen(explanation);
      expect(agents.map(({ refusals }) => refusals)).to.deep.equal([[reason], [reason]]);
      expect(agents[0]?.sentences.join()).to.match(sentence);
      expect(reasons.join()).not.to.match(sentence);
    });
  }

  for (const kind of ['none', 'noAsk', 'nothingFree'] as const) {
    it(`says nothing of the allocator's "${kind}"`, () => {
      expect(entryWhen({ kind }).agents.map(({ refusals }) => refusals)).to.deep.equal([[], []]);
    });
  }

  it('lets its own rules speak first on an agent', () => {
    const { agents, reasons } = entryWhen(LIMIT, 'cpus:0.5');
    expect(agents.map(({ refusals }) => refusals[0])).to.deep.equal([
      'InsufficientCpus',
      'InsufficientCpus',
    ]);
    expect(reasons.at(-1)).to.match(/limit of 2 cpus/);
  });

  it('does without an allocator to ask', () => {
    expect(entryWhen(undefined).agents.map(({ refusals }) => refusals)).to.deep.equal([[], []]);
  });

  it('says in which state an agent takes no new tasks, and leaves out those that are gone', () => {
    const world = new SmallWorld({ agents: ['cpus:1;mem:99', 'cpus:1;mem:99', 'cpus:1;mem:99'] });
    const drain = { kind: 'drain', deadlineSeconds: 0 } as const;
    const orders = {
      'agent-1': { kind: 'deactivate' },
      'agent-2': { ...drain, markGone: false },
      'agent-3': { ...drain, markGone: true },
    } as const;
    for (const [agent, order] of Object.entries(orders)) {
      world.send({ kind: 'tendAgent', agent: agent as AgentId, order });
    }
    world.create('/web', { cmd: 'sleep 1', cpus: 1, mem: 32, portDefinitions: [] });
    const [entry] = explainQueue(world.view, world.clock.now());
    expect(entry?.agents.map(({ sentences }) => sentences.join())).to.deep.equal([
      'agent: takes no new tasks (deactivated)',
      'agent: takes no new tasks (drained)',
    ]);
    expect(entry?.lastRefusals).to.deep.equal({ AgentMaintenance: 2 });
  });
});

describe('why instances wait, found out a little at a time', () => {
  const WAITS = { cmd: 'sleep 1', cpus: 9, mem: 32, portDefinitions: [] };

  function crowd(): SmallWorld {
    const world = new SmallWorld({ agents: Array.from({ length: 250 }, () => 'cpus:1;mem:1024') });
    for (const id of ['/a', '/b', '/c']) {
      world.create(id, { ...WAITS, constraints: [['hostname', 'GROUP_BY']] });
    }
    return world;
  }

  it('is the same as at once while nothing happens', () => {
    const world = crowd();
    const inquiry = inquireQueue(world.clock.now());
    let entries: readonly QueueEntry[] | undefined;
    let looks = 0;
    for (; entries === undefined; looks += 1) {
      entries = inquiry.goOn({ state: world.view }, () => true)?.answer;
    }
    expect(looks).to.be.greaterThan(10);
    expect(JSON.stringify(entries)).to.equal(
      JSON.stringify(explainQueue(world.view, world.clock.now())),
    );
  });

  it('leaves out what has gone meanwhile, and tells of the rest as it is by then', () => {
    const world = crowd();
    const inquiry = inquireQueue(world.clock.now());
    expect(inquiry.goOn({ state: world.view }, () => true)).to.equal(undefined);
    world.change({ kind: 'deleteApp', id: '/b' as PathId }, true);
    world.update('/c', { ...WAITS, instances: 4 }, true);
    const entries = inquiry.goOn({ state: world.view }, () => false)?.answer;
    expect(entries?.map(({ app, count }) => [app.id, count])).to.deep.equal([
      ['/a', 1],
      ['/c', 4],
    ]);
  });
});
