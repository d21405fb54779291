import { isTerminalTaskState, millis, type Millis } from '@ekiden/kernel';
import type { AppDefinition, PathId } from '../core/app/index.js';
import type { RootSnapshot } from '../core/group/index.js';
import {
  viewOf,
  type ApiCommand,
  type Look,
  type Reply,
  type ServiceState,
  type StateView,
  type WorldCommand,
} from '../core/turn/index.js';
import type { ClosedPort } from '../core/why/index.js';
import type {
  EventSource,
  LeaderTerm,
  LeadershipView,
  ServiceDoor,
  StateStore,
  TaskAccess,
} from '../ports/index.js';
import { stateInSteps } from './build-state.js';
import { campaign } from './campaign.js';
import { EventFeed } from './event-feed.js';
import { HealthScheduler } from './health-scheduler.js';
import { HookKeeper } from './hook-keeper.js';
import { LeaderNotes } from './leader-notes.js';
import { Looks } from './looks.js';
import { pruneHistory } from './prune-history.js';
import type { ServiceOptions } from './service-options.js';
import { RequestDesk, type Request } from './request-desk.js';
import { RouteKeeper } from './route-keeper.js';
import { ServiceMeters } from './service-meters.js';
import { TermLoop, type TermEnd } from './term-loop.js';
import { TrafficWatch } from './traffic-watch.js';
import { VolumeWatch } from './volume-watch.js';
import { inTurnSlices } from './turn-slices.js';
import { WitnessedProber } from './witnessed-prober.js';

/** How long a reader waits for a turn under way, and how many of them may. */
const LOOKS = { patience: millis(2_000), capacity: 1_000 } as const;

/** Time for the answer to whoever asked for it, as Marathon's (marathon-api 4.8). */
const ABDICATION_DELAY = millis(500);

/** How long a service that gave up leadership leaves it to others. */
const STAND_BACK = 1_500;

const RETRY_MS = 250;
const RETRY_MAX_MS = 5_000;

/** How a term ended that was served. */
interface ServedTerm extends TermEnd {
  /** Because an operator asked for it. */
  readonly abdicated?: boolean;
}

/**
 * The life of the service: campaign, recover, run turns, and again, for as long as it is not
 * stopped. Readers keep the last committed state while there is no leader or no database.
 */
export class Service implements ServiceDoor {
  private readonly options: ServiceOptions;
  private readonly desk: RequestDesk;
  private readonly health: HealthScheduler;
  private readonly hooks: HookKeeper;
  private readonly feed: EventFeed;
  private readonly looks: Looks;
  private readonly meters: ServiceMeters;
  private readonly routes: RouteKeeper | undefined;
  private readonly trafficWatch: TrafficWatch | undefined;
  private readonly volumeWatch: VolumeWatch | undefined;
  private readonly stopping = new AbortController();
  private store: StateStore | undefined;
  private view: StateView | undefined;
  private readonly notes: LeaderNotes;
  /** Ends the present term, if there is one. */
  private giveUp: (() => void) | undefined;
  private unsure: NonNullable<TermEnd['unsure']> | undefined;
  private finished: Promise<void> = Promise.resolve();

  constructor(options: ServiceOptions) {
    this.options = options;
    this.notes = new LeaderNotes(options.clock, options.address);
    this.desk = new RequestDesk({
      capacity: options.mailboxCapacity,
      timeout: options.requestTimeout,
      waitingFor: () => this.notes.waitingFor,
    });
    const report = (command: WorldCommand): boolean => this.desk.report(command);
    this.health = new HealthScheduler({
      ...options,
      prober: new WitnessedProber(options.prober),
      report,
      noteLateness: (late) => {
        this.meters.probed(late);
      },
    });
    this.hooks = new HookKeeper({ ...options, report: (result) => this.desk.report(result) });
    const { traffic, volumeCheck: every } = options;
    this.routes = traffic && new RouteKeeper({ ...options, ...traffic, report });
    this.trafficWatch = traffic && new TrafficWatch({ ...options, ...traffic, report });
    this.volumeWatch = every && new VolumeWatch({ ...options, every, report });
    this.feed = new EventFeed({
      readStored: async (after, limit) => this.opened().readEvents(after, limit),
    });
    this.looks = new Looks({ timers: options.timers, ...LOOKS });
    this.meters = new ServiceMeters(options.metrics, {
      state: () => this.view,
      mailboxSize: () => this.desk.waiting,
      leadingFor: () => this.notes.leadingFor(),
    });
  }

