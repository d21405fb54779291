import { millis, type Change, type Clock, type Millis } from '@ekiden/kernel';
import type { Timers } from '@ekiden/host';
import type { Instance, InstanceId } from '../core/instance/index.js';
import { RouteBook, type RouteConflict } from '../core/traffic/index.js';
import type { StateView, WorldCommand } from '../core/turn/index.js';
import type { ClosedPort } from '../core/why/index.js';
import type {
  Applied,
  LeaderTerm,
  Log,
  RouteFailure,
  Router,
  ScopeMemory,
} from '../ports/index.js';
import { awaitedTurn, isAwaited, isNews, type Confirmation } from './confirmation.js';

/** The router, and where it listens. */
export interface Traffic {
  readonly router: Router;
  /** IP address that service ports are open on. */
  readonly serviceAddress: string;
  /** Groups of marathon-lb whose labels count; absent or none = all. */
  readonly groups?: readonly string[];
  /** Where tasks looked for service ports when the service ran last; absent = nowhere else. */
  readonly scopes?: ScopeMemory;
}

export interface RouteKeeperOptions extends Traffic {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Takes what the routers have confirmed, where something waits for it. */
  readonly report: (command: WorldCommand) => boolean;
}

const RETRY = millis(250);
const RETRY_MAX = millis(5_000);

/** How often the router is told again what it knows: it may have been restarted meanwhile. */
const REPEAT = millis(5_000);

/**
 * Hosts say where their containers look for service ports once they answer. Until then what they
 * said in the term before stays open, so that the router does not close it for a moment.
 */
const REMEMBER = millis(60_000);

/** How often it is asked while kills wait for the end of what is under way; less often if slow. */
const ASK = millis(100);
const ASK_SHARE = 5;

/**
 * Keeps the router at what the committed state asks for. Level-triggered: it looks at the newest
 * state whenever the router is free, so a hundred turns during one call make one further call.
 * What was not acknowledged is tried again, without end; a new term always begins by telling all.
 */
export class RouteKeeper {
  private readonly options: RouteKeeperOptions;
  private term: LeaderTerm | undefined;
  private view: StateView | undefined;
  private running = false;
  private failures = 0;
  private book: RouteBook;
  /** What it may still have open from before, and until when (monotonic). */
  private remembered: readonly string[];
  private rememberedUntil: Millis = millis(0);
  /** What changed since the book was brought up to date. */
  private readonly changes = new Map<InstanceId, Instance | undefined>();
  /** The router has not acknowledged what the book says, in this term. */
  private outstanding = true;
  private toldAt: Millis = millis(0);
  /** How long the router took to answer last. */
  private took: Millis = millis(0);
  /** What it has acknowledged in this term, and what of that was reported last. */
  private confirmed: Confirmation | undefined;
  private reported = '';
  /** Turn of the state that was looked at last. */
  private seen = -1;
  private closed: readonly ClosedPort[] = [];
  private told = { failed: '', conflicts: '', trouble: '' };
  private cancelTimer: () => void = () => undefined;

  constructor(options: RouteKeeperOptions) {
    this.options = options;
    this.remembered = options.scopes?.recalled ?? [];
    this.book = this.newBook();
  }

  enter(term: LeaderTerm): void {
    this.term = term;
    this.view = undefined;
    this.rememberedUntil = millis(this.options.clock.monotonic() + REMEMBER);
    this.book = this.newBook();
    this.changes.clear();
    this.outstanding = true;
    this.seen = -1;
    this.failures = 0;
    this.confirmed = undefined;
    this.reported = '';
  }

  /** Called with committed state after every turn, and the instances it changed. */
  publish(view: StateView, changes: readonly Change<InstanceId, Instance>[]): void {
    if (this.term === undefined) return;
    this.view = view;
    for (const [id, instance] of changes) this.changes.set(id, instance);
    if (this.failures === 0 && view.turn !== this.seen) this.look();
  }

  /** What it could not open when it was told last. */
  closedPorts(): readonly ClosedPort[] {
    return this.closed;
  }

  /** Tells the router nothing more; it goes on with what it has. */
  leave(): void {
    this.term = undefined;
    this.view = undefined;
    this.cancelTimer();
  }

  private look(): void {
    if (this.running) return;
    this.running = true;
    const looked = this.catchUp().catch((fault: unknown) => {
      // A fault of ours must not end the service; the book begins anew.
      const message = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
      this.options.log({ level: 'error', event: 'routes-fault', message });
      this.book = this.newBook();
      this.fail();
    });
    void looked.then(() => {
      this.running = false;
      // Published while the last look was ending.
      if (this.failures === 0 && this.view !== undefined && this.view.turn !== this.seen) {
        this.look();
      }
    });
  }

  private async catchUp(): Promise<void> {
    for (;;) {
      const { term, view } = this;
      if (term === undefined || view === undefined) return;
      this.seen = view.turn;
      if (!term.stillHeld()) return;
      this.bringUpToDate(view);
      this.report(view);
      const wait = this.waitFor(view);
      if (wait > 0) {
        this.lookAfter(wait);
        return;
      }
      this.outstanding = false;
      const failed = !(await this.tell(term, view.turn));
      if (this.term !== term) continue;
      if (failed) {
        this.fail();
        return;
      }
      this.failures = 0;
    }
  }

