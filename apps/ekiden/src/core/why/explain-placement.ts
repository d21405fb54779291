import type { AppDefinition } from '../app/index.js';
import { judgeAgents, sentenceOf, type Judgement, type Placing } from '../matching/index.js';
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

export function explainPlacement(
  inquiry: Inquiry,
  app: AppDefinition,
  counts: { readonly placed: number; readonly wanted: number },
): ExplainedPlacement {
  const { state, hosts, ask } = inquiry;
  const placing = judgeAgents(state, app, { hosts, ask });
  const { agents } = placing;
  const { sentence, groups } = groupAgents(
    agents.map(({ row, refusals }) => ({ hostname: row.hostname, refusals })),
  );
  const nearest = nearestOf(placing);
  const placement: Placement = {
    sentence,
    agents: agents.length,
    groups,
    ...(nearest === undefined ? {} : { nearest }),
    changes: suggestChanges(app, placing, counts),
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
