import type { Clock } from '@ekiden/kernel';
import type { Backend, Route } from '../../../core/traffic/index.js';
import { BackendTurns } from './backend-turns.js';
import type { Ledger } from './ledger.js';
import { RouteLinks, type Link } from './route-links.js';

/** Where one route leads at the moment, and what is under way on it. */
export class RouteSite {
  private readonly ledger: Ledger;
  private readonly clock: Clock;
  private readonly links = new RouteLinks();
  private readonly live = new BackendTurns();
  private readonly previews = new Map<string, BackendTurns>();
  private current: Route;
  private shown = '';

  constructor(route: Route, { ledger, clock }: { readonly ledger: Ledger; readonly clock: Clock }) {
    this.current = route;
    this.ledger = ledger;
    this.clock = clock;
  }

  get route(): Route {
    return this.current;
  }

  /** Returns whether the route is another one than before. */
  lead(route: Route): boolean {
    const shown = JSON.stringify(route);
    if (shown === this.shown) return false;
    this.shown = shown;
    this.current = route;
    this.live.set(route.backends);
    const previews = route.previews ?? [];
    const known = new Set(previews.map(({ deployment }) => deployment));
    for (const deployment of this.previews.keys()) {
      if (!known.has(deployment)) this.previews.delete(deployment);
    }
    for (const { deployment, backends } of previews) {
      const turns = this.previews.get(deployment) ?? new BackendTurns();
      this.previews.set(deployment, turns);
      turns.set(backends);
    }
    this.links.keepOnly(backendsOf(route), route.drain);
    return true;
  }

  /** Leads nowhere from now on; what is under way may last until the drain limit. */
  close(): void {
    this.live.set([]);
    this.previews.clear();
    this.links.keepOnly([], this.current.drain);
  }

  /** Who takes what comes next; a preview only where this route has the one that is asked for. */
  next(tried: ReadonlySet<string>, preview?: string): Backend | undefined {
    return this.turnsOf(preview).next(tried, this.clock.monotonic());
  }

  /** Whether there is somebody who has not been tried. */
  hasOthers(tried: ReadonlySet<string>, preview?: string): boolean {
    return this.turnsOf(preview).hasOthers(tried);
  }

  isCurrent(backend: Backend): boolean {
    return this.links.isCurrent(backend);
  }

  /** It could not be reached. */
  missed(backend: Backend): void {
    this.ledger.count(backend, { failed: true });
    const now = this.clock.monotonic();
    for (const turns of [this.live, ...this.previews.values()]) turns.shun(backend, now);
  }

  /** Something begins to be under way; the answer says that it is over, once or more often. */
  begin(backend: Backend, link: Link): () => void {
    this.ledger.begin(backend);
    this.links.add(backend, link);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.links.remove(backend, link);
      this.ledger.end(backend);
    };
  }

  private turnsOf(preview: string | undefined): BackendTurns {
    return (preview === undefined ? undefined : this.previews.get(preview)) ?? this.live;
  }
}

/** All that a route leads to, for whomever. */
export function backendsOf({ backends, previews = [] }: Route): readonly Backend[] {
  if (previews.length === 0) return backends;
  return [...backends, ...previews.flatMap((preview) => preview.backends)];
}