  /** How long the router need not be asked. */
  private waitFor(view: StateView): Millis {
    const { confirmed } = this;
    if (this.outstanding || confirmed === undefined) return millis(0);
    if (confirmed.generation < awaitedTurn(view)) return millis(0);
    const pause = isAwaited(view, confirmed) ? Math.max(ASK, ASK_SHARE * this.took) : REPEAT;
    const since = this.options.clock.monotonic() - this.toldAt;
    return millis(Math.max(0, Math.min(pause, REPEAT) - since));
  }

  /** Once for each thing that is new; what waits sees to it that it is noticed. */
  private report(view: StateView): void {
    const { confirmed, term } = this;
    if (confirmed === undefined || term === undefined || !isNews(view, confirmed)) return;
    const { generation } = confirmed;
    const draining = [...confirmed.draining].filter((task) => view.drains.has(task)).sort();
    const text = JSON.stringify([generation, draining]);
    if (text === this.reported) return;
    this.reported = text;
    this.options.report({ kind: 'routesConfirmed', epoch: term.epoch, generation, draining });
  }

  private fail(): void {
    this.outstanding = true;
    this.failures += 1;
    this.lookAfter(millis(Math.min(RETRY_MAX, RETRY * 2 ** Math.min(this.failures - 1, 8))));
  }

  private newBook(): RouteBook {
    const { serviceAddress, groups } = this.options;
    return new RouteBook(serviceAddress, this.remembered, groups);
  }

  private bringUpToDate(view: StateView): void {
    if (this.options.clock.monotonic() >= this.rememberedUntil) this.book.forget();
    const changed = this.book.update(view, this.changes);
    this.changes.clear();
    this.rememberAddresses();
    if (!changed) return;
    this.outstanding = true;
    this.nameConflicts(this.book.routing().conflicts);
  }

  private rememberAddresses(): void {
    const addresses = this.book.addresses();
    if (String(addresses) === String(this.remembered)) return;
    this.remembered = addresses;
    void this.options.scopes?.keep(addresses);
  }

  private async tell(term: LeaderTerm, generation: number): Promise<boolean> {
    const { epoch } = term;
    const { routes } = this.book.routing();
    const from = this.options.clock.monotonic();
    const outcome = await this.options.router.apply({ epoch, generation, routes });
    this.toldAt = this.options.clock.monotonic();
    this.took = millis(this.toldAt - from);
    if (outcome.ok) {
      if (this.term === term) this.confirmed = confirmationOf(generation, outcome.value);
      this.trouble('', 'routes are served again');
      this.nameFailures(outcome.value);
      return true;
    }
    const { error } = outcome;
    if (error.kind === 'unreachable') {
      const reason = `the router cannot be told: ${error.reason}`;
      this.closed = routes.map(({ listen }) => ({ ...listen, reason }));
    }
    this.trouble(
      error.kind,
      error.kind === 'unreachable'
        ? `the router cannot be told the routes: ${error.reason}`
        : `the router has routes of term ${error.epoch}, turn ${error.generation}: this database is the older one. End the router's process to let this one route`,
    );
    return false;
  }

  private lookAfter(delay: Millis): void {
    this.cancelTimer();
    this.cancelTimer = this.options.timers.after(delay, () => {
      this.look();
    });
  }

  /** Each of these is logged when it changes, not each time it is seen. */
  private trouble(kind: string, message: string): void {
    if (this.told.trouble === kind) return;
    this.told = { ...this.told, trouble: kind };
    this.options.log({ level: kind === '' ? 'info' : 'warn', event: 'router', message });
  }

  private nameFailures({ failed }: Applied): void {
    this.closed = failed.map(({ listen, reason }) => ({ ...listen, reason }));
    const text = JSON.stringify(failed);
    const known = this.told.failed;
    if (text === known || (known === '' && failed.length === 0)) return;
    this.told = { ...this.told, failed: text };
    const message = failed.length === 0 ? 'every route is served' : failed.map(inWords).join('; ');
    const level = failed.length === 0 ? 'info' : 'warn';
    this.options.log({ level, event: 'routes-failed', message });
  }

  private nameConflicts(conflicts: readonly RouteConflict[]): void {
    const text = JSON.stringify(conflicts);
    const known = this.told.conflicts;
    if (text === known || (known === '' && conflicts.length === 0)) return;
    this.told = { ...this.told, conflicts: text };
    if (conflicts.length === 0) return;
    const message = conflicts
      .map(({ app, servicePort, owner }) => `${servicePort} of ${app} leads to ${owner}`)
      .join('; ');
    this.options.log({ level: 'warn', event: 'service-ports-shared', message });
  }
}

function confirmationOf(generation: number, { draining }: Applied): Confirmation {
  return { generation, draining: new Set(draining.map(({ taskId }) => taskId)) };
}

function inWords({ listen, reason }: RouteFailure): string {
  return `${listen.address} port ${listen.port} is not served: ${reason}`;
}
