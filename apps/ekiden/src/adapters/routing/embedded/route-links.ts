import type { Backend } from '../../../core/traffic/index.js';
import { backendKey } from './backend-turns.js';

/** Something under way to a backend. */
export interface Link {
  /** Ends it at once. */
  cut(): void;
}

/** What is under way on a route by backend, and what is to end soon. */
export class RouteLinks {
  private readonly links = new Map<string, Set<Link>>();
  private readonly cuts = new Map<string, NodeJS.Timeout>();
  private current: ReadonlySet<string> = new Set();
  private drainMs = 0;

  /** What goes to others may last for so long; what goes to a returning one goes on. */
  keepOnly(backends: readonly Backend[], drainMs: number): void {
    this.drainMs = drainMs;
    this.current = new Set(backends.map(backendKey));
    for (const key of this.current) this.pardon(key);
    for (const key of this.links.keys()) if (!this.current.has(key)) this.sentence(key);
  }

  isCurrent(backend: Backend): boolean {
    return this.current.has(backendKey(backend));
  }

  add(backend: Backend, link: Link): void {
    const key = backendKey(backend);
    const links = this.links.get(key) ?? new Set();
    this.links.set(key, links);
    links.add(link);
    if (!this.current.has(key)) this.sentence(key);
  }

  remove(backend: Backend, link: Link): void {
    const key = backendKey(backend);
    const links = this.links.get(key);
    links?.delete(link);
    if (links?.size !== 0) return;
    this.links.delete(key);
    this.pardon(key);
  }

  private sentence(key: string): void {
    if (this.cuts.has(key)) return;
    const timer = setTimeout(() => {
      this.cuts.delete(key);
      for (const link of [...(this.links.get(key) ?? [])]) link.cut();
    }, this.drainMs);
    this.cuts.set(key, timer);
  }

  private pardon(key: string): void {
    clearTimeout(this.cuts.get(key));
    this.cuts.delete(key);
  }
}
