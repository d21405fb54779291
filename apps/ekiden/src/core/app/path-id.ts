import type { Brand } from '@ekiden/kernel';

/** Absolute id of an app, pod or group: `/` or `/segment/segment` (marathon-api 3.1). */
export type PathId = Brand<string, 'PathId'>;

export const ROOT_ID = '/' as PathId;

/**
 * Characters of an id. Marathon has no limit; ours keeps ids within what the database can index,
 * and the groups around one within reason.
 */
export const ID_LENGTH_MAX = 1_000;

/** One path segment: dot-separated labels of lower-case letters, digits and inner dashes. */
export const SEGMENT =
  /^(?:(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])\.)*(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])$/;

/** A reference that is one ordinary segment. */
const PLAIN_NAME = /^[^/.][^/]*$/;

/** Segments of an id; empty ones are dropped (`//a///b/` = `/a/b`). */
export function segmentsOf(id: string): string[] {
  return id.split('/').filter((segment) => segment !== '');
}

/**
 * Resolves a possibly relative reference against `base`; `.` and `..` are folded, going above the
 * root stays at the root. The segments themselves are not judged here.
 */
export function resolveId(reference: string, base: PathId = ROOT_ID): PathId {
  if (PLAIN_NAME.test(reference)) {
    return (base === ROOT_ID ? `/${reference}` : `${base}/${reference}`) as PathId;
  }
  const path = reference.startsWith('/') ? [] : segmentsOf(base);
  for (const segment of segmentsOf(reference)) {
    if (segment === '.') continue;
    if (segment === '..') path.pop();
    else path.push(segment);
  }
  return `/${path.join('/')}` as PathId;
}

/** The enclosing group; the root is its own parent. */
export function parentOf(id: PathId): PathId {
  const cut = id.lastIndexOf('/');
  return cut <= 0 ? ROOT_ID : (id.slice(0, cut) as PathId);
}

/**
 * What `find` says of the group around an id, found anew only when the group is another one than
 * that of the id before: most lists name what is in a group one after the other.
 */
export function perGroup<T>(find: (group: PathId, id: PathId) => T): (id: PathId) => T {
  let known: { readonly within: string; readonly found: T } | undefined;
  return (id) => {
    const isSame = known !== undefined && id.startsWith(known.within);
    if (known === undefined || !isSame || id.includes('/', known.within.length)) {
      const within = id.slice(0, id.lastIndexOf('/') + 1);
      known = { within, found: find(parentOf(id), id) };
    }
    return known.found;
  };
}

/** All enclosing groups, nearest first, the root last; none for the root itself. */
export function ancestorsOf(id: PathId): PathId[] {
  const found: PathId[] = [];
  for (let at = id; at !== ROOT_ID;) {
    at = parentOf(at);
    found.push(at);
  }
  return found;
}

/** Whether `id` lies somewhere below `group` (an id is not below itself). */
export function isBelow(id: PathId, group: PathId): boolean {
  return group === ROOT_ID ? id !== ROOT_ID : id.startsWith(`${group}/`);
}

/** The top-level group around an id (`/shop` for `/shop/api/web`); the id itself at the top. */
export function topGroupOf(id: PathId): PathId {
  const cut = id.indexOf('/', 1);
  return cut < 0 ? id : (id.slice(0, cut) as PathId);
}

/** The form used inside instance, task and volume ids: `/prod/web` -> `prod_web`. */
export function safePath(id: PathId): string {
  return segmentsOf(id).join('_');
}