  get events(): EventSource {
    return this.feed;
  }

  /** Rejects when the service cannot go on at all (the data directory is taken, say). */
  start(): Promise<void> {
    this.finished = this.live();
    return this.finished;
  }

  /** Ends the term; tasks run on. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.finished.catch(() => undefined);
    await this.options.hosts.close();
  }

  submit(command: ApiCommand): Promise<Reply> {
    return this.desk.submit(command);
  }

  get tasks(): TaskAccess {
    return this.options.hosts.tasks;
  }

  state(): StateView | undefined {
    return this.view;
  }

  look<T>(read: (look: Look) => T): Promise<T | undefined> {
    return this.looks.look(read);
  }

  closedPorts(): readonly ClosedPort[] {
    return this.routes?.closedPorts() ?? [];
  }

  leadership(): LeadershipView {
    return this.notes.view();
  }

  abdicate(): boolean {
    if (!this.notes.view().elected) return false;
    const { log, timers } = this.options;
    log({ level: 'warn', event: 'abdicating', message: 'leadership is given up on request' });
    const { giveUp } = this;
    timers.after(ABDICATION_DELAY, () => giveUp?.());
    return true;
  }

  now(): Millis {
    return this.options.clock.now();
  }

  async appVersion(id: PathId, version: Millis): Promise<AppDefinition | undefined> {
    return this.opened().appVersion(id, version);
  }

  async appVersions(id: PathId): Promise<readonly Millis[]> {
    return this.opened().appVersions(id);
  }

  async rootVersionsOf(group: PathId): Promise<readonly Millis[]> {
    return this.opened().rootVersionsOf(group);
  }

  async rootAt(group: PathId, version: Millis): Promise<RootSnapshot | undefined> {
    return this.opened().rootAt(group, version);
  }

  private opened(): StateStore {
    if (this.store === undefined) throw new Error('the database is not open yet');
    return this.store;
  }

  private async live(): Promise<void> {
    const { log, openStore } = this.options;
    let failures = 0;
    this.notes.waitFor('the database is starting');
    try {
      this.store = await openStore(this.stopping.signal, (reason) => {
        // Trouble that does not keep a leader from leading is the log's business only.
        if (this.notes.isWaiting) this.notes.waitFor(reason);
      });
    } catch (error) {
      if (this.isStopping()) return;
      throw error;
    }
    while (!this.isStopping()) {
      try {
        const end = await this.lead();
        failures = 0;
        // So that another service, if there is one, takes over.
        if (end.abdicated === true) await this.pause(STAND_BACK);
      } catch (error) {
        if (this.isStopping()) return;
        failures += 1;
        const message = error instanceof Error ? error.message : String(error);
        this.notes.waitFor(message);
        log({ level: 'warn', event: 'term-failed', message, facts: { failures } });
      }
      if (failures > 0) await this.pause(Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** (failures - 1)));
    }
  }

  /** One term, from the election to its end. */
  private async lead(): Promise<ServedTerm> {
    const { hosts, log } = this.options;
    const store = this.opened();
    if (!this.notes.isWaiting) this.notes.waitFor('there is no leader');
    const pause = this.desk.pause.bind(this.desk);
    const term = await campaign({ store, notes: this.notes, pause }, this.stopping.signal);
    this.notes.won(term);
    log({ level: 'info', event: 'elected', message: 'leading', facts: { epoch: term.epoch } });
    try {
      const state = await this.recover(term);
      const expected = [...state.master.state.tasks.values()]
        .filter((task) => !isTerminalTaskState(task.state))
        .map((task) => ({ taskId: task.id, agentId: task.agentId }));
      const hostTerm = {
        epoch: term.epoch,
        cluster: state.frameworkId,
        stillHeld: () => term.stillHeld(),
        expected,
      };
      hosts.enter(hostTerm, (report) => this.desk.report(report));
      // Who is told that this service leads, or that an unsure write is stored, reads it here next.
      this.view = viewOf(state);
      this.notes.leads();
      const end = await this.runTurns(term, state);
      this.unsure = end.unsure;
      if (!this.isStopping()) {
        this.notes.waitFor(end.reason);
        const facts = { epoch: term.epoch };
        log({ level: 'warn', event: 'term-ended', message: end.reason, facts });
      }
      return end;
    } finally {
      this.health.leave();
      this.hooks.leave();
      this.routes?.leave();
      this.trafficWatch?.leave();
      this.volumeWatch?.leave();
      hosts.leave();
      this.feed.leave();
      this.looks.leave();
      this.desk.dropReports();
      this.notes.left();
      await term.resign();
    }
  }

