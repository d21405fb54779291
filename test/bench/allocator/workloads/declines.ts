import { assert, type Millis } from '@ekiden/kernel';
import type { Allocation, AllocatorEvent } from '@ekiden/offers';
import { Meter, timed, type Measures, type Workload } from '../meter.js';
import { PlainAllocator } from '../plain-allocator.js';
import { declines, FOR_GOOD, Rig } from '../rig.js';
import { agentFacts, frameworkIds } from '../shapes.js';
import type { WorkloadSpec } from '../specs.js';
import { declineAgents, roleOf, type DeclineAgent } from './decline-agents.js';

/** What W1 asks of an allocator, so that the plain one can run it as well. */
interface Subject {
  /** The offers that come out meanwhile. */
  addAgents(agents: readonly DeclineAgent[]): readonly Allocation[];
  /** Gets what is to be timed ready, and returns it. */
  decline(offers: readonly Allocation[], lives: Millis | undefined): () => void;
  /** After the clock has gone on by a second. */
  cycle(): readonly Allocation[];
}

type Declines = Extract<WorkloadSpec, { kind: 'declines' }>;
type AllFiltered = Extract<WorkloadSpec, { kind: 'allFiltered' }>;

const EMPTY_CYCLES = 20;
const IDLE_TURNS = 1_000;

/**
 * W1 and its variants W4, W9, W10 and W11. A round: all offers are declined, one by one, then a cycle
 * offers all agents again; so many times over. Each round begins anew, since the C++ figures are of
 * the first cycles: later ones pass over more and more filtered frameworks. The plain allocator goes
 * on where it was: what it costs does not depend on that.
 */
export function openDeclines(spec: Declines): Workload {
  const agents = declineAgents(spec.agents, spec.frameworks, spec.shape);
  const lives = spec.filter ? FOR_GOOD : undefined;
  const begin = (): Begun => {
    const subject = subjectOf(spec, spec.shape, 'batch');
    const { value: offers, ms } = timed(() => subject.addAgents(agents));
    return { subject, offers, addingMs: ms };
  };
  let begun = begin();
  let isFirst = true;
  return {
    round(): Measures {
      if (!isFirst && spec.allocator !== 'plain') {
        begun = begin();
        // What the round before has left is not this one's to clear away; a cycle that is not timed
        // brings back the compiled code that a forced collection drops.
        globalThis.gc?.();
        begun.subject.decline(begun.offers, lives)();
        begun = { ...begun, offers: begun.subject.cycle() };
      }
      isFirst = false;
      const { subject, addingMs } = begun;
      const cycles = new Meter();
      const declining = new Meter();
      let declined = 0;
      for (let n = 0; n < spec.cyclesPerRound; n += 1) {
        declined += begun.offers.length;
        declining.time(subject.decline(begun.offers, lives));
        begun = { ...begun, offers: cycles.time(() => subject.cycle()) };
      }
      return {
        times: {
          cycle: cycles.medianMs,
          'slowest cycle': cycles.slowestMs,
          'cycle, main thread': cycles.mainThreadMs,
          decline: (1_000 * declining.totalMs) / Math.max(1, declined),
          'add agent': (1_000 * addingMs) / agents.length,
        },
        counts: { offers: begun.offers.length },
      };
    },
  };
}

interface Begun {
  readonly subject: Subject;
  readonly offers: readonly Allocation[];
  readonly addingMs: number;
}

/** W1 until there is nobody left to offer anything to; a round is some cycles after that. */
export function openAllFiltered(spec: AllFiltered): Workload {
  const subject = subjectOf(spec, { kind: 'plain' }, spec.mode);
  const course = new Meter();
  let filtered = 0;
  let offers = subject.addAgents(declineAgents(spec.agents, spec.frameworks, { kind: 'plain' }));
  while (offers.length > 0) {
    filtered += offers.length;
    subject.decline(offers, FOR_GOOD)();
    offers = course.time(() => subject.cycle());
  }
  assert(filtered === spec.agents * spec.frameworks, `${filtered} pairs were filtered`);
  return {
    round(): Measures {
      const cycles = new Meter();
      for (let n = 0; n < EMPTY_CYCLES; n += 1) {
        const none = cycles.time(() => subject.cycle());
        assert(none.length === 0, 'an offer in spite of a filter');
      }
      return {
        times: { cycle: cycles.medianMs, course: course.totalMs, ...idleOf(subject) },
        counts: { filtered },
      };
    },
  };
}

function idleOf(subject: Subject): { readonly idle: number } | undefined {
  if (!(subject instanceof DrfSubject)) return undefined;
  const { ms } = timed(() => {
    for (let n = 0; n < IDLE_TURNS; n += 1) subject.idle();
  });
  return { idle: ms / IDLE_TURNS };
}

function subjectOf(
  spec: Declines | AllFiltered,
  shape: Declines['shape'],
  mode: 'batch' | 'incremental',
): Subject {
  if (spec.allocator === 'plain') return new PlainSubject(spec.frameworks);
  return new DrfSubject(spec.frameworks, shape, mode);
}

class DrfSubject implements Subject {
  private readonly rig: Rig;

  constructor(frameworks: number, shape: Declines['shape'], mode: 'batch' | 'incremental') {
    this.rig = new Rig({ mode });
    const roles = [roleOf(shape)];
    const shared = shape.kind === 'volumes' && shape.shared;
    const events = frameworkIds(frameworks).map((frameworkId): AllocatorEvent => {
      const event = { kind: 'frameworkAdded' as const, frameworkId, roles, active: true };
      return shared ? { ...event, capabilities: ['SHARED_RESOURCES'] } : event;
    });
    this.rig.feed(events, { allocate: true });
  }

  addAgents(agents: readonly DeclineAgent[]): readonly Allocation[] {
    const events = agents.map(({ index, total, used, usedBy, usedRole }): AllocatorEvent => {
      const agent = agentFacts(index, total);
      const holding = { frameworkId: usedBy, role: usedRole, resources: used };
      return { kind: 'agentAdded', agent, active: true, used: [holding] };
    });
    return this.rig.feed(events, { allocate: true });
  }

  decline(offers: readonly Allocation[], lives: Millis | undefined): () => void {
    const events = declines(offers, this.rig.now, lives);
    return () => {
      this.rig.feed(events, { allocate: false });
    };
  }

  cycle(): readonly Allocation[] {
    this.rig.advance();
    return this.rig.cycle();
  }

  idle(): void {
    const none = this.rig.turn();
    assert(none.length === 0, 'an offer of an idle turn');
  }
}

class PlainSubject implements Subject {
  private readonly allocator: PlainAllocator;

  constructor(frameworks: number) {
    this.allocator = new PlainAllocator(frameworkIds(frameworks));
  }

  addAgents(agents: readonly DeclineAgent[]): readonly Allocation[] {
    const ids = agents.map(({ index, total, used, usedBy }) => {
      const { id } = agentFacts(index, total);
      this.allocator.addAgent(id, total, { frameworkId: usedBy, resources: used });
      return id;
    });
    return this.allocator.allocate(ids);
  }

  decline(offers: readonly Allocation[], lives: Millis | undefined): () => void {
    return () => {
      for (const offer of offers) this.allocator.decline(offer, lives !== undefined);
    };
  }

  cycle(): readonly Allocation[] {
    return this.allocator.allocate();
  }
}
