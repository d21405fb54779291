import { SeededChance, type Millis } from '@ekiden/kernel';

import { quantitiesOf, shortOf, type Quantities } from '../../resources/index.js';
import type { ExplainQuery } from '../allocator.js';
import type { AgentEntry, Books, Chunk, Subscription } from '../books/index.js';
import type { Explanation } from '../explanation.js';
import { consider } from './consider.js';
import type { RunContext, RunRules, Stage, Why } from './context.js';
import { usableBy } from './usable.js';

/** About what there is, where the shape asked about says more. */
const SHORTAGES: ReadonlySet<Explanation['kind']> = new Set([
  'insufficient',
  'nothingFree',
  'belowMinimum',
  'limit',
  'headroom',
] as const);

/** The first gate that says no to an offer at this moment, with numbers; or that none does. */
export function explain(books: Books, rules: RunRules, query: ExplainQuery): Explanation {
  const agent = books.agents.get(query.agent);
  if (agent === undefined) return { kind: 'unknownAgent' };
  if (!agent.active) return { kind: 'agentInactive' };
  if (!agent.letIn) return { kind: 'hostLeftOut' };
  const { wanted } = books.recovery;
  if (wanted !== undefined && query.now < wanted.until) {
    const agents = books.activeAgents();
    const { until } = wanted;
    if (agents < wanted.agents) return { kind: 'recovering', agents, wanted: wanted.agents, until };
  }
  const subscription = books.frameworks.get(query.framework)?.roles.get(query.role);
  if (subscription === undefined) return { kind: 'notSubscribed' };
  const why: Why = { explanation: undefined, now: query.now };
  const context = lookingContext(books, rules, why);
  const chunk = promisedOf(context, subscription, agent) ?? consider(context, subscription, agent);
  const no = chunk === undefined ? (why.explanation ?? { kind: 'nothingFree' }) : undefined;
  const short = shortOfShape(context, subscription, agent, query.shape);
  if (no !== undefined) return short !== undefined && isBare(no) ? short : no;
  if (chunk !== undefined && query.shape !== undefined) {
    const cut = shortOf(quantitiesOf(chunk.resources), query.shape);
    // What quotas leave of it is too little for the shape.
    if (cut !== undefined) return why.explanation ?? { kind: 'insufficient', ...cut };
  }
  return outranked(books, rules, agent, subscription, query.now) ?? { kind: 'none' };
}

/** What the stage of guarantees would give; afterwards the context is one for everything else. */
function promisedOf(
  context: RunContext,
  subscription: Subscription,
  agent: AgentEntry,
): Chunk | undefined {
  if (!context.books.nodes.isUnmet(subscription.role.node)) return undefined;
  context.stage = 'guarantees';
  const chunk = consider(context, subscription, agent);
  context.stage = 'everything';
  if (chunk === undefined && context.why !== undefined) context.why.explanation = undefined;
  return chunk;
}

/** A context to look with; it books nothing and stands for no run. */
export function lookingContext(books: Books, rules: RunRules, why?: Why): RunContext {
  const context: RunContext = {
    books,
    rules,
    chance: new SeededChance(0),
    stage: 'everything',
    sharedOffered: new Map(),
    gangsWithout: new Map(),
    gang: undefined,
  };
  return why === undefined ? context : { ...context, why };
}

function isBare(no: Explanation): boolean {
  return no.kind !== 'limit' && no.kind !== 'headroom' && SHORTAGES.has(no.kind);
}

function shortOfShape(
  context: RunContext,
  subscription: Subscription,
  agent: AgentEntry,
  shape: Quantities | undefined,
): Explanation | undefined {
  if (shape === undefined) return undefined;
  const usable = usableBy(context, subscription, agent);
  const short = shortOf(quantitiesOf(usable.resources), shape);
  return short === undefined ? undefined : { kind: 'insufficient', ...short };
}

function outranked(
  books: Books,
  rules: RunRules,
  agent: AgentEntry,
  subscription: Subscription,
  now: Millis,
): Explanation | undefined {
  const first =
    firstTaker(books, rules, agent, now, 'guarantees') ??
    firstTaker(books, rules, agent, now, 'everything');
  if (first === undefined || first === subscription) return undefined;
  return { kind: 'outranked', byFramework: first.framework.id, byRole: first.role.path };
}

function firstTaker(
  books: Books,
  rules: RunRules,
  agent: AgentEntry,
  now: Millis,
  stage: Stage,
): Subscription | undefined {
  if (stage === 'guarantees' && !books.nodes.anyUnmet) return undefined;
  const context = lookingContext(books, rules, { explanation: undefined, now });
  context.stage = stage;
  let first: Subscription | undefined;
  books.roleTree.firstActive((role) => {
    if (stage === 'guarantees' && !books.nodes.isUnmet(role.node)) return false;
    first = role.frameworks.firstActive(
      (each) => consider(context, each, agent) !== undefined,
      context.chance,
    );
    return first !== undefined;
  }, context.chance);
  return first;
}
