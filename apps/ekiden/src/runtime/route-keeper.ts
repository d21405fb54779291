import { millis, type Clock, type Millis } from '@ekiden/kernel';
import type { Timers } from '@ekiden/host';
import { routesOf, type RouteConflict, type Routing } from '../core/traffic/index.js';
import type { StateView } from '../core/turn/index.js';
import type { Applied, LeaderTerm, Log, RouteFailure, Router } from '../ports/index.js';

/** The router, and where it listens. */
export interface Traffic {
  readonly router: Router;
  /** IP address that service ports are open on. */
  readonly serviceAddress: string;
}

export interface RouteKeeperOptions extends Traffic {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

const RETRY = millis(250);
const RETRY_MAX = millis(5_000);

/** How often the router is told again what it knows: it may have been restarted meanwhile. */
const REPEAT = millis(5_000);

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
  /** Routes the router has acknowledged in this term, as text. */
  private acknowledged: string | undefined;
  private toldAt: Millis = millis(0);
  /** Turn of the state that was looked at last. */
  private seen = -1;
  private told = { failed: '', conflicts: '', trouble: '' };
  private cancelTimer: () => void = () => undefined;

  constructor(options: RouteKeeperOptions) {
    this.options = options;
  }

  enter(term: LeaderTerm): void {
    this.term = term;
    this.view = undefined;
    this.acknowledged = undefined;
    this.seen = -1;
    this.failures = 0;
  }

  /** Called with committed state after every turn. */
  publish(view: StateView): void {
    if (this.term === undefined) return;
    this.view = view;
    if (this.failures === 0 && view.turn !== this.seen) this.look();
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
    void this.catchUp().finally(() => {
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
      if (term === undefined || view === undefined || !term.stillHeld()) return;
      this.seen = view.turn;
      const routing = routesOf(view, this.options.serviceAddress);
      this.nameConflicts(routing.conflicts);
      const text = JSON.stringify(routing.routes);
      const due = this.options.clock.monotonic() - this.toldAt >= REPEAT;
      if (text === this.acknowledged && !due) {
        this.lookAfter(REPEAT);
        return;
      }
      const failed = !(await this.tell(term, view.turn, routing));
      if (this.term !== term) continue;
      if (failed) {
        this.failures += 1;
        this.lookAfter(millis(Math.min(RETRY_MAX, RETRY * 2 ** Math.min(this.failures - 1, 8))));
        return;
      }
      this.failures = 0;
      this.acknowledged = text;
      this.toldAt = this.options.clock.monotonic();
    }
  }

  private async tell(term: LeaderTerm, generation: number, routing: Routing): Promise<boolean> {
    const { epoch } = term;
    const outcome = await this.options.router.apply({ epoch, generation, routes: routing.routes });
    if (outcome.ok) {
      this.trouble('', 'routes are served again');
      this.nameFailures(outcome.value);
      return true;
    }
    const { error } = outcome;
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

function inWords({ listen, reason }: RouteFailure): string {
  return `${listen.address} port ${listen.port} is not served: ${reason}`;
}
