/** Header, or cookie, by which a request asks for a version that is not live yet. */
export const PREVIEW_NAME = 'X-Ekiden-Preview';

const COOKIE = PREVIEW_NAME.toLowerCase();

/**
 * The deployment whose preview a request asks for (rollouts.md, Preview): by the header, else by a
 * cookie of that name, whose upper and lower case do not matter either.
 */
export function askedPreview(
  header: string | undefined,
  cookies: string | undefined,
): string | undefined {
  if (header !== undefined && header !== '') return header;
  if (cookies === undefined) return undefined;
  for (const pair of cookies.split(';')) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).trim().toLowerCase() !== COOKIE) continue;
    const value = pair.slice(at + 1).trim();
    if (value !== '') return value;
  }
  return undefined;
}
