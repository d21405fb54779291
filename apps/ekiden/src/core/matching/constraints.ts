import { attributeText, type Attribute, type Domain } from '@ekiden/offers';
import { wholePattern, type Constraint } from '../app/index.js';

/** The host an instance might go to, as constraints see it. */
export interface Place {
  readonly hostname: string;
  readonly attributes: readonly Attribute[];
  readonly domain?: Domain;
}

/** What a constraint compares on a host: a field's text, or nothing. */
function fieldValue(place: Place, field: string): string | undefined {
  switch (field) {
    case 'hostname':
    case '@hostname':
      return place.hostname;
    case '@region':
      return place.domain?.region;
    case '@zone':
      return place.domain?.zone;
    default: {
      const attribute = place.attributes.find(({ name }) => name === field);
      return attribute === undefined ? undefined : attributeText(attribute);
    }
  }
}

/**
 * The first constraint a host breaks, given where the app's other instances of the present
 * configuration are (marathon-behaviour 4.9). A host without the attribute is refused by every
 * operator but UNLIKE. `wanted` = instances of the app.
 */
export function brokenConstraint(
  constraints: readonly Constraint[],
  place: Place,
  others: readonly Place[],
  wanted: number,
): { readonly constraint: Constraint; readonly saw: string | undefined } | undefined {
  for (const constraint of constraints) {
    const saw = fieldValue(place, constraint.field);
    const accepted =
      saw === undefined
        ? constraint.operator === 'UNLIKE'
        : accepts(constraint, saw, () => valuesOf(others, constraint.field), wanted);
    if (!accepted) return { constraint, saw };
  }
  return undefined;
}

function valuesOf(places: readonly Place[], field: string): string[] {
  return places.flatMap((place) => fieldValue(place, field) ?? []);
}

function accepts(
  constraint: Constraint,
  saw: string,
  used: () => readonly string[],
  wanted: number,
): boolean {
  const { operator, value } = constraint;
  switch (operator) {
    case 'UNIQUE':
      return !used().includes(saw);
    case 'CLUSTER': {
      const first = used()[0];
      return value !== undefined && value !== ''
        ? saw === value
        : first === undefined || first === saw;
    }
    case 'IS':
      return sameText(saw, value ?? '');
    case 'LIKE':
      return matchesWhole(value ?? '', saw);
    case 'UNLIKE':
      return !matchesWhole(value ?? '', saw);
    case 'MAX_PER':
      return used().filter((v) => v === saw).length < Number(value);
    case 'GROUP_BY':
      return groupBy(saw, used(), wanted, value === undefined ? undefined : Number(value));
  }
}

/** Numbers compare as Mesos scalars do: three decimals, half to even (`1.0005` equals `1`). */
function sameText(saw: string, wanted: string): boolean {
  return saw === wanted || (isNumeric(saw) && isNumeric(wanted) && scalar(saw) === scalar(wanted));
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

function matchesWhole(pattern: string, text: string): boolean {
  return wholePattern(pattern)?.test(text) ?? false;
}

/**
 * With a number of groups: filled up to the final quota of each, never more groups than that
 * (Marathon's rule). Without one: balanced over the values seen so far (the older rule; the later
 * one divided by zero, [Q]).
 */
function groupBy(
  saw: string,
  used: readonly string[],
  wanted: number,
  groups: number | undefined,
): boolean {
  const counts = new Map<string, number>();
  for (const v of used) counts.set(v, (counts.get(v) ?? 0) + 1);
  const here = counts.get(saw) ?? 0;
  if (groups === undefined || groups <= 0) {
    return here === 0 || here === Math.min(...counts.values());
  }
  if (here === 0) return counts.size < groups;
  const total = Math.max(1, wanted);
  const quota = Math.floor(total / groups);
  const rest = total % groups;
  let extra = 0;
  for (const count of counts.values()) extra += Math.max(0, count - quota);
  return here < quota || (here === quota && rest - extra > 0);
}
