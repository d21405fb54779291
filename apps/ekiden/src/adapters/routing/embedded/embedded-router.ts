import { dirname } from 'node:path';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { err, ok, type Clock, type Result } from '@ekiden/kernel';
import type { Listen, RouteTable } from '../../../core/traffic/index.js';
import type {
  Applied,
  BackendTraffic,
  Log,
  Router,
  RouterUnavailable,
} from '../../../ports/index.js';
import { controlCall, watchRouter } from './control-call.js';
import { LIMITS, type RouterLimits } from './limits.js';
import { launchRouter, type Launched } from './router-launch.js';
import { isAlive, ownFolder, readJson, type ProcessRecord } from '../process/index.js';
import { routerPlace, type RouterPlace } from './router-place.js';
import {
  PROTOCOL,
  type ControlAnswer,
  type ControlRequest,
  type RouterStatus,
} from './protocol.js';

export interface EmbeddedRouterOptions {
  /** Absolute; one router each. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Where requests find the apps that have names (`Route.hosts`), if anywhere. */
  readonly vhosts?: Listen;
  /** Others than usual, for tests. */
  readonly limits?: Partial<RouterLimits>;
}

const STATUS_TIMEOUT_MS = 2_000;
const APPLY_TIMEOUT_MS = 10_000;
const START_TIMEOUT_MS = 15_000;
const LOOK_MS = 25;

/** A router that is there and does not answer for so long hangs, and is replaced. */
const PATIENCE_MS = 5_000;

/** Between the end of a router that nobody asked to end and its successor. */
const REVIVE_MS = 20;

/**
 * Routes through a process of its own, which outlives this one: the next service on the data
 * directory finds it by its control socket and goes on with it. It is started when there is
 * something to route; should it die, another is started at once with what it was told last.
 */
export class EmbeddedRouter implements Router {
  private readonly options: EmbeddedRouterOptions;
  private readonly place: RouterPlace;
  private adopted = false;
  private told: RouteTable | undefined;
  private watch: Socket | undefined;
  private left = false;
  /** Calls are made one after another. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: EmbeddedRouterOptions) {
    this.options = options;
    this.place = routerPlace(options.dataDir);
  }

  apply(table: RouteTable): Promise<Result<Applied, RouterUnavailable>> {
    return this.inTurn(() => this.tell(table));
  }

  traffic(): Promise<Result<readonly BackendTraffic[], RouterUnavailable>> {
    return this.inTurn(async () => {
      try {
        if (!this.adopted && !(await this.adopt())) return ok([]);
        const { traffic } = await this.call({ kind: 'traffic' }, STATUS_TIMEOUT_MS);
        return traffic === undefined ? unreachable('the router gave no answer') : ok(traffic);
      } catch (error) {
        return this.lost(error);
      }
    });
  }

  /** What the router says of itself; `undefined` when none answers. */
  async status(): Promise<RouterStatus | undefined> {
    try {
      return (await this.call({ kind: 'status' }, STATUS_TIMEOUT_MS)).status;
    } catch {
      return undefined;
    }
  }

  /** Looks after the process no longer; it goes on with what it was told. */
  leave(): void {
    this.left = true;
    this.watch?.destroy();
  }

  private async tell(table: RouteTable): Promise<Result<Applied, RouterUnavailable>> {
    try {
      if (!this.adopted && !(await this.adopt())) {
        if (table.routes.length === 0) return ok({ changed: 0, failed: [], draining: [] });
        await this.start();
      }
      const { vhosts } = this.options;
      const { applied } = await this.call(
        { kind: 'apply', table, ...(vhosts === undefined ? {} : { vhosts }) },
        APPLY_TIMEOUT_MS,
      );
      if (applied === undefined) return unreachable('the router gave no answer');
      if (applied.ok) this.told = table;
      return applied;
    } catch (error) {
      return this.lost(error);
    }
  }

  private lost(error: unknown): Result<never, RouterUnavailable> {
    this.adopted = false;
    return unreachable(error instanceof Error ? error.message : String(error));
  }

