import { ROOT_ID, type PathId } from '../app/index.js';
import { appsBelow, groupsBelow, type Tree } from '../group/index.js';

/** How many ids are compared at most; beyond that a suggestion is not worth the time. */
const CANDIDATES_MAX = 5_000;

/** The id of an existing app or group that looks most like a mistyped one, if any is close enough. */
export function nearestId(tree: Tree, wanted: PathId): PathId | undefined {
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  let best: { readonly id: PathId; readonly distance: number } | undefined;
  const known = [...appsBelow(tree, ROOT_ID), ...groupsBelow(tree, ROOT_ID)];
  for (const { id } of known.slice(0, CANDIDATES_MAX)) {
    if (Math.abs(id.length - wanted.length) > limit) continue;
    const distance = editDistance(id, wanted);
    if (distance <= limit && (best === undefined || distance < best.distance)) {
      best = { id, distance };
    }
  }
  return best?.id;
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
