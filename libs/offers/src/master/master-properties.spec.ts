import type { AgentId } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';

import { actCount, frameworkOf, Play, type Step } from '../../testing/master-play.js';
import type { OfferId } from '../framework/index.js';
import { addResources, formatResources, NO_RESOURCES, nonShared } from '../resources/index.js';
import type { Master } from './master.js';
import type { MasterTurn } from './master-turn.js';

const anyStep: fc.Arbitrary<Step> = fc.record({
  act: fc.nat(actCount() - 1),
  a: fc.nat(2),
  b: fc.nat(7),
  drop: fc.nat(4).map((n) => n === 0),
});

type Free = Readonly<Record<string, string>>;

/** Plays random turns and checks the books after each; some turns are dropped. */
class CheckedPlay extends Play {
  private readonly made = new Set<OfferId>();

  step(step: Step): void {
    const before = this.picture();
    const free = this.freeOf(this.begin(), false);
    const turn = this.begin();
    this.act(turn, step);
    expect(turn.checkInvariants().join('; ')).to.equal('');
    turn.allocate(step.b + 1);
    expect(turn.checkInvariants().join('; ')).to.equal('');
    const events = [0, 1, 2].flatMap((n) => [...turn.takeEvents(frameworkOf(n))]);
    if (step.drop) {
      expect(this.picture()).to.equal(before);
      expect(this.freeOf(this.begin(), false)).to.deep.equal(free);
      return;
    }
    for (const event of events) {
      if (event.kind !== 'offers') continue;
      for (const offer of event.offers) {
        expect(this.made.has(offer.id)).to.equal(false);
        this.made.add(offer.id);
      }
    }
    turn.nextDeadline();
    turn.merge();
  }

  /** Free by agent, shared volumes aside; `withOffers` counts outstanding offers as free. */
  freeOf(turn: MasterTurn, withOffers: boolean): Free {
    const free: Record<string, string> = {};
    for (const { id } of this.master.state.agents.values()) {
      let sum = nonShared(turn.books(id)?.available ?? NO_RESOURCES);
      const offers = withOffers ? this.master.state.offers.by('agent', id) : [];
      for (const offer of offers) sum = addResources(sum, nonShared(offer.resources));
      free[id] = formatResources(sum);
    }
    return free;
  }

  private picture(): string {
    const { agents, frameworks, tasks, offers, roles, inverseOffers } = this.master.state;
    const tables = [agents, frameworks, tasks, offers, roles, inverseOffers];
    return JSON.stringify(tables.map((table) => [...table.values()]));
  }
}

function restored(master: Master): CheckedPlay {
  const play = new CheckedPlay();
  const { agents, frameworks, tasks, roles } = master.state;
  play.master.restore(
    JSON.parse(
      JSON.stringify({
        agents: [...agents.values()],
        frameworks: [...frameworks.values()],
        tasks: [...tasks.values()],
        roles: [...roles.values()],
      }),
    ) as Parameters<Master['restore']>[0],
  );
  return play;
}

/** Withheld ports are not stored: after a restart the host probes them again. */
function withoutPorts(free: Free): Free {
  const entries = Object.entries(free);
  return Object.fromEntries(
    entries.map(([id, text]) => [
      id,
      text
        .split(';')
        .filter((part) => !part.startsWith('ports'))
        .join(';'),
    ]),
  );
}

describe('the master under random turns of every command', () => {
  it('keeps its books, makes each offer once, forgets dropped turns, and can be restored', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 30, maxLength: 80 }), (steps) => {
        const play = new CheckedPlay();
        for (const a of [0, 1, 2]) {
          play.step({ act: 0, a, b: a, drop: false });
          play.step({ act: 1, a, b: a, drop: false });
        }
        for (const step of steps) play.step(step);
        const twin = restored(play.master);
        expect(withoutPorts(twin.freeOf(twin.begin(), false))).to.deep.equal(
          withoutPorts(play.freeOf(play.begin(), true)),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('leaves nothing behind when everything has gone', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 20, maxLength: 40 }), (steps) => {
        const play = new CheckedPlay();
        for (const step of steps) play.step({ ...step, drop: false });
        const turn = play.begin();
        for (const n of [0, 1, 2]) {
          turn.removeAgent(`A${n}` as AgentId, 'the end');
          turn.call(frameworkOf(n), { kind: 'teardown' });
          turn.takeEvents(frameworkOf(n));
        }
        for (const { id } of play.master.state.roles.values()) {
          turn.setRole(id, { weight: 1, quota: null });
        }
        turn.merge();
        play.now += 2_000_000;
        const last = play.begin();
        last.allocate(10);
        expect(last.roles()).to.deep.equal([]);
        expect([last.filters, last.queuedAgents, last.nextDeadline()]).to.deep.equal([
          0,
          0,
          undefined,
        ]);
        last.merge();
        const { agents, frameworks, tasks, offers, inverseOffers, withheld } = play.master.state;
        const sizes = [agents, frameworks, tasks, offers, inverseOffers, withheld].map(
          (table) => table.size,
        );
        expect(sizes).to.deep.equal([0, 0, 0, 0, 0, 0]);
      }),
      { numRuns: 100 },
    );
  });
});
