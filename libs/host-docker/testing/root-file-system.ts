import { Header, type HeaderData } from 'tar';

const BLOCK = 512;

/** One entry of the image; everything belongs to root. */
export type RootEntry =
  | { readonly kind: 'folder'; readonly path: string; readonly mode?: number }
  | { readonly kind: 'file'; readonly path: string; readonly mode?: number; readonly data: Buffer }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** A tar archive of the entries: the same bytes for the same entries, whoever packs them and when. */
export function packRoot(entries: readonly RootEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const data = entry.kind === 'file' ? entry.data : Buffer.alloc(0);
    const padding = Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK);
    return [headerOf(entry), data, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function headerOf(entry: RootEntry): Buffer {
  const block = Buffer.alloc(BLOCK);
  const header = new Header({ uid: 0, gid: 0, size: 0, mtime: new Date(0), ...fieldsOf(entry) });
  const isTooLong = header.encode(block, 0);
  if (isTooLong) throw new Error(`${entry.path} does not fit into a tar header`);
  return block;
}

function fieldsOf(entry: RootEntry): HeaderData {
  switch (entry.kind) {
    case 'folder':
      return { path: `${entry.path}/`, type: 'Directory', mode: entry.mode ?? 0o755 };
    case 'file':
      return {
        path: entry.path,
        type: 'File',
        mode: entry.mode ?? 0o644,
        size: entry.data.length,
      };
    case 'link':
      return { path: entry.path, type: 'SymbolicLink', mode: 0o777, linkpath: entry.target };
  }
}
