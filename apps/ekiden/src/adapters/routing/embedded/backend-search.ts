import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '@ekiden/kernel';
import type { Backend } from '../../../core/traffic/index.js';
import { backendKey } from './backend-turns.js';
import type { RouteSite } from './route-site.js';

/** Looking for a backend that takes connections ends after this. */
const SEARCH_MS = 10_000;

/** How often each is tried, and how long it is left alone in between. */
const ROUNDS_MAX = 3;
const ROUND_PAUSE_MS = 500;

/**
 * Looks for a backend that takes a connection: one after the other in their turns. When nobody has
 * taken it they are asked again after a pause, as HAProxy does: one that is swamped, or that is
 * being replaced on its port, takes connections a moment later (ADR 0048).
 */
export class BackendSearch {
  private readonly site: RouteSite;
  private readonly clock: Clock;
  private readonly preview: string | undefined;
  private readonly tried = new Set<string>();
  private readonly begunAt: number;
  private rounds = 1;

  constructor(site: RouteSite, clock: Clock, preview?: string) {
    this.site = site;
    this.clock = clock;
    this.preview = preview;
    this.begunAt = clock.monotonic();
  }

  /** Whether there was anybody at all. */
  get hasTried(): boolean {
    return this.tried.size > 0;
  }

  /** Whose turn it is; `undefined` when all there are have been tried in this round. */
  next(): Backend | undefined {
    const backend = this.site.next(this.tried, this.preview);
    if (backend !== undefined) this.tried.add(backendKey(backend));
    return backend;
  }

  /** Whether there is somebody who has not been tried in this round. */
  hasOthers(): boolean {
    return this.site.hasOthers(this.tried, this.preview);
  }

  /** It may be tried again in this round. */
  pardon(backend: Backend): void {
    this.tried.delete(backendKey(backend));
  }

  /** `true` after a pause, and a new round has begun; `false` when there were enough. */
  async goesRound(): Promise<boolean> {
    const isOver = this.rounds >= ROUNDS_MAX || this.isLate();
    if (isOver || !this.hasTried) return false;
    this.rounds += 1;
    await pause(ROUND_PAUSE_MS);
    this.tried.clear();
    return true;
  }

  isLate(): boolean {
    return this.clock.monotonic() - this.begunAt > SEARCH_MS;
  }
}
