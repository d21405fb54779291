import { randomUUID } from 'node:crypto';
import {
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { Lanes, type Clock } from '@ekiden/kernel';
import type { Validators } from './http-attempt.js';

/** One version of a cached file. It stays on disk while somebody holds it. */
export interface CachedFile {
  readonly key: string;
  /** Name in the folder of files. */
  readonly name: string;
  readonly bytes: number;
  readonly validators: Validators;
  usedAt: number;
  holders: number;
  /** No longer in the cache; goes with its last holder. */
  dropped: boolean;
}

/**
 * Cached files on disk. A note (`notes/<key>`) names a file (`files/<name>`) and is written after
 * it: what a crash leaves behind is a file without a note, or a part in `parts/`. Least recently
 * used files go first. One object per folder.
 */
export class CacheStore {
  private readonly folder: string;
  private readonly bytesMax: number;
  private readonly clock: Clock;
  private readonly entries = new Map<string, CachedFile>();
  private readonly lanes = new Lanes<'keep'>();

  private constructor(folder: string, bytesMax: number, clock: Clock) {
    this.folder = folder;
    this.bytesMax = bytesMax;
    this.clock = clock;
  }

  /** Reads what earlier lives left, and takes away what they did not finish. */
  static async open(options: {
    readonly folder: string;
    readonly bytesMax: number;
    readonly clock: Clock;
  }): Promise<CacheStore> {
    const store = new CacheStore(options.folder, options.bytesMax, options.clock);
    await rm(join(options.folder, 'parts'), { recursive: true, force: true });
    for (const name of ['parts', 'files', 'notes']) {
      await mkdir(join(options.folder, name), { recursive: true, mode: 0o700 });
    }
    await store.load();
    await store.makeRoom(0);
    return store;
  }

  /** A place for a file that is being downloaded. */
  newPart(): string {
    return join(this.folder, 'parts', randomUUID());
  }

  path(file: CachedFile): string {
    return join(this.folder, 'files', file.name);
  }

  /** The current version, held for the caller. */
  async hold(key: string): Promise<CachedFile | undefined> {
    const file = this.entries.get(key);
    if (file === undefined) return undefined;
    file.holders += 1;
    if (await this.isThere(file)) return file;
    await this.drop(key);
    await this.release(file);
    return undefined;
  }

  async release(file: CachedFile): Promise<void> {
    file.holders -= 1;
    if (file.holders > 0) return;
    if (file.dropped) await rm(this.path(file), { force: true });
    else await this.makeRoom(0);
  }

  async touch(file: CachedFile): Promise<void> {
    file.usedAt = this.clock.now();
    const seconds = file.usedAt / 1000;
    await utimes(this.path(file), seconds, seconds);
  }

  /**
   * Takes over a finished part as the current version of `key`, held for the caller. One larger
   * than the whole cache is not kept: it goes with its holder.
   */
  keep(
    key: string,
    part: string,
    facts: { readonly bytes: number; readonly validators: Validators },
  ): Promise<CachedFile> {
    const file: CachedFile = {
      ...facts,
      key,
      name: randomUUID(),
      usedAt: this.clock.now(),
      holders: 1,
      dropped: false,
    };
    // One at a time, so that each counts what the others have taken.
    return this.lanes.run('keep', () => this.takeOver(file, part));
  }

  private async takeOver(file: CachedFile, part: string): Promise<CachedFile> {
    const { key, name, bytes, validators } = file;
    const fits = bytes <= this.bytesMax;
    await sync(part);
    await this.drop(key);
    if (fits) await this.makeRoom(bytes);
    await rename(part, this.path(file));
    await this.touch(file);
    if (!fits) {
      file.dropped = true;
      return file;
    }
    const draft = this.newPart();
    await writeFile(draft, JSON.stringify({ name, bytes, validators }), { mode: 0o600 });
    await rename(draft, this.note(key));
    this.entries.set(key, file);
    return file;
  }

  /** Forgets what is cached for `key`. */
  async drop(key: string): Promise<void> {
    const file = this.entries.get(key);
    if (file === undefined) return;
    this.entries.delete(key);
    file.dropped = true;
    await rm(this.note(key), { force: true });
    if (file.holders === 0) await rm(this.path(file), { force: true });
  }

  /** Files in use stay: then the bound is kept as soon as they are let go. */
  private async makeRoom(wanted: number): Promise<void> {
    const idle = [...this.entries.values()]
      .filter(({ holders }) => holders === 0)
      .sort((a, b) => a.usedAt - b.usedAt);
    let total = wanted;
    for (const { bytes } of this.entries.values()) total += bytes;
    for (const { key, bytes } of idle) {
      if (total <= this.bytesMax) return;
      total -= bytes;
      await this.drop(key);
    }
  }

  private note(key: string): string {
    return join(this.folder, 'notes', key);
  }

  private async load(): Promise<void> {
    const known = new Set<string>();
    for (const key of await readdir(join(this.folder, 'notes'))) {
      const file = await this.read(key);
      if (file === undefined) {
        await rm(this.note(key), { force: true });
      } else {
        this.entries.set(key, file);
        known.add(file.name);
      }
    }
    for (const name of await readdir(join(this.folder, 'files'))) {
      if (!known.has(name)) await rm(join(this.folder, 'files', name), { force: true });
    }
  }

  /** `undefined` when note and file do not agree. */
  private async read(key: string): Promise<CachedFile | undefined> {
    const note = parseNote(await readFile(this.note(key), 'utf8').catch(() => ''));
    if (note === undefined) return undefined;
    const found = await stat(join(this.folder, 'files', note.name)).catch(() => undefined);
    if (found?.isFile() !== true || found.size !== note.bytes) return undefined;
    return { ...note, key, usedAt: found.mtimeMs, holders: 0, dropped: false };
  }

  /** Somebody may have cleared the folder by hand. */
  private async isThere(file: CachedFile): Promise<boolean> {
    const found = await stat(this.path(file)).catch(() => undefined);
    return found?.size === file.bytes;
  }
}

const NAME = /^[0-9a-f-]{36}$/;

function parseNote(text: string): Pick<CachedFile, 'name' | 'bytes' | 'validators'> | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<string, unknown>> | null;
    const { name, bytes, validators } = value ?? {};
    if (typeof name !== 'string' || !NAME.test(name) || typeof bytes !== 'number') return undefined;
    if (typeof validators !== 'object' || validators === null) return undefined;
    const { etag, lastModified } = validators as Partial<Record<keyof Validators, unknown>>;
    return {
      name,
      bytes,
      validators: {
        ...(typeof etag === 'string' ? { etag } : {}),
        ...(typeof lastModified === 'string' ? { lastModified } : {}),
      },
    };
  } catch {
    return undefined;
  }
}

/** On disk before a note says so. */
async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
