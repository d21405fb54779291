import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { millis, present, type Clock, type Result } from '@ekiden/kernel';
import { Fetcher, type FetcherLimits, type FetcherLog } from '@ekiden/fetcher';
import type { FetchItem, HostFailure } from '@ekiden/host';

const realClock: Clock = {
  now: () => millis(Date.now()),
  monotonic: () => millis(performance.now()),
};

/** Folders for the fetches of one test. */
export class FetchPlace {
  readonly root: string;
  readonly folder: string;
  readonly fetchRoot: string;
  readonly cacheDir: string;
  /** Everything that was logged, as text. */
  readonly logged: string[] = [];
  private readonly log: FetcherLog = {
    info: (facts, event) => this.logged.push(`${event} ${JSON.stringify(facts)}`),
    warn: (facts, event) => this.logged.push(`${event} ${JSON.stringify(facts)}`),
  };
  private opened: Fetcher | undefined;

  private constructor(root: string) {
    this.root = root;
    this.folder = join(root, 'sandbox');
    this.fetchRoot = join(root, 'root');
    this.cacheDir = join(root, 'cache');
  }

  static async make(limits: Partial<FetcherLimits> = {}): Promise<FetchPlace> {
    const place = new FetchPlace(await mkdtemp(join(tmpdir(), 'ekiden fetch-')));
    await mkdir(place.folder);
    await mkdir(place.fetchRoot);
    await place.reopen(limits);
    return place;
  }

  get fetcher(): Fetcher {
    return present(this.opened, 'the fetcher of a place');
  }

  /** As a restarted service does. */
  async reopen(limits: Partial<FetcherLimits> = {}, clock: Clock = realClock): Promise<void> {
    const { cacheDir, fetchRoot, log } = this;
    const quick = { retryAfter: millis(1), ...limits };
    this.opened = await Fetcher.open({ cacheDir, fetchRoot, clock, log, limits: quick });
  }

  fetch(uri: string, changes: Partial<FetchItem> = {}): Promise<Result<void, HostFailure>> {
    return this.fetchInto(this.folder, uri, changes);
  }

  fetchInto(
    folder: string,
    uri: string,
    changes: Partial<FetchItem> = {},
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Result<void, HostFailure>> {
    const item = { uri, extract: true, executable: false, cache: false, ...changes };
    return this.fetcher.fetch([item], folder, signal);
  }

  async newFolder(name: string): Promise<string> {
    const folder = join(this.root, name);
    await mkdir(folder);
    return folder;
  }

  /** Everything in the sandbox, by path. */
  async found(folder = this.folder): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true });
    return entries.sort();
  }

  async dispose(): Promise<void> {
    this.opened?.close();
    await rm(this.root, { recursive: true, force: true });
  }
}
