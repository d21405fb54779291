import type { Socket } from 'node:net';
import { err, ok, type Clock, type Result, type TaskId } from '@ekiden/kernel';
import type { Listen, Route, RouteTable } from '../../../core/traffic/index.js';
import type {
  Applied,
  BackendTraffic,
  RouteFailure,
  RouterUnavailable,
} from '../../../ports/index.js';
import { backendKey } from './backend-turns.js';
import { HttpFront, SharedPort } from './http/index.js';
import { Ledger } from './ledger.js';
import type { RouterLimits } from './limits.js';
import { RouteDoor } from './route-door.js';
import { backendsOf } from './route-site.js';
import type { Works } from './works.js';

export interface RoutesOptions {
  readonly limits: RouterLimits;
  readonly rebindMs: number;
  readonly clock: Clock;
  readonly log: (message: string) => void;
}

/** All routes at work. */
export class RoutesAtWork {
  private readonly options: RoutesOptions;
  private readonly works: Works;
  private readonly front: HttpFront;
  private readonly shared: SharedPort;
  private readonly doors = new Map<string, RouteDoor>();
  private readonly clients = new Set<Socket>();
  private shown: Pick<RouteTable, 'epoch' | 'generation'> = { epoch: 0, generation: 0 };
  /** Tables are applied one after another. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: RoutesOptions) {
    this.options = options;
    const { limits, clock, log } = options;
    const admit = (client: Socket): boolean => this.admit(client);
    this.works = { limits, clock, log, ledger: new Ledger(), admit };
    this.front = new HttpFront(this.works);
    this.shared = new SharedPort(this.front, { works: this.works, rebindMs: options.rebindMs });
  }

  get connections(): number {
    return this.clients.size;
  }

  get routes(): number {
    return this.doors.size;
  }

  get version(): Pick<RouteTable, 'epoch' | 'generation'> {
    return this.shown;
  }

  failed(): readonly RouteFailure[] {
    return [...this.doors.values(), this.shared].flatMap(({ listener }) =>
      listener?.state.kind === 'failed'
        ? [{ listen: listener.listen, reason: listener.state.reason }]
        : [],
    );
  }

  traffic(): readonly BackendTraffic[] {
    return this.works.ledger.traffic();
  }

  /** `shared`: where requests find the routes that have `hosts`, if anywhere. */
  apply(table: RouteTable, shared?: Listen): Promise<Result<Applied, RouterUnavailable>> {
    const outcome = this.last.then(() => this.replace(table, shared));
    this.last = outcome.catch(() => undefined);
    return outcome;
  }

  /** Takes no more connections; resolves when the last one has ended, at the drain limit at most. */
  async close(): Promise<void> {
    for (const door of this.doors.values()) door.close();
    this.doors.clear();
    this.shared.close();
    await Promise.all(
      [...this.clients].map((client) => new Promise((resolve) => client.once('close', resolve))),
    );
    this.front.close();
  }

  private async replace(
    table: RouteTable,
    shared: Listen | undefined,
  ): Promise<Result<Applied, RouterUnavailable>> {
    const { epoch, generation } = this.shown;
    if (table.epoch < epoch || (table.epoch === epoch && table.generation < generation)) {
      return err({ kind: 'outdated', epoch, generation });
    }
    this.shown = { epoch: table.epoch, generation: table.generation };
    const { ledger } = this.works;
    ledger.route(tasksOf(table));
    const wanted = new Map(table.routes.map((route) => [listenKey(route.listen), route]));
    const removed = this.remove(wanted);
    const changed = removed + (await this.put(wanted));
    await this.shared.lead(shared, [...this.doors.values()]);
    if (changed > 0) {
      this.front.connections.keepOnly(httpBackendsOf(table));
      const name = `table ${table.epoch}.${table.generation}`;
      this.options.log(`${name}: ${changed} of ${wanted.size} routes changed`);
    }
    return ok({ changed, failed: this.failed(), draining: ledger.draining() });
  }

  /** Addresses are given back first: a new route may want one of them in another form. */
  private remove(wanted: ReadonlyMap<string, Route>): number {
    let changed = 0;
    for (const [key, door] of this.doors) {
      if (wanted.has(key)) continue;
      door.close();
      this.doors.delete(key);
      changed += 1;
    }
    return changed;
  }

  private async put(wanted: ReadonlyMap<string, Route>): Promise<number> {
    const binds: Promise<void>[] = [];
    let changed = 0;
    for (const [key, route] of wanted) {
      const known = this.doors.get(key);
      const door = known ?? this.open(key, route);
      const leadsElsewhere = door.site.lead(route);
      if (known === undefined) binds.push(door.listener.bind());
      if (known === undefined || leadsElsewhere) changed += 1;
    }
    await Promise.all(binds);
    return changed;
  }

  private open(key: string, route: Route): RouteDoor {
    const { works, front } = this;
    const door = new RouteDoor(route, { works, front, rebindMs: this.options.rebindMs });
    this.doors.set(key, door);
    return door;
  }

  private admit(client: Socket): boolean {
    if (this.clients.size >= this.options.limits.clientsMax) return false;
    this.clients.add(client);
    client.once('close', () => this.clients.delete(client));
    return true;
  }
}

function listenKey({ address, port }: Listen): string {
  return `${address} ${port}`;
}

function tasksOf({ routes }: RouteTable): ReadonlySet<TaskId> {
  return new Set(routes.flatMap((route) => backendsOf(route).map(({ taskId }) => taskId)));
}

function httpBackendsOf({ routes }: RouteTable): ReadonlySet<string> {
  return new Set(
    routes.flatMap((route) => (route.mode === 'http' ? backendsOf(route).map(backendKey) : [])),
  );
}
