import { err, ok, type Result } from '@ekiden/kernel';

import { compileConstraints, type Ask, type CallRefusal } from '../framework/index.js';
import type { Draft } from './draft.js';
import type { FrameworkRow } from './rows.js';

/** Bound on the asks of one framework. */
const ASKS_MAX = 20_000;

/** What a framework wants from now on; only one that declares ASKS is bound by what it asks. */
export function setAsks(
  draft: Draft,
  framework: FrameworkRow,
  asks: readonly Ask[],
): Result<void, CallRefusal> {
  const { id, info } = framework;
  if (info.capabilities?.includes('ASKS') !== true) {
    return err({ kind: 'capabilityNeeded', capability: 'ASKS' });
  }
  if (asks.length > ASKS_MAX) {
    return err({ kind: 'tooManyAsks', wanted: asks.length, max: ASKS_MAX });
  }
  const ids = new Set<string>();
  for (const ask of asks) {
    if (!info.roles.includes(ask.role)) return err({ kind: 'unknownRole', role: ask.role });
    const rule = ids.has(ask.id) ? 'an ask has its own id' : askRule(ask);
    if (rule !== undefined) return err({ kind: 'invalidAsk', askId: ask.id, rule });
    ids.add(ask.id);
  }
  draft.asks.put(id, { id, asks });
  draft.allocator.reduce({ kind: 'askChanged', frameworkId: id, asks });
  return ok(undefined);
}

function askRule({ count, constraints, gang, priority }: Ask): string | undefined {
  if (!Number.isSafeInteger(count) || count < 0) return 'the count is a whole number >= 0';
  if (priority !== undefined && !Number.isSafeInteger(priority)) {
    return 'the priority is a whole number';
  }
  if (gang !== undefined && (!Number.isSafeInteger(gang) || gang < 2 || gang > count)) {
    return 'a gang is a whole number from 2 to the count';
  }
  if (constraints === undefined) return undefined;
  const compiled = compileConstraints(constraints);
  if (compiled.ok) return undefined;
  const [first] = compiled.error;
  return `constraints ${first?.path ?? ''}: ${first?.rule ?? ''}`;
}
