import { assert } from '@ekiden/kernel';
import type { Allocation, AllocatorEvent, FrameworkId } from '@ekiden/offers';
import { Meter, type Measures, type Workload } from '../meter.js';
import { declines, Rig } from '../rig.js';
import { agentFacts, bag, frameworkIds, usedPorts, userOf } from '../shapes.js';
import type { WorkloadSpec } from '../specs.js';

type Suppressing = Extract<WorkloadSpec, { kind: 'suppressing' }>;

const TOTAL = 'cpus:24;mem:4096;disk:4096;ports:[31000-32000]';
const USED = `cpus:16;mem:1024;disk:1024;${usedPorts(16)}`;

const STEPS = 5;
const EXTREME = 0.99;

/**
 * W3: a fifth of the frameworks suppress before each of five cycles; then all want offers again, and
 * 99 % suppress at once. Offers are declined without filters.
 */
export function openSuppressing(spec: Suppressing): Workload {
  const rig = new Rig({ mode: 'batch' });
  const frameworks = frameworkIds(spec.frameworks);
  const subscribing = frameworks.map((frameworkId): AllocatorEvent => {
    return { kind: 'frameworkAdded', frameworkId, roles: ['*'], active: true };
  });
  const registering = Array.from({ length: spec.agents }, (_, at): AllocatorEvent => {
    const frameworkId = userOf(at + 1, spec.frameworks);
    const used = [{ frameworkId, role: '*', resources: bag(USED) }];
    return { kind: 'agentAdded', agent: agentFacts(at + 1, bag(TOTAL)), active: true, used };
  });
  rig.feed(subscribing, { allocate: true });
  const cycler = new Cycler(rig, rig.feed(registering, { allocate: true }));
  return { round: () => round(cycler, frameworks) };
}

function round(cycler: Cycler, frameworks: readonly FrameworkId[]): Measures {
  const times: Record<string, number> = {};
  const fifth = Math.floor(frameworks.length / STEPS);
  const suppressing = new Meter();
  for (let step = 0; step < STEPS; step += 1) {
    const next = frameworks.slice(step * fifth, (step + 1) * fifth);
    const { ms, offers } = cycler.cycleWithout(next, suppressing);
    const share = (100 * (step + 1)) / STEPS;
    times[`cycle, ${share} % suppressed`] = ms;
    assert(offers > 0 || share === 100, `no offers with ${share} % suppressed`);
  }
  cycler.unsuppress(frameworks);
  const most = frameworks.slice(0, Math.floor(EXTREME * frameworks.length));
  const extreme = cycler.cycleWithout(most, new Meter());
  cycler.unsuppress(frameworks);
  times['suppress'] = (1_000 * suppressing.totalMs) / (fifth * STEPS);
  times['cycle, 99 % suppressed'] = extreme.ms;
  return { times, counts: { offers: extreme.offers } };
}

class Cycler {
  private readonly rig: Rig;
  private offers: readonly Allocation[];

  constructor(rig: Rig, offers: readonly Allocation[]) {
    this.rig = rig;
    this.offers = offers;
  }

  cycleWithout(
    suppressed: readonly FrameworkId[],
    suppressing: Meter,
  ): { readonly ms: number; readonly offers: number } {
    this.rig.feed(declines(this.offers, this.rig.now), { allocate: false });
    const events = suppressed.map((frameworkId): AllocatorEvent => {
      return { kind: 'suppressed', frameworkId };
    });
    suppressing.time(() => this.rig.feed(events, { allocate: false }));
    this.rig.advance();
    const cycle = new Meter();
    this.offers = cycle.time(() => this.rig.cycle());
    return { ms: cycle.totalMs, offers: this.offers.length };
  }

  unsuppress(frameworks: readonly FrameworkId[]): void {
    const events = frameworks.map((frameworkId): AllocatorEvent => {
      return { kind: 'unsuppressed', frameworkId };
    });
    this.rig.feed(events, { allocate: false });
  }
}
