import { chmod, copyFile, constants, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AssertionFailed, err, ok, type Clock, type Result } from '@ekiden/kernel';
import type { FetchItem, HostFailure } from '@ekiden/host';
import { CacheStore } from './cache-store.js';
import { archiveKindOf, extractArchive, type Archive } from './extract.js';
import { FETCHER_LIMITS, type FetcherLimits } from './fetcher-limits.js';
import type { FetcherLog } from './fetcher-log.js';
import { HttpCache } from './http-cache.js';
import { download } from './http-download.js';
import { moveFile, moveTree, targetOf } from './placement.js';
import { shownUri, sourceOf, type Source } from './source.js';
import { errorCode, messageOf, Refused } from './world-error.js';

export interface FetcherOptions {
  /** For files with `cache: true`; one fetcher per folder. Made when it is missing. */
  readonly cacheDir: string;
  /** Where relative uris are looked up; they never lead out of it. */
  readonly fetchRoot: string;
  readonly clock: Clock;
  readonly log: FetcherLog;
  readonly limits?: Partial<FetcherLimits>;
}

const STAGING = '.fetching-';

/** Puts files and archives into sandboxes (marathon-api 5.7; see README for the rules). */
export class Fetcher {
  private readonly fetchRoot: string;
  private readonly limits: FetcherLimits;
  private readonly cache: HttpCache;
  private readonly closing = new AbortController();

  private constructor(options: FetcherOptions, limits: FetcherLimits, store: CacheStore) {
    this.fetchRoot = resolve(options.fetchRoot);
    this.limits = limits;
    this.cache = new HttpCache({ store, limits, log: options.log });
  }

  /** Takes up the cache where an earlier life left it; throws when the folder cannot be used. */
  static async open(options: FetcherOptions): Promise<Fetcher> {
    const limits = { ...FETCHER_LIMITS, ...options.limits };
    const store = await CacheStore.open({
      folder: options.cacheDir,
      bytesMax: limits.cacheBytesMax,
      clock: options.clock,
    });
    return new Fetcher(options, limits, store);
  }

  /**
   * Puts all items into an existing `folder`, in their order; a later one may replace files of an
   * earlier one. Stops at the first that fails, of which nothing stays. Fails with `fetchFailed`
   * (uri and message without credentials and query) or, after `signal` or `close`, `cancelled`.
   */
  async fetch(
    items: readonly FetchItem[],
    folder: string,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>> {
    const either = AbortSignal.any([signal, this.closing.signal]);
    try {
      await removeStaging(folder);
      for (const item of items) {
        if (isAborted(either)) return err(CANCELLED);
        const fetched = await this.fetchOne(item, folder, either);
        if (!fetched.ok) return isAborted(either) ? err(CANCELLED) : fetched;
      }
      return ok(undefined);
    } catch (error) {
      if (error instanceof AssertionFailed) throw error;
      return err({
        kind: 'sandbox',
        message: `Cannot fetch into the sandbox: ${messageOf(error)}`,
      });
    }
  }

  /** Gives up all that is under way. */
  close(): void {
    this.closing.abort();
    this.cache.close();
  }

  private async fetchOne(
    item: FetchItem,
    folder: string,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>> {
    const uri = shownUri(item.uri);
    const failed = (why: string): Result<void, HostFailure> =>
      err({ kind: 'fetchFailed', uri, message: `Cannot fetch ${uri}: ${why}` });
    const source = sourceOf(item.uri, this.fetchRoot);
    if (!source.ok) return failed(source.error);
    const target = targetOf(item.destPath, source.value.name);
    if (!target.ok) return failed(target.error);
    const staging = await mkdtemp(join(folder, STAGING));
    try {
      const place: Place = { item, folder, staging, target: target.value, shown: uri, signal };
      const why = await this.obtain(source.value, place);
      return why === undefined ? ok(undefined) : failed(why);
    } catch (error) {
      if (error instanceof AssertionFailed) throw error;
      return failed(reasonOf(error));
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }

  /** Why it failed, if it did. */
  private async obtain(source: Source, place: Place): Promise<string | undefined> {
    const file = join(place.staging, 'file');
    if (source.kind === 'local') {
      const found = await stat(source.path);
      if (!found.isFile()) return 'it is not a regular file';
      await copyFile(source.path, file, constants.COPYFILE_FICLONE);
      await this.put(file, place, found.mode & 0o777);
      return undefined;
    }
    const { limits } = this;
    const { signal, shown } = place;
    if (!place.item.cache) {
      const outcome = await download(source, file, { limits, signal });
      if (outcome.kind === 'failed') return outcome.message;
      if (outcome.kind === 'unchanged') return 'the server answered 304 (Not Modified) unasked';
      await this.put(file, place, 0o644);
      return undefined;
    }
    const obtained = await this.cache.with({ request: source, shown }, signal, async (cached) => {
      const kind = this.archiveKind(place);
      if (kind !== undefined) {
        await this.extract({ file: cached, kind, name: place.target }, place);
        return;
      }
      await copyFile(cached, file, constants.COPYFILE_FICLONE);
      await this.put(file, place, 0o644);
    });
    return obtained.ok ? undefined : (obtained.error ?? 'it was given up');
  }

  /** From the staging folder to where it belongs. An archive stays beside what it held. */
  private async put(file: string, place: Place, mode: number): Promise<void> {
    const { folder, target, item } = place;
    await chmod(file, (item.executable ? 0o755 : mode) | 0o600);
    const kind = this.archiveKind(place);
    if (kind === undefined) {
      await moveFile(file, folder, target);
      return;
    }
    await this.extract({ file, kind, name: target }, place, async () =>
      moveFile(file, folder, target),
    );
  }

  /** Executable files are programs, whatever they are called (as Mesos has it). */
  private archiveKind({ item, target }: Place): Archive['kind'] | undefined {
    return item.extract && !item.executable ? archiveKindOf(target) : undefined;
  }

  private async extract(
    archive: Archive,
    { folder, staging, signal }: Place,
    andThen: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const tree = join(staging, 'tree');
    await extractArchive(archive, tree, { limits: this.limits, signal }).catch((error: unknown) => {
      if (error instanceof Refused || error instanceof AssertionFailed) throw error;
      throw new Refused(`it cannot be extracted (${messageOf(error)})`);
    });
    signal.throwIfAborted();
    await moveTree(tree, folder);
    await andThen();
  }
}

interface Place {
  readonly item: FetchItem;
  readonly folder: string;
  readonly staging: string;
  /** Relative to the folder. */
  readonly target: string;
  readonly shown: string;
  readonly signal: AbortSignal;
}

const CANCELLED: HostFailure = { kind: 'cancelled', message: 'The launch was given up' };

/** Asked anew each time, which the compiler does not expect of a field. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** What an earlier life was at when it ended. */
async function removeStaging(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(STAGING)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** The full text of what the system refuses names our own paths only. */
function reasonOf(error: unknown): string {
  return errorCode(error) === 'ENOENT' ? `there is no such file (ENOENT)` : messageOf(error);
}
