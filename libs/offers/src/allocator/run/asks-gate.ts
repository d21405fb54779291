import { shortOf, type Quantities } from '../../resources/index.js';
import {
  quantitiesOfChunk,
  type AgentEntry,
  type Chunk,
  type Subscription,
} from '../books/index.js';
import type { BoundAsk } from '../asks.js';
import type { Explanation } from '../explanation.js';
import { refuse, type Gang, type RunContext } from './context.js';
import { withinHeadroom } from './quota-gate.js';
import { usableBy } from './usable.js';

/**
 * A framework with the capability ASKS is offered only what one of its asks fits into. True when
 * none does.
 */
export function asksRefusal(
  context: RunContext,
  subscription: Subscription,
  agent: AgentEntry,
  chunk: Chunk,
): boolean {
  const { shapes, bound } = subscription.asks;
  const amounts = quantitiesOfChunk(chunk);
  let no: Explanation | undefined;
  for (const shape of shapes) {
    const short = shortOf(amounts, shape);
    if (short === undefined) return false;
    no ??= { kind: 'insufficient', ...short };
  }
  for (const each of bound) {
    const short = shortOf(amounts, each.ask.shape);
    const refusal: Explanation | undefined =
      short === undefined
        ? boundRefusal(context, subscription, agent, each)
        : { kind: 'insufficient', ...short };
    if (refusal === undefined) return false;
    no ??= refusal;
  }
  refuse(context, () => no ?? { kind: 'noAsk' });
  return true;
}

/** How many tasks of a shape fit into amounts; a shape of nothing fits without end. */
export function fitsOf(amounts: Quantities, shape: Quantities, most: number): number {
  let fits = most;
  let i = 0;
  for (const { name, milli } of shape) {
    while (i < amounts.length && (amounts[i]?.name ?? '') < name) i += 1;
    const there = amounts[i]?.name === name ? (amounts[i]?.milli ?? 0) : 0;
    fits = Math.min(fits, Math.floor(there / milli));
  }
  return fits;
}

function boundRefusal(
  context: RunContext,
  subscription: Subscription,
  agent: AgentEntry,
  { ask, constraints }: BoundAsk,
): Explanation | undefined {
  if (constraints?.admits(agent.facts) === false) return { kind: 'askConstraints', askId: ask.id };
  const { gang } = ask;
  if (gang === undefined || gang <= 1) return undefined;
  const key = `${subscription.framework.id} ${subscription.role.path} ${ask.id}`;
  const known = context.gangsWithout.get(key);
  if (known !== undefined) return { kind: 'gang', askId: ask.id, wanted: gang, fits: known };
  const [found, fits] = gangOn(context, subscription, agent, { ask, constraints }, gang);
  if (found === undefined) {
    context.gangsWithout.set(key, fits);
    return { kind: 'gang', askId: ask.id, wanted: gang, fits };
  }
  context.gang = found;
  return undefined;
}

/** Agents that together have room for the gang, this one first; or how many would fit. */
function gangOn(
  context: RunContext,
  subscription: Subscription,
  first: AgentEntry,
  { ask, constraints }: BoundAsk,
  gang: number,
): readonly [Gang | undefined, number] {
  const allowed = allowedTasks(context, subscription, ask.shape, gang);
  if (allowed < gang) return [undefined, allowed];
  const agents: AgentEntry[] = [];
  let fits = 0;
  const count = (agent: AgentEntry): void => {
    const usable = usableBy(context, subscription, agent);
    const more = fitsOf(quantitiesOfChunk(usable), ask.shape, gang);
    if (more === 0 || subscription.filters.blocking(agent, usable.resources) !== undefined) return;
    agents.push(agent);
    fits += more;
  };
  count(first);
  for (const agent of context.books.lookedAt.everyAgent()) {
    if (fits >= gang) break;
    if (agent === first || !agent.active || !agent.letIn) continue;
    if (constraints?.admits(agent.facts) === false) continue;
    if (subscription.constraints?.admits(agent.facts) === false) continue;
    count(agent);
  }
  return fits >= gang ? [{ subscription, agents }, fits] : [undefined, fits];
}

/** How many tasks of a shape the role's limits and the headroom of others allow, up to `most`. */
export function allowedTasks(
  context: RunContext,
  subscription: Subscription,
  shape: Quantities,
  most: number,
): number {
  const { nodes, names } = context.books;
  if (!nodes.anyQuota) return most;
  const { node } = subscription.role;
  const one = names.amountsOf(shape);
  const wanted = one.map((milli) => milli * most);
  const within = withinHeadroom(context, node, nodes.withinLimits(node, wanted));
  let tasks = most;
  for (let i = 0; i < one.length; i += 1) {
    const each = one[i] ?? 0;
    if (each > 0) tasks = Math.min(tasks, Math.floor((within[i] ?? 0) / each));
  }
  return tasks;
}
