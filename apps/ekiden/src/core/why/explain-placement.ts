import type { Steps } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import { judgeInSteps, sentenceOf, type Judgement, type Placing } from '../matching/index.js';
import type { Inquiry } from './inquiry.js';
import { nearestAgent } from './nearest-agent.js';
import { groupAgents } from './placement-sentence.js';
import { phraseOf } from './refusal-phrase.js';
import type { AgentRefusals, Placement } from './report.js';
import { suggestChanges } from './suggest-changes.js';

/** Agents shown one by one; the groups count all of them. */
const AGENTS_SHOWN = 100;

/** What all agents say to one more instance of an app, and what would help. */
export interface ExplainedPlacement {
  readonly placement: Placement;
  readonly agents: readonly AgentRefusals[];
  readonly placing: Placing;
}

/** How many instances have a place; `isDelayed`: the allocator is not asked for one yet. */
export interface PlacementOptions {
  readonly placed: number;
  readonly wanted: number;
  readonly isDelayed?: boolean;
}

export function* explainPlacement(
  inquiry: Inquiry,
  app: AppDefinition,
  { isDelayed = false, ...counts }: PlacementOptions,
): Steps<ExplainedPlacement> {
  const hosts = yield* inquiry.hosts();
  // Nothing is asked of the allocator before a delay is over, so it has nothing to say.
  const sight = isDelayed ? () => ({ state: inquiry.state }) : inquiry.sight;
  const placing = yield* judgeInSteps(sight, app, { hosts });
  const { agents } = placing;
  const { sentence, groups } = yield* groupAgents(
    agents.map(({ row, refusals }) => ({ hostname: row.hostname, refusals })),
  );
  yield;
  const nearest = nearestOf(placing);
  const placement: Placement = {
    sentence,
    agents: agents.length,
    groups,
    ...(nearest === undefined ? {} : { nearest }),
    changes: yield* suggestChanges(app, placing, counts),
  };
  const shown = agents.slice(0, AGENTS_SHOWN).map(refusalsOf);
  return { placement, agents: shown, placing };
}

function nearestOf(placing: Placing): Placement['nearest'] {
  const agent = nearestAgent(placing);
  if (agent === undefined || agent.refusals.length === 0) return undefined;
  const { row, refusals } = agent;
  const lacks = refusals.map((refusal) => phraseOf([refusal]).one);
  return { agentId: row.id, hostname: row.hostname, lacks };
}

function refusalsOf({ row, refusals }: Judgement): AgentRefusals {
  return { agentId: row.id, hostname: row.hostname, refusals: refusals.map(sentenceOf) };
}
