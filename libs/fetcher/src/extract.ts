import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ArchiveTree, makeTreeRoot } from './archive-tree.js';
import type { FetcherLimits } from './fetcher-limits.js';
import { unpackWithTool } from './unpack-tool.js';
import { untar } from './untar.js';
import { unzip } from './unzip.js';
import { Refused, shownBytes } from './world-error.js';

export type ArchiveKind = 'tar' | 'gz' | 'zip';

/** Of an entry of a tar file, with room for a long name; and of the padding at its end. */
const ENTRY_OVERHEAD = 4096;
const END_OVERHEAD = 2 ** 20;

const TAR = /\.(?:tar|tar\.gz|tgz|tar\.bz2|tbz2|tar\.xz|txz)$/i;

/** What a file is by its name, as Mesos decides it; `undefined` = nothing to extract. */
export function archiveKindOf(name: string): ArchiveKind | undefined {
  if (TAR.test(name)) return 'tar';
  if (/.\.gz$/i.test(name)) return 'gz';
  return /\.zip$/i.test(name) ? 'zip' : undefined;
}

export interface Archive {
  readonly file: string;
  readonly kind: ArchiveKind;
  /** As the file is called in the sandbox. */
  readonly name: string;
}

interface Extracting {
  readonly limits: FetcherLimits;
  readonly signal: AbortSignal;
}

/** Extracts into the new folder `root`; what it throws leaves parts of the archive there. */
export async function extractArchive(
  archive: Archive,
  root: string,
  options: Extracting,
): Promise<void> {
  await makeTreeRoot(root);
  const tree = new ArchiveTree(root, options.limits);
  switch (archive.kind) {
    case 'tar':
      await extractTar(archive, tree, options);
      break;
    case 'gz':
      await gunzip(archive, tree, options);
      break;
    case 'zip':
      await unzip(archive.file, tree, options.signal);
  }
  await tree.finish();
}

async function extractTar(
  { file }: Archive,
  tree: ArchiveTree,
  { limits, signal }: Extracting,
): Promise<void> {
  const unpack: Take = (content) => untar(atMost(content, limits), tree);
  switch (await compressionOf(file)) {
    case 'gzip':
      return gunzipped(file, unpack, signal);
    case 'bzip2':
      return unpackWithTool('bzip2', file, { take: unpack, signal });
    case 'xz':
      return unpackWithTool('xz', file, { take: unpack, signal });
    case 'none':
      return pipeline(createReadStream(file), unpack, { signal });
  }
}

async function gunzip(
  { file, name }: Archive,
  tree: ArchiveTree,
  { signal }: Extracting,
): Promise<void> {
  const unpacked = basename(name).slice(0, -'.gz'.length);
  const take: Take = (content) =>
    tree.file(unpacked, content, { mode: 0o644, modifiedAt: undefined });
  await gunzipped(file, take, signal);
}

type Take = (content: AsyncIterable<Buffer>) => Promise<void>;

/** Fails with what `take` throws, not with what the streams make of it. */
async function gunzipped(file: string, take: Take, signal: AbortSignal): Promise<void> {
  let thrown: unknown;
  const taking: Take = (content) =>
    take(content).catch((error: unknown) => {
      thrown = error;
      throw error;
    });
  try {
    await pipeline(createReadStream(file), createGunzip(), taking, { signal });
  } catch (error) {
    throw thrown instanceof Refused ? thrown : error;
  }
}

/** Headers and padding count too: a stream of nothing else must end as well. */
async function* atMost(
  content: AsyncIterable<Buffer>,
  { extractedBytesMax, entriesMax }: FetcherLimits,
): AsyncGenerator<Buffer> {
  const max = extractedBytesMax + entriesMax * ENTRY_OVERHEAD + END_OVERHEAD;
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > max) throw new Refused(`it unpacks to more than ${shownBytes(max)}`);
    yield chunk;
  }
}

type Compression = 'gzip' | 'bzip2' | 'xz' | 'none';

/** By the first bytes, as tar(1) does: names and contents do not always agree. */
async function compressionOf(file: string): Promise<Compression> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 0);
    const head = buffer.subarray(0, bytesRead).toString('latin1');
    if (head.startsWith('\x1f\x8b')) return 'gzip';
    if (head.startsWith('BZh')) return 'bzip2';
    return head.startsWith('\xfd7zXZ') ? 'xz' : 'none';
  } finally {
    await handle.close();
  }
}
