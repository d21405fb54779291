import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { err, ok, type Clock, type Result, type TaskId } from '@ekiden/kernel';
import type { Listen, Route, RouteTable } from '../../../core/traffic/index.js';
import type {
  Applied,
  BackendTraffic,
  Draining,
  Log,
  RouteFailure,
  Router,
  RouterUnavailable,
} from '../../../ports/index.js';
import { DrainWatch, type Drained } from './drain-watch.js';
import { HaproxyProcess, type Worker } from './haproxy-process.js';
import { socketFolder } from './haproxy-place.js';
import { HostAddresses } from './host-addresses.js';
import { backendName, routeOfBackend, taskOfServer } from './names.js';
import { unservable } from './probe-listen.js';
import { readJson, writeWhole } from '../process/index.js';
import { frontendName, renderConfig, VHOSTS, type Rendered } from './render-config.js';
import { runtimeChanges } from './runtime-changes.js';
import { TrafficCount } from './traffic-count.js';
import { orAsBefore, wantedBackends, type WantedBackend } from './wanted-servers.js';

export interface HaproxyRouterOptions {
  /** Absolute; one HAProxy each. */
  readonly dataDir: string;
  /** Path, or a name that is looked up in PATH. */
  readonly executable: string;
  /** Where requests go by the name of the host they ask for; absent = nowhere. */
  readonly vhosts?: Listen;
  readonly clock: Clock;
  readonly log: Log;
}

/** What it was told last, on disk: the next service is fenced by it too. */
interface Told {
  readonly epoch: number;
  readonly generation: number;
  /** Digest of each route by its backend's name. */
  readonly routes: Readonly<Record<string, string>>;
}

interface Served {
  readonly failed: readonly RouteFailure[];
  /** As they were seen last. */
  readonly workers: readonly Worker[];
}

/** Of a route that is gone, when nobody remembers it. */
const DRAIN_MS = 30_000;

const LET_GO_MS = 300;

const SETTLE_ROUNDS_MAX = 4;

/**
 * Routes through HAProxy (docs/haproxy.md). Where a route leads is changed through its sockets;
 * it is reloaded when routes are opened, closed or of another kind.
 */
export class HaproxyRouter implements Router {
  private readonly options: HaproxyRouterOptions;
  private readonly process: HaproxyProcess;
  private readonly hosts = new HostAddresses();
  private readonly drains = new DrainWatch();
  private readonly count = new TrafficCount();
  private told: Told | undefined;
  /** Limits by the name of the route's backend, also of routes that are gone. */
  private readonly limits = new Map<string, number>();
  /** Routes that there shall be, by their backend's names. */
  private names: ReadonlySet<string> = new Set();
  /** Servers that there shall be, as `backend/server`. */
  private paths: ReadonlySet<string> = new Set();
  private routed: ReadonlySet<TaskId> = new Set();
  private timer: NodeJS.Timeout | undefined;
  /** One thing at a time. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: HaproxyRouterOptions) {
    this.options = options;
    this.process = new HaproxyProcess(options);
  }

  apply(table: RouteTable): Promise<Result<Applied, RouterUnavailable>> {
    return this.inTurn(() => this.replace(table));
  }

  traffic(): Promise<Result<readonly BackendTraffic[], RouterUnavailable>> {
    return this.inTurn(async () => {
      if (!(await this.process.isThere())) return ok([]);
      const workers = await this.process.workers();
      this.count.take(workers);
      const tasks = new Set(drainingOf(workers, this.routed).map(({ taskId }) => taskId));
      for (const taskId of this.routed) tasks.add(taskId);
      return ok(this.count.of(tasks));
    });
  }

  private inTurn<T>(
    act: () => Promise<Result<T, RouterUnavailable>>,
  ): Promise<Result<T, RouterUnavailable>> {
    const outcome = this.last.then(act).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      return err<RouterUnavailable>({ kind: 'unreachable', reason });
    });
    this.last = outcome;
    return outcome;
  }

  private async replace(table: RouteTable): Promise<Result<Applied, RouterUnavailable>> {
    const { table: file } = this.process.place;
    const before = (this.told ??= await readJson<Told>(file));
    if (before !== undefined && isOlder(table, before)) {
      const { epoch, generation } = before;
      return err({ kind: 'outdated', epoch, generation });
    }
    const running = await this.process.isThere();
    if (!running && table.routes.length === 0) return ok(NOTHING);
    const now = toldBy(table);
    await writeWhole(file, JSON.stringify(now));
    this.told = now;
    const { failed, workers } = await this.bring(table.routes, running);
    const draining = drainingOf(workers, this.routed);
    return ok({ changed: changesBetween(before?.routes ?? {}, now.routes), failed, draining });
  }

  /** Makes HAProxy serve these routes, all that it can. */
  private async bring(routes: readonly Route[], running: boolean): Promise<Served> {
    const workers = running ? await this.process.workers() : [];
    const current = workers.find((one) => one.current);
    const frontends = current?.frontends ?? new Set<string>();
    let failed = await this.failures(routes, frontends);
    if (!running && failed.length > 0) {
      // One that was killed may be about to let go.
      await pause(LET_GO_MS);
      failed = await this.failures(routes, frontends);
    }
    const closed = new Set(failed.map(({ listen }) => backendName(listen)));
    const isOpen = ({ listen }: Pick<Route, 'listen'>): boolean => !closed.has(backendName(listen));
    const served = routes.filter(isOpen);
    const { vhosts } = this.options;
    const { statsSocket } = this.process.place;
    const addressOf = orAsBefore(await this.hosts.of(served), current?.rows ?? []);
    const backends = wantedBackends(served, addressOf);
    const rendered = renderConfig(
      {
        statsSocket,
        nextSockets: socketFolder(this.process.place),
        vhosts: vhosts !== undefined && isOpen({ listen: vhosts }) ? vhosts : undefined,
      },
      backends,
    );
    this.remember(served, backends);
    if (current?.structure === rendered.structure) {
      return { failed, workers: await this.settle(rendered, backends, workers) };
    }
    await this.process.install(rendered, running);
    const after = await this.process.workers();
    return { failed, workers: await this.settle(rendered, backends, after) };
  }

