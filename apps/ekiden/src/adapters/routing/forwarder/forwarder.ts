import type { Socket } from 'node:net';
import { err, ok, type Result } from '@ekiden/kernel';
import type { Listen, Route, RouteTable } from '../../../core/traffic/index.js';
import type { Applied, RouteFailure, RouterUnavailable } from '../../../ports/index.js';
import { RouteListener } from './route-listener.js';

export interface ForwarderOptions {
  readonly drainMs: number;
  readonly rebindMs: number;
  /** More connections than these at a time are refused. */
  readonly connectionsMax: number;
  readonly log: (message: string) => void;
}

/** All routes at work. */
export class Forwarder {
  private readonly options: ForwarderOptions;
  private readonly listeners = new Map<string, RouteListener>();
  private readonly clients = new Set<Socket>();
  private shown: Pick<RouteTable, 'epoch' | 'generation'> = { epoch: 0, generation: 0 };
  /** Tables are applied one after another. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: ForwarderOptions) {
    this.options = options;
  }

  get connections(): number {
    return this.clients.size;
  }

  get routes(): number {
    return this.listeners.size;
  }

  get version(): Pick<RouteTable, 'epoch' | 'generation'> {
    return this.shown;
  }

  failed(): readonly RouteFailure[] {
    return [...this.listeners.values()].flatMap(({ listen, state }) =>
      state.kind === 'failed' ? [{ listen, reason: state.reason }] : [],
    );
  }

  apply(table: RouteTable): Promise<Result<Applied, RouterUnavailable>> {
    const outcome = this.last.then(() => this.replace(table));
    this.last = outcome.catch(() => undefined);
    return outcome;
  }

  /** Takes no more connections; resolves when the last one has ended, at the drain limit at most. */
  async close(): Promise<void> {
    for (const listener of this.listeners.values()) listener.close();
    this.listeners.clear();
    await Promise.all(
      [...this.clients].map((client) => new Promise((resolve) => client.once('close', resolve))),
    );
  }

  private async replace(table: RouteTable): Promise<Result<Applied, RouterUnavailable>> {
    const { epoch, generation } = this.shown;
    if (table.epoch < epoch || (table.epoch === epoch && table.generation < generation)) {
      return err({ kind: 'outdated', epoch, generation });
    }
    this.shown = { epoch: table.epoch, generation: table.generation };
    const wanted = new Map(table.routes.map((route) => [listenKey(route.listen), route]));
    const changed = this.remove(wanted) + (await this.put(wanted));
    if (changed > 0) {
      const name = `table ${table.epoch}.${table.generation}`;
      this.options.log(`${name}: ${changed} of ${wanted.size} routes changed`);
    }
    return ok({ changed, failed: this.failed(), draining: [] });
  }

  /** Addresses are given back first: a new route may want one of them in another form. */
  private remove(wanted: ReadonlyMap<string, Route>): number {
    let changed = 0;
    for (const [key, listener] of this.listeners) {
      if (wanted.has(key)) continue;
      listener.close();
      this.listeners.delete(key);
      changed += 1;
    }
    return changed;
  }

  private async put(wanted: ReadonlyMap<string, Route>): Promise<number> {
    const binds: Promise<void>[] = [];
    let changed = 0;
    for (const [key, route] of wanted) {
      const known = this.listeners.get(key);
      const listener = known ?? this.open(key, route.listen);
      const leadsElsewhere = listener.lead(route);
      if (known === undefined) binds.push(listener.bind());
      if (known === undefined || leadsElsewhere) changed += 1;
    }
    await Promise.all(binds);
    return changed;
  }

  private open(key: string, listen: Listen): RouteListener {
    const { drainMs, rebindMs, log } = this.options;
    const admit = (client: Socket): boolean => this.admit(client);
    const listener = new RouteListener(listen, { drainMs, rebindMs, log, admit });
    this.listeners.set(key, listener);
    return listener;
  }

  private admit(client: Socket): boolean {
    if (this.clients.size >= this.options.connectionsMax) return false;
    this.clients.add(client);
    client.once('close', () => this.clients.delete(client));
    return true;
  }
}

function listenKey({ address, port }: Listen): string {
  return `${address} ${port}`;
}
