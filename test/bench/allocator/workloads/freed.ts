import { assert, millis, present, seconds, SeededChance } from '@ekiden/kernel';
import type { Allocation, AllocatorEvent } from '@ekiden/offers';
import { timed, type Measures, type Workload } from '../meter.js';
import { declines, Rig } from '../rig.js';
import { agentFacts, frameworkIds } from '../shapes.js';
import type { WorkloadSpec } from '../specs.js';
import { declineAgents } from './decline-agents.js';

type Freed = Extract<WorkloadSpec, { kind: 'freed' }>;

const TURNS = 1_000;

/** What Mesos refuses for unless told otherwise. */
const DEFAULT_FILTER = seconds(5);

/**
 * The agents of W1 in incremental mode, all of them offered. Then single agents: a task there ends,
 * or its offer is declined for 5 s; and turns in which nothing happened. Each is offered again in
 * the very turn.
 */
export function openFreed({ agents, frameworks }: Freed): Workload {
  const rig = new Rig({ mode: 'incremental' });
  const subscribing = frameworkIds(frameworks).map((frameworkId): AllocatorEvent => {
    return { kind: 'frameworkAdded', frameworkId, roles: ['*'], active: true };
  });
  const shape = { kind: 'plain' } as const;
  const registering = declineAgents(agents, frameworks, shape).map((agent): AllocatorEvent => {
    const used = [{ frameworkId: agent.usedBy, role: agent.usedRole, resources: agent.used }];
    const facts = agentFacts(agent.index, agent.total);
    return { kind: 'agentAdded', agent: facts, active: true, used };
  });
  rig.feed(subscribing, { allocate: true });
  const offers = rig.feed(registering, { allocate: true });
  assert(offers.length === agents, `${offers.length} offers`);
  const pool = new Pool(rig, offers);
  return {
    round(): Measures {
      const freed = timed(() => pool.free(TURNS));
      const declined = timed(() => pool.decline(TURNS));
      const idle = timed(() => {
        for (let n = 0; n < TURNS; n += 1) rig.turn();
      });
      return {
        times: {
          freed: freed.ms / TURNS,
          declined: declined.ms / TURNS,
          idle: idle.ms / TURNS,
        },
        counts: { 'slowest freed, wall': freed.value },
      };
    },
  };
}

class Pool {
  private readonly rig: Rig;
  private readonly chance = new SeededChance(2);
  private readonly offers: Allocation[];

  constructor(rig: Rig, offers: Allocation[]) {
    this.rig = rig;
    this.offers = offers;
  }

  /** Returns the slowest turn's milliseconds. */
  free(turns: number): number {
    let slowest = 0;
    for (let n = 0; n < turns; n += 1) {
      const begun = performance.now();
      this.again(undefined);
      slowest = Math.max(slowest, performance.now() - begun);
    }
    return slowest;
  }

  decline(turns: number): void {
    for (let n = 0; n < turns; n += 1) this.again(DEFAULT_FILTER);
  }

  private again(lives: typeof DEFAULT_FILTER | undefined): void {
    const at = this.chance.int(this.offers.length);
    const offer = present(this.offers[at], 'an offer');
    this.rig.advance(millis(10));
    const [event] = declines([offer], this.rig.now, lives);
    const made = this.rig.turn(event);
    assert(made.length === 1, `${made.length} offers of one agent`);
    this.offers[at] = present(made[0], 'an offer');
  }
}