  /** Of the addresses that HAProxy does not listen on yet, those it could not. */
  private async failures(
    routes: readonly Route[],
    frontends: ReadonlySet<string>,
  ): Promise<readonly RouteFailure[]> {
    const { vhosts } = this.options;
    const wanted = routes.map(({ listen }) => ({ listen, name: frontendName(listen) }));
    if (vhosts !== undefined) wanted.push({ listen: vhosts, name: VHOSTS });
    const failed: RouteFailure[] = [];
    for (const { listen, name } of wanted) {
      if (frontends.has(name)) continue;
      const reason = await unservable(listen);
      if (reason !== undefined) failed.push({ listen, reason });
    }
    return failed;
  }

  private remember(served: readonly Route[], backends: readonly WantedBackend[]): void {
    for (const { listen, drain } of served) this.limits.set(backendName(listen), drain);
    this.names = new Set(served.map(({ listen }) => backendName(listen)));
    this.paths = new Set(
      backends.flatMap(({ name, servers }) => servers.map((server) => `${name}/${server.name}`)),
    );
    this.routed = new Set(
      served.flatMap(({ backends: live, previews = [] }) =>
        [...live, ...previews.flatMap((preview) => preview.backends)].map(({ taskId }) => taskId),
      ),
    );
  }

  /** Until the present worker leads where it shall; returns all as they were seen last. */
  private async settle(
    rendered: Rendered,
    backends: readonly WantedBackend[],
    seen: readonly Worker[],
  ): Promise<readonly Worker[]> {
    let workers = seen;
    let answer = '';
    for (let round = 0; round < SETTLE_ROUNDS_MAX; round += 1) {
      const current = workers.find((one) => one.current);
      if (current === undefined) throw new Error('HAProxy has no worker');
      const commands = runtimeChanges(current.rows, backends);
      if (commands.length === 0) {
        if (round > 0) await this.process.remember(rendered);
        await this.sweep(workers);
        return workers;
      }
      answer = await this.process.tell(current.pid, commands);
      workers = await this.process.workers();
    }
    throw new Error(`HAProxy does not do as it is told: ${answer.replace(/\s+/g, ' ')}`);
  }

  /** Ends what has lasted long enough, and clears away what is over. */
  private async sweep(workers: readonly Worker[]): Promise<void> {
    this.count.take(workers);
    const drained = workers.flatMap(({ pid, current, rows }) =>
      rows
        .filter(({ backend, server }) => !this.paths.has(`${backend}/${server}`))
        .map((row): Drained => ({ pid, current, row })),
    );
    const known = new Set(workers.flatMap(({ rows }) => rows.map(({ backend }) => backend)));
    for (const name of this.limits.keys()) {
      if (!known.has(name) && !this.names.has(name)) this.limits.delete(name);
    }
    const now = this.options.clock.monotonic();
    const { over, overdue, nextIn } = this.drains.look(
      drained,
      now,
      (backend) => this.limits.get(routeOfBackend(backend)) ?? DRAIN_MS,
    );
    for (const one of overdue) await this.process.cut(one);
    for (const { pid, current, row } of over) {
      if (current) await this.process.tell(pid, [`del server ${row.backend}/${row.server}`]);
    }
    clearTimeout(this.timer);
    if (nextIn === undefined) return;
    this.timer = setTimeout(() => {
      void this.inTurn(async () => {
        await this.sweep(await this.process.workers());
        return ok(undefined);
      });
    }, nextIn);
    this.timer.unref();
  }
}

const NOTHING: Applied = { changed: 0, failed: [], draining: [] };

function isOlder(table: RouteTable, than: Told): boolean {
  if (table.epoch !== than.epoch) return table.epoch < than.epoch;
  return table.generation < than.generation;
}

function toldBy({ epoch, generation, routes }: RouteTable): Told {
  const digests = routes.map((route) => {
    const digest = createHash('sha256').update(JSON.stringify(route)).digest('base64url');
    return [backendName(route.listen), digest.slice(0, 16)] as const;
  });
  return { epoch, generation, routes: Object.fromEntries(digests) };
}

function changesBetween(before: Told['routes'], now: Told['routes']): number {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => before[name] !== now[name]).length;
}

function drainingOf(workers: readonly Worker[], routed: ReadonlySet<TaskId>): readonly Draining[] {
  const open = new Map<TaskId, number>();
  for (const row of workers.flatMap(({ rows }) => rows)) {
    if (row.open === 0) continue;
    const taskId = taskOfServer(row.server);
    if (!routed.has(taskId)) open.set(taskId, (open.get(taskId) ?? 0) + row.open);
  }
  return [...open]
    .map(([taskId, count]) => ({ taskId, open: count }))
    .sort((a, b) => (a.taskId < b.taskId ? -1 : 1));
}
