import type { AgentId } from '@ekiden/kernel';

import { compileConstraints, type Ask, type FrameworkId } from '../../framework/index.js';
import { shortOf } from '../../resources/index.js';
import type { Room } from '../allocator.js';
import {
  quantitiesOfChunk,
  type AgentEntry,
  type Books,
  type Subscription,
} from '../books/index.js';
import type { Explanation } from '../explanation.js';
import { allowedTasks, fitsOf } from './asks-gate.js';
import { isFitting } from './consider.js';
import type { RunContext, RunRules, Why } from './context.js';
import { lookingContext } from './explain.js';
import { limitReason } from './quota-gate.js';
import { usableBy } from './usable.js';

/** How many tasks of an ask would fit now, whatever filters and fair shares say. */
export function couldRun(
  books: Books,
  rules: RunRules,
  framework: FrameworkId,
  ask: Ask,
  wanted: number,
): Room {
  const subscription = books.frameworks.get(framework)?.roles.get(ask.role);
  if (subscription === undefined) {
    return { wanted, fits: 0, agents: [], because: { kind: 'notSubscribed' } };
  }
  const context = lookingContext(books, rules);
  const allowed = allowedTasks(context, subscription, ask.shape, wanted);
  const reasons = new Map<string, { readonly because: Explanation; missed: number }>();
  const agents: { agentId: AgentId; count: number }[] = [];
  let fits = 0;
  const compiled = ask.constraints === undefined ? undefined : compileConstraints(ask.constraints);
  for (const agent of books.lookedAt.everyAgent()) {
    if (fits >= allowed) break;
    const admits = compiled === undefined || (compiled.ok && compiled.value.admits(agent.facts));
    const [count, no] = admits
      ? roomOn(books, rules, subscription, agent, ask, allowed - fits)
      : [0, { kind: 'askConstraints', askId: ask.id } as const];
    if (count > 0) agents.push({ agentId: agent.id, count });
    fits += count;
    if (no === undefined) continue;
    const reason = reasons.get(no.kind) ?? { because: no, missed: 0 };
    reason.missed += 1;
    reasons.set(no.kind, reason);
  }
  if (fits >= wanted) return { wanted, fits, agents };
  const [most] = [...reasons.values()].sort((a, b) => b.missed - a.missed);
  const limit = fits >= allowed ? limitOfNextTask(context, subscription, ask, fits) : undefined;
  const because = limit ?? most?.because ?? { kind: 'nothingFree' };
  return { wanted, fits, agents, because };
}

function roomOn(
  books: Books,
  rules: RunRules,
  subscription: Subscription,
  agent: AgentEntry,
  ask: Ask,
  most: number,
): readonly [number, Explanation | undefined] {
  if (!agent.active) return [0, { kind: 'agentInactive' }];
  if (!agent.letIn) return [0, { kind: 'hostLeftOut' }];
  const why: Why = { explanation: undefined, now: books.clock.now };
  const context = lookingContext(books, rules, why);
  if (!isFitting(context, subscription, agent)) return [0, why.explanation];
  const amounts = quantitiesOfChunk(usableBy(context, subscription, agent));
  const short = shortOf(amounts, ask.shape);
  if (short !== undefined) return [0, { kind: 'insufficient', ...short }];
  return [fitsOf(amounts, ask.shape, most), undefined];
}

function limitOfNextTask(
  context: RunContext,
  subscription: Subscription,
  ask: Ask,
  fits: number,
): Explanation | undefined {
  const amounts = context.books.names.amountsOf(ask.shape).map((milli) => milli * (fits + 1));
  return limitReason(context, subscription.role.node, amounts);
}
