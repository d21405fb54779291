import { once } from 'node:events';
import { Parser, type ReadEntry } from 'tar';
import type { ArchiveTree } from './archive-tree.js';
import { Refused } from './world-error.js';

const FILES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);

/** Unpacks a tar stream, uncompressed. */
export async function untar(content: AsyncIterable<Buffer>, tree: ArchiveTree): Promise<void> {
  let fail: (error: Error) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  broken.catch(() => undefined);
  let unpacking = Promise.resolve();
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      // The parser waits with the next entry until this one is read to its end.
      unpacking = unpacking.then(() => unpack(entry, tree)).catch(fail);
    },
  });
  parser.on('error', fail);
  const ended = once(parser, 'end');
  ended.catch(() => undefined);
  for await (const chunk of content) {
    if (!parser.write(chunk)) await Promise.race([broken, once(parser, 'drain')]);
  }
  parser.end();
  await Promise.race([broken, ended]);
  await Promise.race([broken, unpacking]);
}

async function unpack(entry: ReadEntry, tree: ArchiveTree): Promise<void> {
  const { path, type, linkpath = '' } = entry;
  if (FILES.has(type)) {
    await tree.file(path, entry, { mode: entry.mode ?? 0o644, modifiedAt: entry.mtime });
    return;
  }
  if (type === 'Directory') await tree.folder(path);
  else if (type === 'SymbolicLink') tree.symlink(path, linkpath);
  else if (type === 'Link') tree.hardLink(path, linkpath);
  else throw new Refused(`it holds ${path}, which is neither a file nor a folder nor a link`);
  entry.resume();
}
