import { constants } from 'node:fs';
import { link, lstat, mkdir, open, symlink } from 'node:fs/promises';
import { isAbsolute, join, posix } from 'node:path';
import type { FetcherLimits } from './fetcher-limits.js';
import { makeParents } from './placement.js';
import { errorCode, Refused, shownBytes } from './world-error.js';

/** Permissions an archive may give: nothing of set-uid, nothing for others to write. */
const MODE_MASK = 0o755;
const LINK_TARGET_LENGTH_MAX = 4096;
const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;

export interface FileFacts {
  /** Unix permissions; other bits are ignored. */
  readonly mode: number;
  readonly modifiedAt: Date | undefined;
}

/**
 * Builds what an archive holds in an empty folder, trusting nothing in it: whatever its format, all
 * goes through here. Links are made last, so that nothing is ever written through one.
 */
export class ArchiveTree {
  private readonly root: string;
  private readonly limits: FetcherLimits;
  private readonly links: { readonly path: string; readonly make: () => Promise<void> }[] = [];
  private entries = 0;
  private bytes = 0;

  constructor(root: string, limits: FetcherLimits) {
    this.root = root;
    this.limits = limits;
  }

  async folder(name: string): Promise<void> {
    const path = this.entry(name);
    if (path === undefined) return;
    await makeParents(this.root, `${path}/.`);
  }

  async file(name: string, content: AsyncIterable<Buffer>, facts: FileFacts): Promise<void> {
    const path = this.entry(name);
    if (path === undefined) throw new Refused('it holds a file without a name');
    await makeParents(this.root, path);
    const mode = (facts.mode & MODE_MASK) | 0o600;
    const flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;
    const file = await open(join(this.root, path), flags, mode).catch((error: unknown) => {
      if (errorCode(error) !== 'EISDIR') throw error;
      throw new Refused(`it holds ${path} as a folder and as a file`);
    });
    try {
      for await (const chunk of content) {
        this.count(chunk.length);
        await file.writeFile(chunk);
      }
      await file.chmod(mode);
      const { modifiedAt } = facts;
      // Programs compare these, as Python does with its compiled files.
      if (modifiedAt !== undefined && !Number.isNaN(modifiedAt.getTime())) {
        await file.utimes(modifiedAt, modifiedAt);
      }
    } finally {
      await file.close();
    }
  }

  symlink(name: string, target: string): void {
    const path = this.entry(name);
    if (path === undefined) throw new Refused('it holds a link without a name');
    checkTarget(path, target);
    this.links.push({ path, make: () => symlink(target, join(this.root, path)) });
  }

  /** A second name of a file that the archive holds too. */
  hardLink(name: string, of: string): void {
    const path = this.entry(name);
    const first = cleanPath(of);
    if (path === undefined || first === undefined) {
      throw new Refused('it holds a link without a name');
    }
    const make = async (): Promise<void> => {
      await this.checkFile(first, path);
      await link(join(this.root, first), join(this.root, path));
    };
    this.links.push({ path, make });
  }

  /** Counts what was unpacked on the way, too; throws when it is more than the bound. */
  count(bytes: number): void {
    this.bytes += bytes;
    const max = this.limits.extractedBytesMax;
    if (this.bytes > max) {
      throw new Refused(`it holds more than ${shownBytes(max)}, the bound for an archive`);
    }
  }

  /** Makes the links. */
  async finish(): Promise<void> {
    for (const { path, make } of this.links) {
      await makeParents(this.root, path);
      try {
        await make();
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
        throw new Refused(`it holds ${path} twice, once as a link`);
      }
    }
  }

  private entry(name: string): string | undefined {
    this.entries += 1;
    const max = this.limits.entriesMax;
    if (this.entries > max) throw new Refused(`it holds more than ${max} entries`);
    return cleanPath(name);
  }

  /** A file by itself, reached through folders only: a link's second name would lead elsewhere. */
  private async checkFile(first: string, path: string): Promise<void> {
    await makeParents(this.root, first);
    const found = await lstat(join(this.root, first)).catch(() => undefined);
    if (found?.isFile() !== true) {
      throw new Refused(`its link ${path} is to ${first}, which is no file of it`);
    }
  }
}

/** Makes the (empty) folder a tree is built in. */
export async function makeTreeRoot(path: string): Promise<void> {
  await mkdir(path, { mode: 0o755 });
}

/** `undefined` = the folder itself. */
function cleanPath(name: string): string | undefined {
  if (name.includes('\0')) throw new Refused('it holds a name with a NUL');
  if (isAbsolute(name)) throw new Refused(`it holds ${name}, an absolute path`);
  if (name.split('/').includes('..')) throw new Refused(`it holds ${name}, which leads elsewhere`);
  const path = posix.normalize(name).replace(/\/$/, '');
  return path === '.' || path === '' ? undefined : path;
}

/**
 * A link may go up only at its beginning and no further than to the folder itself. As all above it
 * are folders and each further link obeys the same, what it leads to lies inside.
 */
function checkTarget(path: string, target: string): void {
  const outside = new Refused(`its link ${path} leads out of the sandbox`);
  if (target === '' || target.length > LINK_TARGET_LENGTH_MAX || target.includes('\0')) {
    throw new Refused(`its link ${path} leads nowhere`);
  }
  if (isAbsolute(target)) throw outside;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const down = parts.findIndex((part) => part !== '..');
  const ups = down < 0 ? parts.length : down;
  if (ups > path.split('/').length - 1 || parts.slice(ups).includes('..')) throw outside;
}
