import { ROOT_ID, type PathId } from '../app/index.js';
import { appsBelow, groupsBelow, type Tree } from '../group/index.js';

/** How many ids are compared at most; beyond that a suggestion is not worth the time. */
const CANDIDATES_MAX = 5_000;

/** The id of an existing app or group that looks most like a mistyped one, if any is close enough. */
export function nearestId(tree: Tree, wanted: PathId): PathId | undefined {
  const known = [...appsBelow(tree, ROOT_ID), ...groupsBelow(tree, ROOT_ID)];
  const ids = known.map(({ id }) => id);
  return nearest(ids, wanted, 1)[0];
}

/** The names that look most like a mistyped one, best first; none that is far off. */
export function nearest<T extends string>(known: Iterable<T>, wanted: string, most = 3): T[] {
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  const near: { readonly name: T; readonly distance: number }[] = [];
  let compared = 0;
  for (const name of known) {
    compared += 1;
    if (compared > CANDIDATES_MAX) break;
    if (Math.abs(name.length - wanted.length) > limit) continue;
    const distance = editDistance(name, wanted);
    if (distance <= limit) near.push({ name, distance });
  }
  near.sort((a, b) => a.distance - b.distance);
  return near.slice(0, most).map(({ name }) => name);
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
