import { assert, present } from '@ekiden/kernel';
import {
  quantities,
  scalarOf,
  subtractResources,
  type Allocation,
  type AllocatorEvent,
  type FrameworkId,
} from '@ekiden/offers';
import { timed, type Measures, type Workload } from '../meter.js';
import { Rig } from '../rig.js';
import { agentFacts, bag } from '../shapes.js';
import type { LoadManner, WorkloadSpec } from '../specs.js';

type TwoLoads = Extract<WorkloadSpec, { kind: 'twoLoads' }>;

interface Kind {
  readonly name: string;
  readonly frameworks: number;
  /** By number within its kind. */
  readonly role: (index: number) => string;
  readonly tasks: number;
  readonly tasksPerOffer: number;
  readonly cpus: number;
  readonly mem: number;
}

const KINDS: readonly Kind[] = [
  {
    name: 'Marathon',
    frameworks: 4,
    role: (index) => `roleA-${index}`,
    tasks: 4_000,
    tasksPerOffer: 100,
    cpus: 0.07,
    mem: 400,
  },
  {
    name: 'Jenkins',
    frameworks: 500,
    role: () => 'roleB',
    tasks: 5,
    tasksPerOffer: 1,
    cpus: 0.1,
    mem: 4_000,
  },
  {
    name: 'SparkDispatcher',
    frameworks: 50,
    role: (index) => `roleC-${index}`,
    tasks: 20,
    tasksPerOffer: 5,
    cpus: 1,
    mem: 1_000,
  },
];

const AGENTS = 80;
const AGENT = 'cpus:64;mem:488000';
const TASKS = KINDS.reduce((sum, { frameworks, tasks }) => sum + frameworks * tasks, 0);

/** Ends a run in which nothing goes on. Some fifty would do. */
const CYCLES_MAX = 1_000;

/**
 * W6, anew in every round: from the first offer until all 19,500 tasks run. What an offer has left
 * is declined without a filter. Frameworks that run all they want either go on so (`declines`:
 * Mesos stalls), or suppress, as real ones do, both in Mesos's cycles; or they told by asks what
 * they want to begin with (`asks`, in incremental mode).
 */
export function openTwoLoads({ manner }: TwoLoads): Workload {
  return {
    round(): Measures {
      const loads = new Loads(manner);
      const { value: cycles, ms } = timed(() => loads.run());
      return {
        times: { 'all tasks': ms / 1_000, cycle: ms / cycles },
        counts: { tasks: loads.launched, cycles },
      };
    },
  };
}

interface Scheduler {
  readonly id: FrameworkId;
  readonly role: string;
  readonly kind: Kind;
  left: number;
}

class Loads {
  launched = 0;
  private readonly manner: LoadManner;
  private readonly rig: Rig;
  private readonly schedulers = new Map<FrameworkId, Scheduler>();

  constructor(manner: LoadManner) {
    this.manner = manner;
    this.rig = new Rig({ mode: manner === 'asks' ? 'incremental' : 'batch' });
    for (const kind of KINDS) {
      for (let index = 1; index <= kind.frameworks; index += 1) {
        const id = `${kind.name}-${index}` as FrameworkId;
        this.schedulers.set(id, { id, role: kind.role(index), kind, left: kind.tasks });
      }
    }
  }

  /** Returns in how many cycles. */
  run(): number {
    const { rig } = this;
    const agents = Array.from({ length: AGENTS }, (_, at): AllocatorEvent => {
      return { kind: 'agentAdded', agent: agentFacts(at + 1, bag(AGENT)), active: true };
    });
    rig.feed(agents, { allocate: false });
    let events = [...this.schedulers.values()].flatMap((each) => this.subscription(each));
    for (let cycles = 1; cycles <= CYCLES_MAX; cycles += 1) {
      rig.feed(events, { allocate: false });
      rig.advance();
      events = rig.cycle().flatMap((offer) => this.use(offer));
      if (this.launched === TASKS) return cycles;
    }
    return CYCLES_MAX;
  }

  private subscription(scheduler: Scheduler): readonly AllocatorEvent[] {
    const { id, role } = scheduler;
    const event = { kind: 'frameworkAdded' as const, frameworkId: id, roles: [role], active: true };
    if (this.manner !== 'asks') return [event];
    return [{ ...event, capabilities: ['ASKS'] }, askOf(scheduler)];
  }

  /** Launches what fits, gives the rest back, and says so when nothing is wanted any more. */
  private use(offer: Allocation): readonly AllocatorEvent[] {
    const { frameworkId, role, agentId, resources } = offer;
    const scheduler = present(this.schedulers.get(frameworkId), frameworkId);
    const { kind } = scheduler;
    const fits = Math.min(
      Math.floor(scalarOf(resources, 'cpus') / (1_000 * kind.cpus)),
      Math.floor(scalarOf(resources, 'mem') / (1_000 * kind.mem)),
    );
    const count = Math.min(fits, scheduler.left, kind.tasksPerOffer);
    scheduler.left -= count;
    this.launched += count;
    const holding = { kind: 'recovered' as const, frameworkId, role, agentId };
    if (count === 0) return [{ ...holding, resources }];
    const used = bag(`cpus:${(count * kind.cpus).toFixed(3)};mem:${count * kind.mem}`);
    const rest = subtractResources(resources, used);
    const events: AllocatorEvent[] = rest.length > 0 ? [{ ...holding, resources: rest }] : [];
    if (this.manner === 'asks') events.push(askOf(scheduler));
    if (this.manner === 'suppresses' && scheduler.left === 0) {
      events.push({ kind: 'suppressed', frameworkId });
    }
    return events;
  }
}

function askOf({ id, role, kind, left }: Scheduler): AllocatorEvent {
  assert(left >= 0, `${id} launched too many tasks`);
  const shape = quantities({ cpus: kind.cpus, mem: kind.mem });
  return { kind: 'askChanged', frameworkId: id, asks: [{ id: 'tasks', role, shape, count: left }] };
}
