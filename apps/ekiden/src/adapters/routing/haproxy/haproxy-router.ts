import { createHash } from 'node:crypto';
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
import { DrainWatch } from './drain-watch.js';
import { HaproxyProcess, type Worker } from './haproxy-process.js';
import { HostAddresses } from './host-addresses.js';
import { backendName, routeOfBackend, taskOfServer } from './names.js';
import { unservable } from './probe-listen.js';
import { readJson, writeWhole } from './process-record.js';
import { frontendName, renderConfig, VHOSTS, type Rendered } from './render-config.js';
import { runtimeChanges } from './runtime-changes.js';
import { TrafficCount } from './traffic-count.js';
import { WantedServers } from './wanted-servers.js';

export interface HaproxyRouterOptions {
  /** Absolute; one HAProxy each. */
  readonly dataDir: string;
  /** Path, or a name that is looked up in PATH. */
  readonly executable: string;
  /** Where requests go by the name of the host they ask for; absent = nowhere. */
  readonly vhosts?: Listen;
  /** Whom the workers run as, where HAProxy is started by root. */
  readonly user?: string;
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

/** Of a route that is gone, when nobody remembers it. */
const DRAIN_MS = 30_000;

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
  private limits = new Map<string, number>();
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
    const failed = await this.bring(table.routes, running);
    const workers = await this.process.workers();
    const draining = drainingOf(workers, this.routed);
    return ok({ changed: changesBetween(before?.routes ?? {}, now.routes), failed, draining });
  }

  /** Makes HAProxy serve these routes; returns those that it cannot. */
  private async bring(
    routes: readonly Route[],
    running: boolean,
  ): Promise<readonly RouteFailure[]> {
    const current = running ? (await this.process.workers()).find((one) => one.current) : undefined;
    const open = current?.frontends ?? new Set<string>();
    const failed = await failures(routes, open);
    const closed = new Set(failed.map(({ listen }) => backendName(listen)));
    const served = routes.filter(({ listen }) => !closed.has(backendName(listen)));
    const { vhosts, user } = this.options;
    const shut = vhosts === undefined || open.has(VHOSTS) ? undefined : await unservable(vhosts);
    const wanted = new WantedServers(served, await this.hosts.of(served));
    const { statsSocket } = this.process.place;
    const frame = { statsSocket, user, vhosts: shut === undefined ? vhosts : undefined };
    const rendered = renderConfig(frame, wanted.backends);
    this.remember(served);
    if (current?.structure !== rendered.structure) await this.process.install(rendered, running);
    await this.settle(rendered, wanted);
    if (vhosts === undefined || shut === undefined) return failed;
    return [...failed, { listen: vhosts, reason: shut }];
  }

  private remember(served: readonly Route[]): void {
    for (const { listen, drain } of served) this.limits.set(backendName(listen), drain);
    this.routed = new Set(
      served.flatMap(({ backends, previews = [] }) =>
        [...backends, ...previews.flatMap((preview) => preview.backends)].map((one) => one.taskId),
      ),
    );
  }

  /** Until every worker, those of before too, leads where it shall. */
  private async settle(rendered: Rendered, wanted: WantedServers): Promise<void> {
    let answer = '';
    for (let round = 0; round < SETTLE_ROUNDS_MAX; round += 1) {
      const workers = await this.process.workers();
      const due = workers
        .map((worker) => ({ worker, commands: runtimeChanges(worker, wanted) }))
        .filter(({ commands }) => commands.length > 0);
      if (due.length === 0) {
        if (round > 0) await this.process.remember(rendered);
        await this.sweep(workers);
        return;
      }
      const answers = due.map(({ worker, commands }) => this.process.tell(worker, commands));
      answer = (await Promise.all(answers)).join(' ');
    }
    throw new Error(`HAProxy does not do as it is told: ${answer.replace(/\s+/g, ' ')}`);
  }

  /** Ends what has lasted long enough, and clears away what is over. */
  private async sweep(workers: readonly Worker[]): Promise<void> {
    this.count.take(workers);
    const now = this.options.clock.monotonic();
    const { commands, nextIn } = this.drains.look(
      workers,
      now,
      (backend) => this.limits.get(routeOfBackend(backend)) ?? DRAIN_MS,
    );
    for (const worker of workers) {
      const own = commands.get(worker.pid);
      if (own !== undefined) await this.process.tell(worker, own);
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

/** Of the routes that HAProxy does not serve yet, those it could not. */
async function failures(
  routes: readonly Route[],
  open: ReadonlySet<string>,
): Promise<readonly RouteFailure[]> {
  const found: RouteFailure[] = [];
  for (const { listen } of routes) {
    if (open.has(frontendName(listen))) continue;
    const reason = await unservable(listen);
    if (reason !== undefined) found.push({ listen, reason });
  }
  return found;
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