  private async recover(term: LeaderTerm): Promise<ServiceState> {
    const { ids, clock, log, settings, allocator } = this.options;
    const stored = await this.opened().load();
    const building = stateInSteps(stored, {
      epoch: term.epoch,
      ids,
      now: clock.now(),
      settings,
      allocator: allocator?.(),
    });
    const built = await inTurnSlices(building, clock, this.stopping.signal);
    if (built === undefined) throw new Error('the service is stopping');
    const state = built.value;
    this.answerUnsure(stored.turn);
    this.feed.enter(stored.lastEvent);
    log({
      level: 'info',
      event: 'recovered',
      message: `recovered turn ${stored.turn}`,
      facts: { apps: stored.apps.length, instances: stored.instances.length },
    });
    return state;
  }

  /** The turn number tells whether the turn whose commit broke off is stored (decisions, Runtime). */
  private answerUnsure(storedTurn: number): void {
    const { unsure } = this;
    if (unsure === undefined) return;
    this.unsure = undefined;
    const { turn, batch } = unsure;
    if (storedTurn < turn.number) {
      // What came after it has been given back before.
      this.desk.giveBack(batch, { first: true });
      return;
    }
    batch.forEach((request: Request, index) => {
      const reply = turn.replies[index];
      if (reply !== undefined) request.answer(reply);
    });
  }

  private async runTurns(term: LeaderTerm, state: ServiceState): Promise<ServedTerm> {
    const over = new AbortController();
    const stop = (): void => {
      over.abort();
    };
    this.stopping.signal.addEventListener('abort', stop, { once: true });
    let lostBecause: string | undefined;
    let abdicated = false;
    this.giveUp = () => {
      abdicated = true;
      lostBecause ??= 'leadership was given up on request';
      over.abort();
    };
    void term.lost.then((reason) => {
      lostBecause = reason;
      over.abort();
    });
    this.health.enter(viewOf(state));
    this.hooks.enter(term, viewOf(state));
    this.routes?.enter(term);
    const loop = new TermLoop({
      ...this.options,
      store: this.opened(),
      term,
      state,
      desk: this.desk,
      looks: this.looks,
      meters: this.meters,
      publish: (view, changes) => {
        this.view = view;
        this.health.publish(view, changes);
        this.hooks.publish(view);
        this.routes?.publish(view, changes);
        this.trafficWatch?.publish(view);
        this.volumeWatch?.publish(view);
      },
      tell: (events) => {
        this.feed.publish(events);
      },
    });
    void this.prune(term, over.signal);
    const end = await loop.run(over.signal).finally(() => {
      over.abort();
      this.giveUp = undefined;
      this.stopping.signal.removeEventListener('abort', stop);
    });
    return lostBecause === undefined || end.unsure !== undefined
      ? { ...end, abdicated }
      : { ...end, abdicated, reason: lostBecause };
  }

  private prune(term: LeaderTerm, signal: AbortSignal): Promise<void> {
    const pause = (delay: Millis): Promise<void> => this.desk.pause(delay, signal);
    return pruneHistory({ ...this.options, store: this.opened(), term, pause }, signal);
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private pause(delay: number): Promise<void> {
    return this.desk.pause(millis(delay), this.stopping.signal);
  }
}
