import { assert } from '@ekiden/kernel';
import type { AllocatorEvent } from '@ekiden/offers';
import { timed, type Measures, type Workload } from '../meter.js';
import { Rig } from '../rig.js';
import { agentFacts, bag, frameworkIds } from '../shapes.js';
import type { WorkloadSpec } from '../specs.js';

type Reviving = Extract<WorkloadSpec, { kind: 'reviving' }>;

const AGENT = 'cpus:24;mem:4096;disk:4096;ports:[31000-32000]';

/** W8: a cluster that is offered whole, and frameworks that revive one after the other. */
export function openReviving({ agents, frameworks }: Reviving): Workload {
  const rig = new Rig({ mode: 'batch' });
  const ids = frameworkIds(frameworks);
  const subscribing = ids.map((frameworkId): AllocatorEvent => {
    return { kind: 'frameworkAdded', frameworkId, roles: ['*'], active: true };
  });
  const registering = Array.from({ length: agents }, (_, at): AllocatorEvent => {
    return { kind: 'agentAdded', agent: agentFacts(at + 1, bag(AGENT)), active: true };
  });
  const reviving = ids.map((frameworkId): AllocatorEvent => ({ kind: 'revived', frameworkId }));
  rig.feed(subscribing, { allocate: true });
  const adding = timed(() => rig.feed(registering, { allocate: true }));
  return {
    round(): Measures {
      const together = timed(() => rig.feed(reviving, { allocate: true }));
      assert(together.value.length === 0, 'something was free');
      const alone = timed(() => {
        for (const event of reviving) rig.turn(event);
      });
      return {
        times: {
          'revive, all in one turn': (1_000 * together.ms) / frameworks,
          'revive, a turn each': (1_000 * alone.ms) / frameworks,
          'add agent': (1_000 * adding.ms) / agents,
        },
        counts: { offers: adding.value.length },
      };
    },
  };
}
