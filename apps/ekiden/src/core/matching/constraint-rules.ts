import { assertNever } from '@ekiden/kernel';
import { wholePattern, type Constraint } from '../app/index.js';
import type { PlacedInstance } from './place.js';
import { fieldValue } from './place.js';

/** What rules know of an app besides the value at hand. */
export interface RuleWorld {
  /** Instances that the app shall have, at least 1. */
  readonly wanted: number;
  readonly placed: readonly PlacedInstance[];
  /** Values of a field on agents that the app could use; a GROUP_BY without a number asks. */
  readonly known: (field: string) => ReadonlySet<string>;
}

/** One constraint of an app while its instances are placed one after the other. */
export interface ConstraintRule {
  readonly constraint: Constraint;
  /** Whether a host without the attribute is accepted. */
  readonly missing: boolean;
  /** A value that was refused stays refused, however many more are placed. */
  readonly isFinal: boolean;
  accepts(value: string): boolean;
  /** One more instance has been placed, or is there from the beginning. */
  add(value: string, going: boolean): void;
}

/** Starts a rule with what is placed already (marathon-behaviour 4.9). */
export function startRule(constraint: Constraint, world: RuleWorld): ConstraintRule {
  const rule = emptyRule(constraint, world);
  for (const { place, going } of world.placed) {
    const value = fieldValue(place, constraint.field);
    if (value !== undefined) rule.add(value, going);
  }
  return rule;
}

function emptyRule(constraint: Constraint, world: RuleWorld): ConstraintRule {
  const { field, operator, value = '' } = constraint;
  switch (operator) {
    case 'UNIQUE':
      return new AtMost(constraint, 1);
    case 'MAX_PER':
      return new AtMost(constraint, Number(value));
    case 'CLUSTER':
      return value === '' ? new Together(constraint) : fixed(constraint, (v) => v === value);
    case 'IS':
      return fixed(constraint, sameAs(value));
    case 'LIKE': {
      const pattern = wholePattern(value);
      return fixed(constraint, (v) => pattern?.test(v) === true);
    }
    case 'UNLIKE': {
      const pattern = wholePattern(value);
      return { ...fixed(constraint, (v) => pattern?.test(v) !== true), missing: true };
    }
    case 'GROUP_BY': {
      const groups = Number(value);
      if (groups > 0) return new Groups(constraint, groups, Math.max(1, world.wanted));
      return new Balance(constraint, world.known(field));
    }
    case 'SPREAD':
      return { ...fixed(constraint, () => true), missing: true };
    default:
      return assertNever(operator);
  }
}

/** A rule that looks at nothing but the value. */
function fixed(constraint: Constraint, accepts: (value: string) => boolean): ConstraintRule {
  return { constraint, missing: false, isFinal: true, accepts, add: () => undefined };
}

/** UNIQUE and MAX_PER: whatever may still be running counts. */
class AtMost implements ConstraintRule {
  readonly constraint: Constraint;
  readonly missing = false;
  readonly isFinal = true;
  private readonly most: number;
  private readonly counts = new Map<string, number>();

  constructor(constraint: Constraint, most: number) {
    this.constraint = constraint;
    this.most = most;
  }

  accepts(value: string): boolean {
    return (this.counts.get(value) ?? 0) < this.most;
  }

  add(value: string): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
  }
}

/** CLUSTER without a value: where the first one is. */
class Together implements ConstraintRule {
  readonly constraint: Constraint;
  readonly missing = false;
  readonly isFinal = true;
  private first: string | undefined;

  constructor(constraint: Constraint) {
    this.constraint = constraint;
  }

  accepts(value: string): boolean {
    return this.first === undefined || this.first === value;
  }

  add(value: string, going: boolean): void {
    if (!going) this.first ??= value;
  }
}

/**
 * GROUP_BY with a number: each value is filled up to its final quota, and no more values are used
 * than that.
 */
class Groups implements ConstraintRule {
  readonly constraint: Constraint;
  readonly missing = false;
  readonly isFinal = true;
  private readonly groups: number;
  private readonly quota: number;
  private readonly counts = new Map<string, number>();
  /** How many more values may get one beyond the quota; negative = too many have. */
  private spare: number;

  constructor(constraint: Constraint, groups: number, wanted: number) {
    this.constraint = constraint;
    this.groups = groups;
    this.quota = Math.floor(wanted / groups);
    this.spare = wanted % groups;
  }

  accepts(value: string): boolean {
    const here = this.counts.get(value) ?? 0;
    if (here === 0) return this.counts.size < this.groups;
    return here < this.quota || (here === this.quota && this.spare > 0);
  }

  add(value: string, going: boolean): void {
    if (going) return;
    const here = this.counts.get(value) ?? 0;
    if (here >= this.quota) this.spare -= 1;
    this.counts.set(value, here + 1);
  }
}

/**
 * GROUP_BY without a number: the next one goes where there are fewest, of all values that there
 * are (Marathon divided by zero, and before that looked at values in use only, [Q]).
 */
class Balance implements ConstraintRule {
  readonly constraint: Constraint;
  readonly missing = false;
  /** It is accepted again once the others have caught up. */
  readonly isFinal = false;
  private readonly counts = new Map<string, number>();
  /** How many of the known values have a count. */
  private readonly valuesWith = new Map<number, number>();
  private fewest = 0;

  constructor(constraint: Constraint, known: ReadonlySet<string>) {
    this.constraint = constraint;
    for (const value of known) this.counts.set(value, 0);
    this.valuesWith.set(0, known.size);
  }

  accepts(value: string): boolean {
    const here = this.counts.get(value);
    // A value that nobody knew of has none.
    return here === undefined || here <= this.fewest;
  }

  add(value: string, going: boolean): void {
    const here = this.counts.get(value);
    // What no agent can take any more is not waited for.
    if (going || here === undefined) return;
    this.counts.set(value, here + 1);
    this.shift(here, -1);
    this.shift(here + 1, 1);
    while (this.counts.size > 0 && (this.valuesWith.get(this.fewest) ?? 0) === 0) this.fewest += 1;
  }

  private shift(count: number, by: number): void {
    this.valuesWith.set(count, (this.valuesWith.get(count) ?? 0) + by);
  }
}

/** Numbers compare as Mesos scalars do: three decimals, half to even (`1.0005` equals `1`). */
function sameAs(wanted: string): (value: string) => boolean {
  const number = isNumeric(wanted) ? scalar(wanted) : undefined;
  return (value) =>
    value === wanted || (number !== undefined && isNumeric(value) && scalar(value) === number);
}

function isNumeric(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text);
}

function scalar(text: string): number {
  const thousandths = Number((Number(text) * 1000).toFixed(6));
  const floor = Math.floor(thousandths);
  const rest = thousandths - floor;
  if (rest !== 0.5) return Math.round(thousandths);
  return floor % 2 === 0 ? floor : floor + 1;
}
