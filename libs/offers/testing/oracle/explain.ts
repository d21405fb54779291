import { SeededChance } from '@ekiden/kernel';

import type { ExplainQuery, Explanation } from '../../src/allocator/index.js';
import { quantitiesOf, shortOf } from '../../src/resources/index.js';
import { allocate } from './allocate.js';
import { agentGate, fitGate, frameworkGate, takeable, type Pair } from './gates.js';
import { judge } from './judge.js';
import type { Settings } from './settings.js';
import { copyState, type State } from './state.js';

/** The first gate that says no; when none does, a run over this agent alone says who comes first. */
export function explain(state: State, settings: Settings, query: ExplainQuery): Explanation {
  const { framework: frameworkId, role, agent: agentId, shape, now } = query;
  const pair: Pair = { frameworkId, role, agentId };
  const then = copyState(state);
  if (!settings.batch) then.filters = then.filters.filter(({ until }) => until > now);
  if (then.pause !== undefined && then.pause.until <= now) then.pause = undefined;
  const gate =
    agentGate(then, agentId) ?? frameworkGate(then, pair) ?? fitGate(then, settings, pair);
  if (gate !== undefined) return gate;
  const verdicts = (['guarantees', 'rest'] as const).map((stage) =>
    judge(then, settings, { ...pair, stage, made: [], queued: true }),
  );
  const offer = verdicts.find((verdict) => verdict.kind === 'offer');
  const refusal = verdicts.findLast((verdict) => verdict.kind === 'no');
  const resources = offer?.kind === 'offer' ? offer.resources : takeable(then, pair);
  const short = shape === undefined ? undefined : shortOf(quantitiesOf(resources), shape);
  if (short !== undefined) return { kind: 'insufficient', ...short };
  if (offer === undefined) return refusal?.kind === 'no' ? refusal.because : { kind: 'none' };
  return rank(then, settings, pair, query);
}

function rank(state: State, settings: Settings, pair: Pair, query: ExplainQuery): Explanation {
  for (const [id, agent] of state.agents) {
    if (id !== pair.agentId) state.agents.set(id, { ...agent, active: false });
  }
  state.candidates.clear();
  state.candidates.add(pair.agentId);
  const { now } = query;
  const chance = new SeededChance(1);
  const offersMax = Number.MAX_SAFE_INTEGER;
  const run = allocate(state, settings, { now, chance, offersMax });
  const here = run.allocations.filter((made) => made.agentId === pair.agentId);
  const mine = here.some(
    (made) => made.frameworkId === pair.frameworkId && made.role === pair.role,
  );
  const first = here[0];
  if (mine || first === undefined) return { kind: 'none' };
  return { kind: 'outranked', byFramework: first.frameworkId, byRole: first.role };
}
