import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { err, ok, type Result } from '@ekiden/kernel';
import type { CachedFile, CacheStore } from './cache-store.js';
import type { FetcherLimits } from './fetcher-limits.js';
import type { FetcherLog } from './fetcher-log.js';
import { download } from './http-download.js';
import type { HttpRequest } from './http-attempt.js';

/** The error ends the sentence "Cannot fetch x: ..."; `undefined` = the caller gave up. */
type Obtained = Result<CachedFile, string | undefined>;

interface Shared {
  readonly outcome: Promise<Obtained>;
  readonly controller: AbortController;
  waiting: number;
  /** Every waiting one has got its hold. */
  done: boolean;
}

/**
 * Files by uri, each asked about at its server whenever it is wanted. All who want the same file at
 * the same time share one download, which goes on as long as one of them waits.
 */
export class HttpCache {
  private readonly store: CacheStore;
  private readonly limits: FetcherLimits;
  private readonly log: FetcherLog;
  private readonly sharing = new Map<string, Shared>();

  constructor(options: {
    readonly store: CacheStore;
    readonly limits: FetcherLimits;
    readonly log: FetcherLog;
  }) {
    this.store = options.store;
    this.limits = options.limits;
    this.log = options.log;
  }

  /** Lends the file to `use`; it stays as it is until that is done. */
  async with(
    wanted: { readonly request: HttpRequest; readonly shown: string },
    signal: AbortSignal,
    use: (path: string) => Promise<void>,
  ): Promise<Result<void, string | undefined>> {
    const { url, authorization } = wanted.request;
    const text = `${authorization ?? ''} ${url.href}`;
    const key = createHash('sha256').update(text).digest('hex');
    const shared = this.sharing.get(key) ?? this.begin(key, wanted);
    shared.waiting += 1;
    const outcome = await untilAborted(shared.outcome, signal);
    if (outcome === undefined) {
      this.leave(key, shared);
      return err(undefined);
    }
    if (!outcome.ok) return outcome;
    try {
      await use(this.store.path(outcome.value));
      return ok(undefined);
    } finally {
      await this.store.release(outcome.value);
    }
  }

  /** Gives up all downloads. */
  close(): void {
    for (const { controller } of this.sharing.values()) controller.abort();
  }

  private begin(
    key: string,
    wanted: { readonly request: HttpRequest; readonly shown: string },
  ): Shared {
    const controller = new AbortController();
    const obtaining = this.obtain(key, wanted, controller.signal);
    const shared: Shared = {
      controller,
      waiting: 0,
      done: false,
      outcome: obtaining
        .then((outcome) => this.handOut(key, shared, outcome))
        .finally(() => this.forget(key, shared)),
    };
    shared.outcome.catch(() => undefined);
    this.sharing.set(key, shared);
    return shared;
  }

  /** From the download's own hold to one for each who waits. */
  private async handOut(key: string, shared: Shared, outcome: Obtained): Promise<Obtained> {
    shared.done = true;
    this.forget(key, shared);
    if (!outcome.ok) return outcome;
    outcome.value.holders += shared.waiting;
    await this.store.release(outcome.value);
    return outcome;
  }

  private leave(key: string, shared: Shared): void {
    if (shared.done) {
      // It came at the same moment, with a hold for us.
      void shared.outcome
        .then((outcome) => (outcome.ok ? this.store.release(outcome.value) : undefined))
        .catch(() => undefined);
      return;
    }
    shared.waiting -= 1;
    if (shared.waiting > 0) return;
    // Who comes now begins anew.
    this.forget(key, shared);
    shared.controller.abort();
  }

  private forget(key: string, shared: Shared): void {
    if (this.sharing.get(key) === shared) this.sharing.delete(key);
  }

  private async obtain(
    key: string,
    { request, shown }: { readonly request: HttpRequest; readonly shown: string },
    signal: AbortSignal,
  ): Promise<Obtained> {
    const cached = await this.store.hold(key);
    const part = this.store.newPart();
    const ask = { ...request, ...(cached === undefined ? {} : { validators: cached.validators }) };
    const outcome = await download(ask, part, { limits: this.limits, signal });
    if (cached !== undefined && !signal.aborted) {
      if (outcome.kind === 'failed' && outcome.again) {
        this.log.warn(
          { uri: shown, reason: outcome.message },
          'the server is away: a cached copy is used',
        );
      }
      if (outcome.kind === 'unchanged' || (outcome.kind === 'failed' && outcome.again)) {
        await this.store.touch(cached);
        return ok(cached);
      }
    }
    if (cached !== undefined) await this.store.release(cached);
    if (outcome.kind === 'done') {
      try {
        return ok(await this.store.keep(key, part, outcome));
      } finally {
        await rm(part, { force: true });
      }
    }
    if (signal.aborted) return err(undefined);
    if (outcome.kind === 'unchanged') return err('the server answered 304 (Not Modified) unasked');
    await this.store.drop(key);
    return err(outcome.message);
  }
}

/** `undefined` when the signal comes first. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const giveUp = (): void => resolve(undefined);
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
