import { eachInSteps, type Steps } from '@ekiden/kernel';
import type { Refusal } from '../matching/index.js';
import { listed, type VerbPhrase } from './phrases.js';
import { kindOf, phraseOf } from './refusal-phrase.js';

/** Groups of agents that are told one by one; the rest is counted. */
const GROUPS_SHOWN = 4;

/** Agents that are against an instance for the same reasons, or would take it. */
export interface AgentGroup {
  readonly count: number;
  /** "lack 0.5 cpus and 512 MiB of memory" */
  readonly says: string;
  /** Names of the first few. */
  readonly hosts: readonly string[];
}

/** All agents, each counted in exactly one group, largest first. */
export interface AgentGroups {
  readonly agents: number;
  /** "3 of 5 agents lack 0.5 cpus; 2 are on rack r1 where GROUP_BY allows no more" */
  readonly sentence: string;
  readonly groups: readonly AgentGroup[];
}

/** One agent as it is told of. */
export interface ToldAgent {
  readonly hostname: string;
  readonly refusals: readonly Refusal[];
}

const HOSTS_SHOWN = 5;

/** What all agents say to one more instance, in one sentence (user-wants 1.1). */
export function* groupAgents(agents: readonly ToldAgent[]): Steps<AgentGroups> {
  const byKinds = new Map<string, ToldAgent[]>();
  yield* eachInSteps(agents, (agent) => {
    const key = agent.refusals.map(kindOf).sort().join('\n');
    const together = byKinds.get(key);
    if (together === undefined) byKinds.set(key, [agent]);
    else together.push(agent);
  });
  const sorted = [...byKinds.values()].sort((a, b) => b.length - a.length);
  const told: Told[] = [];
  for (const members of sorted) told.push({ members, phrase: yield* phraseOfGroup(members) });
  return {
    agents: agents.length,
    sentence: sentenceOf(agents.length, told),
    groups: told.map(({ members, phrase }) => ({
      count: members.length,
      says: members.length === 1 ? phrase.one : phrase.many,
      hosts: members.slice(0, HOSTS_SHOWN).map(({ hostname }) => hostname),
    })),
  };
}

/** Everything that the members have in common: their refusals, kind by kind. */
function* phraseOfGroup(members: readonly ToldAgent[]): Steps<VerbPhrase> {
  const [first] = members;
  if (first === undefined || first.refusals.length === 0) return phraseOf([]);
  const alike = new Map(first.refusals.map((refusal) => [kindOf(refusal), [] as Refusal[]]));
  yield* eachInSteps(members, ({ refusals }) => {
    for (const refusal of refusals) alike.get(kindOf(refusal))?.push(refusal);
  });
  const phrases = [...alike.values()].map(phraseOf);
  return {
    one: joined(phrases.map(({ one }) => one)),
    many: joined(phrases.map(({ many }) => many)),
  };
}

/** "lack 1 cpus" and "lack 5 MiB of memory" share their verb. */
function joined(phrases: readonly string[]): string {
  let verb = '';
  return listed(
    phrases.map((phrase) => {
      const own = /^lacks? /.exec(phrase)?.[0] ?? '';
      const shared = own !== '' && own === verb;
      verb = own;
      return shared ? phrase.slice(own.length) : phrase;
    }),
  );
}

interface Told {
  readonly members: readonly ToldAgent[];
  readonly phrase: VerbPhrase;
}

function sentenceOf(total: number, told: readonly Told[]): string {
  const [first] = told;
  if (first === undefined) return 'there is no agent';
  if (told.length === 1) {
    if (total === 1) return `the only agent ${first.phrase.one}`;
    return total === 2
      ? `both agents ${first.phrase.many}`
      : `all ${total} agents ${first.phrase.many}`;
  }
  const shown = told.length > GROUPS_SHOWN ? told.slice(0, GROUPS_SHOWN - 1) : told;
  const rest = told.slice(shown.length).reduce((sum, { members }) => sum + members.length, 0);
  const parts = shown.map(({ members, phrase }, at) => {
    const count = members.length;
    const says = count === 1 ? phrase.one : phrase.many;
    return at === 0 ? `${count} of ${total} agents ${says}` : `${count} ${says}`;
  });
  if (rest > 0) parts.push(`${rest} refuse for other reasons`);
  return parts.join('; ');
}
