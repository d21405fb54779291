/**
 * Makes ids with slashes routable: percent-encodes the id part of a request URL, so that routes
 * are declared plainly (`/v2/apps/:id/tasks`) and the id arrives decoded, as one parameter.
 *
 * Suffixes are resolved before the id (marathon-api 1.1): `/v2/apps/a/b/tasks` is the tasks of
 * `a/b`. Slashes at the end mean nothing, and so do doubled ones at the beginning, which clients make
 * whose base URL ends with one. A malformed escape is left as it is; the router answers 400. Pure.
 */
export function rewriteUrl(method: string, url: string): string {
  const cut = url.indexOf('?');
  const sent = cut < 0 ? url : url.slice(0, cut);
  const query = cut < 0 ? '' : url.slice(cut);
  const path = sent.startsWith('//') ? sent.replace(/^\/+/, '/') : sent;
  return (rewritePath(method, path) ?? withoutSlashes(path)) + query;
}

/** Pages tell files from folders by the slash at the end. */
const PAGES = '/docs';

function withoutSlashes(path: string): string {
  if (!path.endsWith('/') || path === '/' || path.startsWith(PAGES)) return path;
  return path.replace(/\/+$/, '') || '/';
}

/** Splits what follows the collection into the id and the part to route by. */
type Split = (method: string, segments: readonly string[]) => IdAndSuffix;

interface IdAndSuffix {
  readonly id: readonly string[];
  readonly suffix: readonly string[];
}

const BASE = '/v2/';

const COLLECTIONS: ReadonlyMap<string, Split> = new Map([
  ['apps', splitApp],
  ['groups', splitGroup],
  ['plugins', splitPlugin],
  ['pods', splitPod],
  ['queue', splitQueue],
  ['roles', wholeId],
  ['volumes', wholeId],
]);

function rewritePath(method: string, path: string): string | undefined {
  if (!path.startsWith(BASE)) return undefined;
  const slash = path.indexOf('/', BASE.length);
  if (slash < 0) return undefined;
  const collection = path.slice(BASE.length, slash);
  const split = COLLECTIONS.get(collection);
  if (split === undefined) return undefined;
  const rest = path.slice(slash + 1);
  // trailing slashes mean nothing, leading ones belong to the id (`/v2/apps//a/b`)
  const trimmed = rest.endsWith('/') ? rest.replace(/\/+$/, '') : rest;
  if (trimmed === '') return `/v2/${collection}`;
  const { id, suffix } = split(method, trimmed.split('/'));
  const encoded = encodeAll([...(id.length > 0 ? [id.join('/')] : []), ...suffix]);
  return encoded === undefined ? undefined : ['/v2', collection, ...encoded].join('/');
}

/** Characters that stand for themselves, and slashes. */
const PLAIN = /^[\w.~*/-]*$/;

function encodeAll(parts: readonly string[]): string[] | undefined {
  try {
    return parts.map((part) =>
      PLAIN.test(part) ? part.replaceAll('/', '%2F') : encodeURIComponent(decodeURIComponent(part)),
    );
  } catch {
    return undefined;
  }
}

function splitApp(method: string, segments: readonly string[]): IdAndSuffix {
  if (method === 'POST' && segments.at(-1) === 'restart') return cutSuffix(segments, 1);
  return splitBySuffix(segments, ['tasks', 'versions'], ['tasks', 'versions']);
}

/** Versions and apps are only ever read, so a write may name a group of that name. */
function splitGroup(method: string, segments: readonly string[]): IdAndSuffix {
  if (['POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) return wholeId(method, segments);
  const first = segments[0];
  const rooted =
    (first === 'versions' && segments.length <= 2) || (first === 'apps' && segments.length === 1);
  if (rooted) return { id: [], suffix: segments };
  return splitBySuffix(segments, ['versions', 'apps'], ['versions']);
}

/** Pods name their parts with a double colon, which the router cannot declare. */
function splitPod(_method: string, segments: readonly string[]): IdAndSuffix {
  const whole = segments.join('/');
  const match = /^(.*)::(status|restart|versions|instances)(?:\/([^/]+))?$/s.exec(whole);
  if (match === null) return wholeId('', segments);
  const [, id = '', name = '', item] = match;
  if ((name === 'status' || name === 'restart') && item !== undefined) {
    return wholeId('', segments);
  }
  return { id: [id === '' ? '/' : id], suffix: item === undefined ? [name] : [name, item] };
}

/** What is behind its id is the plugin's business. */
function splitPlugin(_method: string, [id = '', ...path]: readonly string[]): IdAndSuffix {
  return { id: [id], suffix: path.length > 0 ? [path.join('/')] : [] };
}

function splitQueue(_method: string, segments: readonly string[]): IdAndSuffix {
  return splitBySuffix(segments, ['delay'], []);
}

function wholeId(_method: string, segments: readonly string[]): IdAndSuffix {
  return { id: segments, suffix: [] };
}

/** `last`: words that end a URL; `beforeLast`: words that are followed by one item. */
function splitBySuffix(
  segments: readonly string[],
  last: readonly string[],
  beforeLast: readonly string[],
): IdAndSuffix {
  if (last.includes(segments.at(-1) ?? '')) return cutSuffix(segments, 1);
  if (beforeLast.includes(segments.at(-2) ?? '')) return cutSuffix(segments, 2);
  return wholeId('', segments);
}

/** An id needs at least one segment: `/v2/apps/tasks` is the app `tasks`. */
function cutSuffix(segments: readonly string[], length: number): IdAndSuffix {
  const id = segments.slice(0, -length);
  const named = id.some((segment) => segment !== '');
  return named ? { id, suffix: segments.slice(-length) } : wholeId('', segments);
}
