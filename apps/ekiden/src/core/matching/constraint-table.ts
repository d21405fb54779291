import type { AppDefinition, Constraint } from '../app/index.js';
import { startRule, type ConstraintRule, type RuleWorld } from './constraint-rules.js';
import { fieldValue, type Place, type PlacedInstance } from './place.js';

/** A constraint that a host breaks, and what the host shows for it. */
export interface BrokenConstraint {
  readonly constraint: Constraint;
  /** Absent: the host has no such attribute. */
  readonly saw: string | undefined;
  /** However many more of the app are placed, this host stays refused. */
  readonly isFinal: boolean;
}

export type ConstrainedApp = Pick<AppDefinition, 'constraints' | 'instances'>;

/** The constraints of one app with the counts they need, kept up to date placement by placement. */
export class ConstraintTable {
  private readonly rules: readonly ConstraintRule[];

  constructor(app: ConstrainedApp, world: Omit<RuleWorld, 'wanted'>) {
    const { constraints, instances } = app;
    this.rules = constraints.map((each) => startRule(each, { ...world, wanted: instances }));
  }

  /** The first constraint that a host breaks, if any. */
  broken(place: Place): BrokenConstraint | undefined {
    for (const rule of this.rules) {
      const broken = brokenBy(rule, place);
      if (broken !== undefined) return broken;
    }
    return undefined;
  }

  /** All constraints that a host breaks. */
  allBroken(place: Place): readonly BrokenConstraint[] {
    return this.rules.flatMap((rule) => brokenBy(rule, place) ?? []);
  }

  /** One more instance is placed there, to stay. */
  add(place: Place): void {
    for (const rule of this.rules) {
      const value = fieldValue(place, rule.constraint.field);
      if (value !== undefined) rule.add(value, false);
    }
  }
}

function brokenBy(rule: ConstraintRule, place: Place): BrokenConstraint | undefined {
  const { constraint } = rule;
  const saw = fieldValue(place, constraint.field);
  if (saw === undefined) return rule.missing ? undefined : { constraint, saw, isFinal: true };
  return rule.accepts(saw) ? undefined : { constraint, saw, isFinal: rule.isFinal };
}

/** How many instances that stay have each value of a field; the rest count under `undefined`. */
export function countByValue(
  placed: readonly PlacedInstance[],
  field: string,
): Map<string | undefined, number> {
  const counts = new Map<string | undefined, number>();
  for (const { place, going } of placed) {
    if (going) continue;
    const value = fieldValue(place, field);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}