  private inTurn<T>(call: () => Promise<T>): Promise<T> {
    const outcome = this.last.then(call);
    this.last = outcome.catch(() => undefined);
    return outcome;
  }

  /** Finds the router of an earlier service; false when there is none to go on with. */
  private async adopt(): Promise<boolean> {
    await this.ownFolders();
    const found = (await this.status()) ?? (await this.waitForHanging());
    if (found === undefined) return false;
    if (found.folder !== this.place.folder) {
      throw new Error(`${this.place.socket} belongs to the router of ${found.folder}`);
    }
    if (found.protocol !== PROTOCOL) {
      await this.retire(found);
      return false;
    }
    this.nowHave(found, 'router-adopted', `the router runs on as pid ${found.pid}`);
    return true;
  }

  private async start(): Promise<void> {
    const limits = { ...LIMITS, ...this.options.limits };
    const launched = launchRouter({ place: this.place, limits });
    const status = await this.until(START_TIMEOUT_MS, launched);
    if (status === undefined) {
      throw new Error(`the router did not start: ${launched.ended() ?? 'no answer in time'}`);
    }
    this.nowHave(status, 'router-started', `the router runs as pid ${status.pid}`);
  }

  private nowHave({ pid }: RouterStatus, event: string, message: string): void {
    this.adopted = true;
    this.note(event, message);
    this.watch?.destroy();
    const watch = watchRouter(this.place.socket, () => {
      if (this.watch === watch && !this.left) this.revive(pid);
    });
    this.watch = watch;
  }

  /**
   * Its folder may have been removed: then it was meant to end. The keeper of the routes would
   * notice as well, at its next look.
   */
  private revive(pid: number): void {
    this.adopted = false;
    const { told } = this;
    if (told === undefined || told.routes.length === 0) return;
    setTimeout(() => {
      if (this.left || this.adopted || !existsSync(this.place.record)) return;
      this.note('router-died', `the router, pid ${pid}, is gone: started again`);
      void this.apply(told);
    }, REVIVE_MS).unref();
  }

  /** A recorded process that lives is given time to answer; then it hangs, and is ended. */
  private async waitForHanging(): Promise<RouterStatus | undefined> {
    const record = await readJson<ProcessRecord>(this.place.record);
    if (record === undefined || !isAlive(record)) return undefined;
    const answered = await this.until(PATIENCE_MS, {
      ended: () => (isAlive(record) ? undefined : 'it is gone'),
    });
    if (answered !== undefined || !isAlive(record)) return answered;
    this.note('router-hangs', `the router, pid ${record.pid}, does not answer: ended`);
    process.kill(record.pid, 'SIGKILL');
    return undefined;
  }

  /** Another version's router gives its addresses back and drains what it has. */
  private async retire(found: RouterStatus): Promise<void> {
    const message = `the router, pid ${found.pid}, is of another version: replaced`;
    this.note('router-retired', message);
    await this.call({ kind: 'shutdown' }, STATUS_TIMEOUT_MS);
  }

  private async until(limitMs: number, launched: Launched): Promise<RouterStatus | undefined> {
    const { clock } = this.options;
    const end = clock.monotonic() + limitMs;
    while (clock.monotonic() < end && launched.ended() === undefined) {
      const status = await this.status();
      if (status !== undefined) return status;
      await pause(LOOK_MS);
    }
    return undefined;
  }

  private call(request: ControlRequest, timeoutMs: number): Promise<ControlAnswer> {
    return controlCall(this.place.socket, request, timeoutMs);
  }

  private async ownFolders(): Promise<void> {
    await ownFolder(this.place.folder);
    await ownFolder(dirname(this.place.socket));
  }

  private note(event: string, message: string): void {
    this.options.log({ level: 'info', event, message });
  }
}

function unreachable(reason: string): Result<never, RouterUnavailable> {
  return err({ kind: 'unreachable', reason });
}
