import type { Milli } from '@ekiden/offers';
import type { Judgement, Placing, Refusal } from '../matching/index.js';

/** The agent with the fewest and smallest things against an instance; `undefined` without agents. */
export function nearestAgent({ agents }: Placing): Judgement | undefined {
  let nearest: Judgement | undefined;
  let least = Infinity;
  for (const agent of agents) {
    const distance = agent.refusals.reduce((sum, refusal) => sum + distanceOf(refusal), 0);
    if (distance >= least) continue;
    nearest = agent;
    least = distance;
  }
  return nearest;
}

/** Shortages count by the part that is missing; a rule counts more than any shortage. */
function distanceOf(refusal: Refusal): number {
  switch (refusal.by) {
    case 'cpus':
    case 'mem':
    case 'disk':
    case 'gpus':
      return 0.1 + missingPart(refusal.wanted, refusal.offered);
    case 'volume':
      return 0.1 + missingPart(refusal.size, refusal.largest);
    case 'ports':
      return 1;
    case 'constraint':
      return 3;
    case 'role':
    case 'allocator':
      return 10;
    case 'pod':
    case 'executor':
    case 'scarceGpus':
      return 100;
    case 'agentInactive':
      return 1000;
  }
}

function missingPart(wanted: Milli, offered: Milli): number {
  return wanted === 0 ? 0 : (wanted - offered) / wanted;
}
