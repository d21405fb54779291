import type { z } from 'zod';
import type { Violation } from '../../core/violation.js';
import { Problem, boundDetails, groupByPath, type ProblemDetail } from '../http/index.js';
import { WHOLE, bodyOf, checkShape } from './parse-shape.js';
import { shapeDetails } from './shape-details.js';

/** What is left of a document without its fields of wrong shape. */
export interface Salvage<T> {
  readonly document: T;
  /** Names of the fields that are gone, by the definition (app or group) they are gone from. */
  readonly broken: ReadonlyMap<object, ReadonlySet<string>>;
}

/** A field that is taken out may uncover others of wrong shape; how often that is followed. */
const ROUNDS_MAX = 4;

/**
 * Like `parseShape`, for documents of apps and groups. If the shape of some parts is wrong, `judge`
 * says what else is wrong with the others, and one `Problem` (422, `Invalid JSON`) names it all.
 */
export function parseDefinition<S extends z.ZodType>(
  schema: S,
  body: unknown,
  judge: (salvage: Salvage<z.output<S>>) => readonly Violation[],
): z.output<S> {
  const input = bodyOf(body);
  const checked = checkShape(schema, input);
  if (checked.issues === undefined) return checked.data;
  const { details, salvage } =
    checked.input === input
      ? // fields are taken out of a copy
        salvageFrom(schema, structuredClone(input), checked.issues)
      : { details: shapeDetails(checked.issues, checked.input) };
  const violations = salvage === undefined ? [] : judge(salvage);
  throw new Problem(422, {
    message: 'Invalid JSON',
    details: boundDetails(merged([...details, ...groupByPath(violations)]), WHOLE),
  });
}

type Issues = readonly z.core.$ZodIssue[];

function salvageFrom<S extends z.ZodType>(
  schema: S,
  input: unknown,
  found: Issues,
): { readonly details: readonly ProblemDetail[]; readonly salvage?: Salvage<z.output<S>> } {
  const details: ProblemDetail[] = [];
  const places = new Map<string, Place>();
  let issues = found;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    for (const detail of shapeDetails(issues, input)) details.push(detail);
    for (const { path } of issues) {
      const place = placeOf(path);
      // nothing is left of a document that is no document
      if (place.owner.length === 0 && place.field === undefined) return { details };
      takeOut(input, place);
      places.set(JSON.stringify(place), place);
    }
    const checked = checkShape(schema, input);
    if (checked.issues === undefined) {
      const broken = brokenIn(checked.data, [...places.values()]);
      return { details, salvage: { document: checked.data, broken } };
    }
    issues = checked.issues;
  }
  return { details };
}

type Path = readonly PropertyKey[];

interface Place {
  /** The definition an error is in. */
  readonly owner: Path;
  /** Its field; `undefined` = the definition itself is no object. */
  readonly field: string | undefined;
}

/** Definitions are the elements of a list, and of `apps` and `groups` at any depth. */
function placeOf(path: Path): Place {
  let at = typeof path[0] === 'number' ? 1 : 0;
  while ((path[at] === 'apps' || path[at] === 'groups') && typeof path[at + 1] === 'number') {
    at += 2;
  }
  const field = path[at];
  return { owner: path.slice(0, at), field: field === undefined ? undefined : String(field) };
}

type Fields = Record<PropertyKey, unknown>;

/** Stands for an id that cannot be read: nothing is said about nodes that carry it. */
const NO_ID = 'x';

function takeOut(input: unknown, { owner, field }: Place): void {
  const key = owner.at(-1);
  if (field === undefined) {
    const list = valueAt(input, owner.slice(0, -1));
    if (key !== undefined && Array.isArray(list)) list[Number(key)] = { id: NO_ID };
    return;
  }
  const fields = valueAt(input, owner) as Fields;
  if (field === 'id') fields[field] = NO_ID;
  else if (field === 'containers') fields[field] = [];
  else Reflect.deleteProperty(fields, field);
}

function brokenIn(document: unknown, places: readonly Place[]): Salvage<unknown>['broken'] {
  const broken = new Map<object, Set<string>>();
  for (const { owner, field = 'id' } of places) {
    const definition = valueAt(document, owner);
    if (typeof definition !== 'object' || definition === null) continue;
    const known = broken.get(definition);
    if (known === undefined) broken.set(definition, new Set([field]));
    else known.add(field);
  }
  return broken;
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Fields | undefined)?.[key], document);
}

/** One entry per path. */
function merged(details: readonly ProblemDetail[]): readonly ProblemDetail[] {
  const errors = new Map<string, readonly string[]>();
  for (const detail of details) {
    errors.set(detail.path, [...(errors.get(detail.path) ?? []), ...detail.errors]);
  }
  return [...errors].map(([path, messages]) => ({ path, errors: [...new Set(messages)] }));
}
