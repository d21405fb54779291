import { assert } from '@ekiden/kernel';

import { compileConstraints, type Ask, type CompiledConstraints } from '../framework/index.js';
import { coversQuantities, formatQuantities, type Quantities } from '../resources/index.js';

/** An ask that more than its shape decides on. */
export interface BoundAsk {
  readonly ask: Ask;
  readonly constraints: CompiledConstraints | undefined;
}

/** The asks of one framework under one role. */
export interface RoleAsks {
  readonly asks: ReadonlyMap<string, Ask>;
  /**
   * The smallest shapes only: what none of them fits, no ask without conditions fits. Keeps the
   * test per agent short however many asks there are.
   */
  readonly shapes: readonly Quantities[];
  /** Asks with constraints, and gangs. */
  readonly bound: readonly BoundAsk[];
}

export const NO_ASKS: RoleAsks = { asks: new Map(), shapes: [], bound: [] };

/** Asks of count 0 are left out. Constraints must be valid ones: the master has checked them. */
export function roleAsks(asks: readonly Ask[], role: string): RoleAsks {
  const wanted = asks.filter((ask) => ask.role === role && ask.count > 0);
  if (wanted.length === 0) return NO_ASKS;
  const bound = wanted.filter(isBound).map((ask) => ({ ask, constraints: compiled(ask) }));
  return {
    asks: new Map(wanted.map((ask) => [ask.id, ask])),
    shapes: smallest(wanted.filter((ask) => !isBound(ask))),
    bound,
  };
}

/** Whether something is wanted now that was not before: a new ask, another shape, a higher count. */
export function wantsMore(before: RoleAsks, after: RoleAsks): boolean {
  for (const ask of after.asks.values()) {
    const old = before.asks.get(ask.id);
    if (old === undefined || ask.count > old.count) return true;
    if (old.gang !== ask.gang || !sameConstraints(old, ask)) return true;
    if (old.shape !== ask.shape && formatQuantities(old.shape) !== formatQuantities(ask.shape)) {
      return true;
    }
  }
  return false;
}

/** They are plain JSON; an ask that is said again is often made anew. */
function sameConstraints({ constraints: a }: Ask, { constraints: b }: Ask): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function isBound(ask: Ask): boolean {
  return ask.constraints !== undefined || (ask.gang ?? 1) > 1;
}

function compiled(ask: Ask): CompiledConstraints | undefined {
  if (ask.constraints === undefined) return undefined;
  const made = compileConstraints(ask.constraints);
  assert(made.ok, `the constraints of ask ${ask.id} are valid`);
  return made.value;
}
/** Linear in the asks for each distinct smallest shape, of which there are few. */
function smallest(asks: readonly Ask[]): readonly Quantities[] {
  const distinct = new Map<string, Quantities>();
  for (const ask of asks) distinct.set(formatQuantities(ask.shape), ask.shape);
  // A shape can only cover one whose amounts add up to less, so smaller sums come first.
  const ascending = [...distinct.values()].sort((a, b) => sum(a) - sum(b));
  const kept: Quantities[] = [];
  for (const shape of ascending) {
    if (!kept.some((small) => coversQuantities(shape, small))) kept.push(shape);
  }
  return kept;
}

function sum(shape: Quantities): number {
  let total = 0;
  for (const entry of shape) total += entry.milli;
  return total;
}
