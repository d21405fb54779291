import type { Socket } from 'node:net';
import type { Backend } from '../../../core/traffic/index.js';
import { backendKey } from './backend-turns.js';
import { cut } from './link.js';

/** The open connections of a route by backend, and those that are to end soon. */
export class RouteLinks {
  private readonly drainMs: number;
  private readonly links = new Map<string, Set<Socket>>();
  private readonly cuts = new Map<string, NodeJS.Timeout>();
  private current: ReadonlySet<string> = new Set();

  constructor(drainMs: number) {
    this.drainMs = drainMs;
  }

  /** Connections to others may last until the drain limit; those to a returning one go on. */
  keepOnly(backends: readonly Backend[]): void {
    this.current = new Set(backends.map(backendKey));
    for (const key of this.current) this.pardon(key);
    for (const key of this.links.keys()) if (!this.current.has(key)) this.sentence(key);
  }

  isCurrent(backend: Backend): boolean {
    return this.current.has(backendKey(backend));
  }

  add(backend: Backend, client: Socket): void {
    const key = backendKey(backend);
    const links = this.links.get(key) ?? new Set();
    this.links.set(key, links);
    links.add(client);
    if (!this.current.has(key)) this.sentence(key);
    client.once('close', () => {
      links.delete(client);
      if (links.size > 0 || this.links.get(key) !== links) return;
      this.links.delete(key);
      this.pardon(key);
    });
  }

  private sentence(key: string): void {
    if (this.cuts.has(key)) return;
    const timer = setTimeout(() => {
      this.cuts.delete(key);
      for (const client of this.links.get(key) ?? []) cut(client);
    }, this.drainMs);
    this.cuts.set(key, timer);
  }

  private pardon(key: string): void {
    clearTimeout(this.cuts.get(key));
    this.cuts.delete(key);
  }
}
