const LEGAL = /^(?:[A-Za-z0-9\-_.!~*'();/?:@&=+$,#[\]\u0080-\uffff]|%[0-9A-Fa-f]{2})*$/u;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
const ARCHIVE = /\.(?:tar|tar\.gz|tar\.bz2|tar\.xz|gz|tgz|tbz2|txz|zip)$/;

/** Whether the text is a URI reference (RFC 2396 with other languages' letters), `a/b` included. */
export function isUri(text: string): boolean {
  if (!LEGAL.test(text) || text.split('#').length > 2) return false;
  const colon = text.search(/[:/?#]/);
  if (colon < 0 || text[colon] !== ':') return true;
  return SCHEME.test(text.slice(0, colon)) && text.length > colon + 1;
}

/** Whether what the URI points at is unpacked after a download of the `uris` kind (6.4). */
export function isArchive(uri: string): boolean {
  return ARCHIVE.test(uri.replace(/[?#].*$/s, ''));
}
