import { limits, quantities, type AllocatorEvent } from '@ekiden/offers';
import { Meter, timed, type Measures, type Workload } from '../meter.js';
import { Rig } from '../rig.js';
import { agentFacts, bag, frameworkIds } from '../shapes.js';
import type { WorkloadSpec } from '../specs.js';

type RoleBooksSpec = Extract<WorkloadSpec, { kind: 'roleBooks' }>;

const AGENT = 'cpus:16;mem:2048;disk:1024';
const QUOTA = { cpus: 1, mem: 512, disk: 256 };
const LOOKS = 10;

/** W7: every role with a quota and one framework; what is asked for is the books of all roles. */
export function openRoleBooks({ agents, roles }: RoleBooksSpec): Workload {
  const rig = new Rig({ mode: 'batch' });
  const promising = Array.from({ length: roles }, (_, at): AllocatorEvent => {
    const quota = { guarantees: quantities(QUOTA), limits: limits(QUOTA) };
    return { kind: 'quotaChanged', role: String(at), quota };
  });
  const subscribing = frameworkIds(roles).map((frameworkId, at): AllocatorEvent => {
    return { kind: 'frameworkAdded', frameworkId, roles: [String(at)], active: true };
  });
  const registering = Array.from({ length: agents }, (_, at): AllocatorEvent => {
    return { kind: 'agentAdded', agent: agentFacts(at + 1, bag(AGENT)), active: true };
  });
  rig.feed(promising, { allocate: true });
  rig.feed(subscribing, { allocate: true });
  const adding = timed(() => rig.feed(registering, { allocate: true }));
  return {
    round(): Measures {
      const looking = new Meter();
      const writing = new Meter();
      for (let n = 0; n < LOOKS; n += 1) {
        const books = looking.time(() => rig.look((turn) => turn.roles()));
        writing.time(() => JSON.stringify(books));
      }
      return {
        times: {
          roles: looking.medianMs,
          'roles as JSON': looking.medianMs + writing.medianMs,
          'add agent': (1_000 * adding.ms) / agents,
        },
        counts: { offers: adding.value.length },
      };
    },
  };
}
