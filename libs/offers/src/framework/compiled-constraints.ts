import { err, ok, type Result } from '@ekiden/kernel';

import type { Attribute } from '../resources/index.js';
import type {
  AttributeConstraint,
  AttributeSelector,
  OfferConstraints,
} from './offer-constraints.js';
import type { Domain } from './offer.js';
import { compilePattern, type TextPattern } from './text-pattern.js';

/** What constraints look at. */
export interface ConstrainedAgent {
  readonly hostname: string;
  readonly attributes: readonly Attribute[];
  readonly domain?: Domain;
}

/** One thing that is wrong, and where: `groups[0][1].predicate.pattern`. */
export interface ConstraintError {
  readonly path: string;
  readonly rule: string;
  /** Where in a pattern, in UTF-16 units from 0. */
  readonly position?: number;
}

interface CompiledConstraint extends AttributeConstraint {
  /** Of the two predicates that match. */
  readonly pattern: TextPattern | undefined;
}

/** What a selector finds: a text, something that is no text, or nothing. */
type Seen = string | typeof NO_TEXT | undefined;
const NO_TEXT = Symbol('no text');

/** Bound on the constraints of one role, so that a glance at an agent stays a glance. */
const CONSTRAINTS_MAX = 1000;

/**
 * Checks constraints and makes them quick to ask. All mistakes are told at once: no group, a group
 * without constraints (CON-13), an attribute without a name, a pattern that is wrong or too much
 * (CON-08), more than 1,000 constraints (ours).
 */
export function compileConstraints(
  constraints: OfferConstraints,
): Result<CompiledConstraints, readonly ConstraintError[]> {
  const errors: ConstraintError[] = [];
  const { groups } = constraints;
  const count = groups.reduce((sum, group) => sum + group.length, 0);
  if (groups.length === 0) {
    errors.push({ path: 'groups', rule: 'at least one group is needed' });
  }
  if (count > CONSTRAINTS_MAX) {
    const rule = `${count} constraints are more than ${CONSTRAINTS_MAX}`;
    return err([{ path: 'groups', rule }]);
  }
  const compiled = groups.map((group, index) => {
    const path = `groups[${index}]`;
    if (group.length === 0) errors.push({ path, rule: 'a group has at least one constraint' });
    return group.map((each, place) => compileOne(each, `${path}[${place}]`, errors));
  });
  return errors.length === 0 ? ok(new CompiledConstraints(compiled)) : err(errors);
}

/** Offer constraints of one role, ready to be asked. Comes from {@link compileConstraints}. */
export class CompiledConstraints {
  private readonly groups: readonly (readonly CompiledConstraint[])[];

  constructor(groups: readonly (readonly CompiledConstraint[])[]) {
    this.groups = groups;
  }

  /**
   * Whether an agent may be offered: all constraints of at least one group hold (CON-09, CON-10).
   * Of several attributes of one name the first counts (offer-core 1.8). Allocates nothing but
   * what a pattern takes.
   */
  admits(agent: ConstrainedAgent): boolean {
    for (const group of this.groups) {
      if (allHold(group, agent)) return true;
    }
    return false;
  }
}

function compileOne(
  constraint: AttributeConstraint,
  path: string,
  errors: ConstraintError[],
): CompiledConstraint {
  const { selector, predicate } = constraint;
  if (selector.kind === 'attribute' && selector.name === '') {
    errors.push({ path: `${path}.selector.name`, rule: 'an attribute has a name' });
  }
  if (predicate.kind !== 'textMatches' && predicate.kind !== 'textNotMatches') {
    return { selector, predicate, pattern: undefined };
  }
  const pattern = compilePattern(predicate.pattern);
  if (pattern.ok) return { selector, predicate, pattern: pattern.value };
  const { rule, position } = pattern.error;
  errors.push({ path: `${path}.predicate.pattern`, rule, position });
  return { selector, predicate, pattern: undefined };
}

function allHold(group: readonly CompiledConstraint[], agent: ConstrainedAgent): boolean {
  for (const constraint of group) {
    if (!holds(constraint, look(constraint.selector, agent))) return false;
  }
  return true;
}

function look(selector: AttributeSelector, agent: ConstrainedAgent): Seen {
  switch (selector.kind) {
    case 'attribute':
      for (const attribute of agent.attributes) {
        if (attribute.name !== selector.name) continue;
        return attribute.type === 'TEXT' ? attribute.text : NO_TEXT;
      }
      return undefined;
    case 'HOSTNAME':
      return agent.hostname;
    case 'REGION':
      return agent.domain?.region;
    case 'ZONE':
      return agent.domain?.zone;
  }
}

/** What is no text passes all predicates on texts; what is missing passes the negative ones. */
function holds(constraint: CompiledConstraint, seen: Seen): boolean {
  const { predicate, pattern } = constraint;
  switch (predicate.kind) {
    case 'exists':
      return seen !== undefined;
    case 'notExists':
      return seen === undefined;
    case 'textEquals':
      return seen === NO_TEXT || seen === predicate.value;
    case 'textNotEquals':
      return seen !== predicate.value;
    case 'textMatches':
      return seen === NO_TEXT || (seen !== undefined && pattern?.matches(seen) === true);
    case 'textNotMatches':
      return typeof seen !== 'string' || pattern?.matches(seen) !== true;
  }
}
