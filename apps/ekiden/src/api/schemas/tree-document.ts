import { err, ok, type Result } from '@ekiden/kernel';
import type { z } from 'zod';
import { ROOT_ID, resolveId, type PathId } from '../../core/app/index.js';
import type { TreeDocument, TreePod } from '../../core/commands/index.js';
import type { Violation } from '../../core/violation.js';
import { groupUpdate } from './group.js';
import { pod } from './pod.js';
import { shapeDetails } from './shape-details.js';
import { withoutNulls } from './without-nulls.js';

/** What a schema makes of a value, or every fault of its shape. */
export function parseValue<S extends z.ZodType>(
  schema: S,
  value: unknown,
): Result<z.output<S>, readonly Violation[]> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const details = shapeDetails(parsed.error.issues, value);
  return err(details.flatMap(({ path, errors }) => errors.map((message) => ({ path, message }))));
}

/**
 * A whole group as a file holds it: what `GET` showed of one, pods included, or a document written in
 * that form. It is a state and no change: what it does not speak of is not there (a `PUT` would keep
 * it). Versions in it say when it was shown and are not looked at.
 */
export function readTree(document: unknown): Result<TreeDocument, readonly Violation[]> {
  const shown = withoutNulls(document);
  const group = parseValue(groupUpdate, asState(shown));
  if (!group.ok) return group;
  const id = resolveId(group.value.id ?? ROOT_ID);
  const pods: TreePod[] = [];
  const violations = collectPods(shown, { id, at: '' }, pods);
  return violations.length > 0 ? err(violations) : ok({ id, group: group.value, pods });
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listIn(value: unknown, field: string): readonly unknown[] {
  const list = isObject(value) ? value[field] : undefined;
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
}

const NOTHING = { apps: [], pods: [], dependencies: [], groups: [] };

function asState(group: unknown): unknown {
  if (!isObject(group)) return group;
  const { version: _shown, groups, ...rest }: Fields = { ...NOTHING, ...group };
  return { ...rest, groups: Array.isArray(groups) ? groups.map(asState) : groups };
}

function collectPods(
  group: unknown,
  { id, at }: { readonly id: PathId; readonly at: string },
  found: TreePod[],
): readonly Violation[] {
  const own = listIn(group, 'pods').flatMap((value, index) => {
    const path = `${at}/pods(${index})`;
    const parsed = parseValue(pod, value);
    if (!parsed.ok) {
      return parsed.error.map((one) => ({ path: `${path}${one.path}`, message: one.message }));
    }
    found.push({ id: resolveId(parsed.value.id, id), wire: parsed.value, path });
    return [];
  });
  const below = listIn(group, 'groups').flatMap((child, index) => {
    const reference = isObject(child) ? child['id'] : undefined;
    if (typeof reference !== 'string') return [];
    const place = { id: resolveId(reference, id), at: `${at}/groups(${index})` };
    return collectPods(child, place, found);
  });
  return [...own, ...below];
}
