import { basename, isAbsolute, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { err, ok, type Result } from '@ekiden/kernel';
import { messageOf } from './world-error.js';

/** A uri understood. `name` = its last part, as a file is called that has no `destPath`. */
export type Source =
  | { readonly kind: 'local'; readonly path: string; readonly name: string }
  /** `url` holds no credentials. `authorization` = a header value; never to be shown. */
  | {
      readonly kind: 'http';
      readonly url: URL;
      readonly authorization: string | undefined;
      readonly name: string;
    };

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;

/** The error ends the sentence "Cannot fetch x: ...". */
export function sourceOf(uri: string, fetchRoot: string): Result<Source, string> {
  if (uri.includes('\0')) return err('the uri holds a NUL');
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') return httpSource(uri);
  if (scheme === 'file') {
    try {
      return local(fileURLToPath(uri));
    } catch (error) {
      return err(messageOf(error));
    }
  }
  if (scheme !== undefined) {
    return err(`fetching over ${scheme} is not supported; publish it over http, https or a path`);
  }
  if (isAbsolute(uri)) return local(uri);
  const path = resolve(fetchRoot, uri);
  return isInside(path, fetchRoot) ? local(path) : err('it lies outside the fetch root');
}

/**
 * A uri as it may be shown to people: without user and password, and without query and fragment,
 * as those hold tokens. What cannot be taken apart is not shown at all.
 */
export function shownUri(uri: string): string {
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'file') return uri;
  if (!URL.canParse(uri)) return `${scheme}:…`;
  const { host, pathname, search } = new URL(uri);
  return `${scheme}:${host === '' ? '' : `//${host}`}${pathname}${search === '' ? '' : '?…'}`;
}

/** The authorization a url carries, and the url without it. */
export function splitCredentials(given: URL): {
  readonly url: URL;
  readonly authorization: string | undefined;
} {
  const url = new URL(given);
  if (url.username === '' && url.password === '') return { url, authorization: undefined };
  const pair = `${decoded(url.username)}:${decoded(url.password)}`;
  url.username = '';
  url.password = '';
  return { url, authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` };
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

function local(path: string): Result<Source, string> {
  return ok({ kind: 'local', path, name: basename(path) });
}

function httpSource(uri: string): Result<Source, string> {
  if (!URL.canParse(uri)) return err('the uri cannot be read; check its host and port');
  const { url, authorization } = splitCredentials(new URL(uri));
  url.hash = '';
  const name = decoded(posix.basename(url.pathname));
  return ok({ kind: 'http', url, authorization, name });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign stands for itself.
    return text;
  }
}
