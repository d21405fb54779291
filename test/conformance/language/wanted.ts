/**
 * What an answer should look like: JSON in which any place may hold a rule instead of a value.
 * Objects are compared by the keys they name, other keys may be there; arrays are compared whole.
 */
export type Wanted =
  string | number | boolean | null | Rule | readonly Wanted[] | { readonly [key: string]: Wanted };

export type RuleName =
  | 'absent'
  | 'allOf'
  | 'anyOf'
  | 'anything'
  | 'between'
  | 'containing'
  | 'differs'
  | 'each'
  | 'exactly'
  | 'inAnyOrder'
  | 'keysInOrder'
  | 'lengthOf'
  | 'like'
  | 'without';

/** A test of one place of an answer; made by the functions below, judged by `compare`. */
export class Rule {
  readonly name: RuleName;
  readonly parts: readonly Wanted[];

  constructor(name: RuleName, parts: readonly Wanted[] = []) {
    this.name = name;
    this.parts = parts;
  }
}

/** The key is not there. */
export const absent = new Rule('absent');

/** The key is there, with whatever value but null. */
export const anything = new Rule('anything');

/** Text in which this expression is found; `~` and `{{name}}` are filled in. It has no flags. */
export function like(pattern: RegExp): Rule {
  if (pattern.flags !== '') throw new Error(`${String(pattern)}: flags are not kept`);
  return new Rule('like', [pattern.source]);
}

export const uuid = like(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** A version or time as marathon-api 3.2 has it, with three digits of milliseconds. */
export const timestamp = like(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** A number within bounds, both included. */
export function between(least: number, most: number): Rule {
  return new Rule('between', [least, most]);
}

/** A list in which each of these is found; others may be there. */
export function containing(...items: readonly Wanted[]): Rule {
  return new Rule('containing', items);
}

/** A list in which none of these is found. */
export function without(...items: readonly Wanted[]): Rule {
  return new Rule('without', items);
}

/** A list of these and no others, in whatever order. */
export function inAnyOrder(...items: readonly Wanted[]): Rule {
  return new Rule('inAnyOrder', items);
}

/** A list whose every element is like this. */
export function each(item: Wanted): Rule {
  return new Rule('each', [item]);
}

/** A list or text of this length. */
export function lengthOf(length: Wanted): Rule {
  return new Rule('lengthOf', [length]);
}

/** An object with these keys and no others. */
export function exactly(fields: Readonly<Record<string, Wanted>>): Rule {
  return new Rule('exactly', [fields]);
}

/** Those of these keys that are there come in this order. */
export function keysInOrder(...keys: readonly string[]): Rule {
  return new Rule('keysInOrder', keys);
}

export function allOf(...parts: readonly Wanted[]): Rule {
  return new Rule('allOf', parts);
}

export function anyOf(...parts: readonly Wanted[]): Rule {
  return new Rule('anyOf', parts);
}

/** Ekiden differs on purpose (docs/compatibility.md): what each of the two answers. */
export function differs(servers: { readonly marathon: Wanted; readonly ekiden: Wanted }): Rule {
  return new Rule('differs', [servers.marathon, servers.ekiden]);
}
