/** What an engine says of a path in a container. */
export interface PathStat {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
}

/** Bits of a mode as Go writes it. */
const FOLDER = 0x8000_0000;
const LINK = 0x0800_0000;
/** Pipes, sockets, devices and what is neither. */
const SPECIAL = 0x0400_0000 | 0x0200_0000 | 0x0100_0000 | 0x0020_0000 | 0x0008_0000;

/** Reads the header that an engine puts the facts into; throws for anything else. */
export function parsePathStat(header: string | readonly string[] | undefined): PathStat {
  const text = Buffer.from(typeof header === 'string' ? header : '', 'base64').toString('utf8');
  const { size, mode } = JSON.parse(text) as { readonly size: number; readonly mode: number };
  return { kind: kindOf(mode), size };
}

function kindOf(mode: number): PathStat['kind'] {
  if ((mode & FOLDER) !== 0) return 'folder';
  if ((mode & LINK) !== 0) return 'link';
  return (mode & SPECIAL) === 0 ? 'file' : 'other';
}
