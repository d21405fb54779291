import { err, ok, type Result, type TaskId } from '@ekiden/kernel';
import type { Listen, Route, RouteTable } from '../src/core/traffic/index.js';
import type { Applied, Router, RouterUnavailable } from '../src/ports/index.js';

/** A router that only remembers. Tests may make it fail and see what it was told. */
export class FakeRouter implements Router {
  readonly tables: RouteTable[] = [];
  /** What is under way by task; what no route leads to any more is draining. */
  readonly draining = new Map<TaskId, number>();
  /** Why it cannot be asked at the moment. */
  down: string | undefined;
  /** What it throws, against all promises. */
  fault: Error | undefined;
  /** Addresses that somebody else listens on, as `listenKey` writes them. */
  readonly occupied = new Set<string>();
  private current: RouteTable | undefined;

  get table(): RouteTable | undefined {
    return this.current;
  }

  async apply(table: RouteTable): Promise<Result<Applied, RouterUnavailable>> {
    this.tables.push(table);
    await Promise.resolve();
    if (this.fault !== undefined) throw this.fault;
    if (this.down !== undefined) return err({ kind: 'unreachable', reason: this.down });
    const before = this.current;
    if (before !== undefined && isOlder(table, before)) {
      const { epoch, generation } = before;
      return err({ kind: 'outdated', epoch, generation });
    }
    this.current = table;
    return ok({
      changed: changes(before?.routes ?? [], table.routes),
      failed: table.routes
        .filter(({ listen }) => this.occupied.has(listenKey(listen)))
        .map(({ listen }) => ({ listen, reason: 'somebody else listens there' })),
      draining: [...this.draining]
        .filter(([taskId, open]) => open > 0 && !leadsTo(table, taskId))
        .map(([taskId, open]) => ({ taskId, open })),
    });
  }

  routeAt(listen: Listen): Route | undefined {
    const key = listenKey(listen);
    if (this.occupied.has(key)) return undefined;
    return this.current?.routes.find((route) => listenKey(route.listen) === key);
  }
}

export function listenKey({ address, port }: Listen): string {
  return `${address} ${port}`;
}

function leadsTo({ routes }: RouteTable, taskId: TaskId): boolean {
  return routes.some(({ backends, previews = [] }) =>
    [...backends, ...previews.flatMap((preview) => preview.backends)].some(
      (backend) => backend.taskId === taskId,
    ),
  );
}

function isOlder(table: RouteTable, than: RouteTable): boolean {
  if (table.epoch !== than.epoch) return table.epoch < than.epoch;
  return table.generation < than.generation;
}

function changes(before: readonly Route[], after: readonly Route[]): number {
  const texts = (routes: readonly Route[]): ReadonlyMap<string, string> =>
    new Map(routes.map((route) => [listenKey(route.listen), JSON.stringify(route)]));
  const [old, now] = [texts(before), texts(after)];
  return [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key))
    .length;
}
