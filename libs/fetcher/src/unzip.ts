import { open, type Entry, type ZipFile } from 'yauzl';
import type { Readable } from 'node:stream';
import type { ArchiveTree } from './archive-tree.js';
import { Refused } from './world-error.js';

const TYPE_MASK = 0o170000;
const TYPE_LINK = 0o120000;
const LINK_LENGTH_MAX = 4096;
/** Systems whose zip programs keep Unix modes: Unix and macOS (APPNOTE 4.4.2). */
const UNIX = new Set([3, 19]);

export async function unzip(path: string, tree: ArchiveTree, signal: AbortSignal): Promise<void> {
  const zip = await openZip(path);
  try {
    for (;;) {
      signal.throwIfAborted();
      const entry = await nextEntry(zip);
      if (entry === undefined) return;
      await unpack(zip, entry, tree);
    }
  } finally {
    zip.close();
  }
}

async function unpack(zip: ZipFile, entry: Entry, tree: ArchiveTree): Promise<void> {
  const { fileName } = entry;
  if (entry.isEncrypted()) throw new Refused(`it holds ${fileName}, which is encrypted`);
  if (fileName.endsWith('/')) {
    await tree.folder(fileName);
    return;
  }
  const mode = UNIX.has(entry.versionMadeBy >>> 8) ? entry.externalFileAttributes >>> 16 : 0;
  const content = await openEntry(zip, entry);
  try {
    if ((mode & TYPE_MASK) === TYPE_LINK) {
      tree.symlink(fileName, await readTarget(content));
      return;
    }
    const permissions = mode === 0 ? 0o644 : mode;
    await tree.file(fileName, content as AsyncIterable<Buffer>, {
      mode: permissions,
      modifiedAt: entry.getLastModDate(),
    });
  } finally {
    content.destroy();
  }
}

async function readTarget(content: Readable): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LINK_LENGTH_MAX) throw new Refused('it holds a link that leads nowhere');
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { autoClose: false, lazyEntries: true }, (error, zip) => {
      if (error === null) resolve(zip);
      else reject(error);
    });
  });
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error === null) resolve(stream);
      else reject(error);
    });
  });
}

/** `undefined` after the last one. */
function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      zip.removeAllListeners();
      done();
    };
    zip.once('entry', (entry: Entry) => settle(() => resolve(entry)));
    zip.once('end', () => settle(() => resolve(undefined)));
    zip.once('error', (error: Error) => settle(() => reject(error)));
    zip.readEntry();
  });
}
