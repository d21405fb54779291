import { runSteps, type Steps } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import { judgeDocuments, prepareGroup, type BrokenParts } from '../core/commands/index.js';
import type {
  Answer,
  ApiCommand,
  Look,
  Origin,
  RootChange,
  StateView,
} from '../core/turn/index.js';
import type { Violation } from '../core/violation.js';
import type { EventSource, LeadershipView, ServiceDoor, TaskAccess } from '../ports/index.js';
import type { LongInquiry, QueueEntry, Sight } from '../core/matching/index.js';
import { inquireWhy, type WhyReport } from '../core/why/index.js';
import {
  inQueuedSlices,
  inQueuedSlicesWhile,
  isRejection,
  namesTag,
  rejectionProblem,
  SnapshotCache,
  unavailable,
  unchanged,
  WorkQueue,
  type HttpAnswer,
} from './http/index.js';
import { userIn } from './transport/index.js';
import type { HttpServerOptions } from './http-server-options.js';

/** What the service tells about itself. */
export type Identity = HttpServerOptions['identity'];

/**
 * Bytes of answers that are kept to be sent again. All apps of a large cluster one by one, ten
 * thousand with ten tasks each, take 84 MB; with room for fewer, whoever reads them round and round
 * finds none of them.
 */
const SNAPSHOT_BYTES_MAX = 128 * 1024 * 1024;

/** How often a list is begun before it is put together in one piece. */
const TRIES_MAX = 3;

/** What a long list is made of. */
interface ListOptions {
  /** It depends on the time, too, and is not kept. */
  readonly fresh?: boolean;
  /** Its long parts are to be `DeferredJson`, of rows of this state. */
  readonly make: (state: StateView) => Steps<unknown>;
}

/** Milliseconds of a look of which there are many. */
const LOOK_MS = 5;

/** What controllers work with: the service's door, with refusals thrown as `Problem`s. */
export class ApiContext {
  readonly identity: Identity;
  readonly settings: HttpServerOptions['settings'];
  readonly events: EventSource;
  readonly eventsOutstandingMax: number;
  readonly config: HttpServerOptions['config'];
  readonly log: HttpServerOptions['log'];
  readonly logLevels: HttpServerOptions['logLevels'];
  readonly metrics: HttpServerOptions['metrics'];
  readonly exec: HttpServerOptions['exec'];
  /** Name of the credentials a request came with; `null` where nobody is asked for any. */
  readonly userOf: (request: FastifyRequest) => string | null;
  private readonly door: ServiceDoor;
  private readonly inquireQueue: HttpServerOptions['inquireQueue'];
  private readonly work = new WorkQueue();
  private readonly snapshots = new SnapshotCache(SNAPSHOT_BYTES_MAX, this.work);
  /** Lists that are being put together, by URL: whoever asks meanwhile gets the same. */
  private readonly making = new Map<string, Promise<HttpAnswer>>();

  constructor(options: HttpServerOptions) {
    const { door, identity, settings, log, metrics, inquireQueue } = options;
    this.events = door.events;
    this.log = log;
    this.eventsOutstandingMax = options.eventsOutstandingMax;
    this.config = options.config;
    this.logLevels = options.logLevels;
    this.metrics = metrics;
    this.exec = options.exec;
    this.userOf = options.rules.credentials === undefined ? () => null : userIn;
    this.door = door;
    this.identity = identity;
    this.settings = settings;
    this.inquireQueue = inquireQueue;
  }

  get now(): ReturnType<ServiceDoor['now']> {
    return this.door.now();
  }

  get tasks(): TaskAccess {
    return this.door.tasks;
  }

  leadership(): LeadershipView {
    return this.door.leadership();
  }

  /** Gives up leadership in a moment; false if this service does not lead. */
  abdicate(): boolean {
    return this.door.abdicate();
  }

  /** Committed state. Throws a `Problem` (503) before the first recovery. */
  state(): StateView {
    const state = this.door.state();
    if (state !== undefined) return state;
    const reason = this.door.leadership().waitingFor?.reason;
    throw unavailable(reason ?? 'The service is starting', 1);
  }

  /** Committed state, for answers that can do without. */
  stateIfAny(): StateView | undefined {
    return this.door.state();
  }

  /** What else is wrong with documents whose shape is wrong in parts; see `judgeDocuments`. */
  judge(change: RootChange, broken: BrokenParts): readonly Violation[] {
    const state = this.door.state();
    if (state === undefined) return [];
    const standing = { draft: state.root, settings: this.settings };
    return judgeDocuments(standing, change, { broken, version: this.now, force: true });
  }

  /** Long work, done in steps between which others have their turn. */
  little<T>(work: Steps<T>): Promise<T> {
    return inQueuedSlices(this.work, work);
  }

  /** Does ahead of its turn what a change of a group asks for, a little at a time. */
  async prepare(
    change: Extract<RootChange, { readonly kind: 'createGroup' | 'updateGroup' }>,
    options: { readonly force: boolean },
  ): Promise<void> {
    const state = this.door.state();
    if (state === undefined) return;
    const standing = { draft: state.root, settings: this.settings };
    await this.little(prepareGroup(standing, change, options));
  }

  /** Resolves once the command is committed. Throws a `Problem` if it is refused. */
  async submit(command: ApiCommand): Promise<Answer> {
    const reply = await this.door.submit(command);
    if (isRejection(reply)) throw rejectionProblem(reply);
    return reply;
  }

  /** Asks the resource core. Throws a `Problem` (503) if it cannot be asked at this moment. */
  async look<T>(read: (look: Look) => T): Promise<T> {
    const state = this.state();
    const seen = await this.door.look((look) => ({ seen: read(look) }));
    if (seen !== undefined) return seen.seen;
    const reason = this.door.leadership().waitingFor?.reason;
    const fallback = `The database has not confirmed turn ${state.turn + 1} yet`;
    throw unavailable(reason ?? fallback, 1);
  }

  /**
   * Why apps wait, as of now; one entry per app with instances to launch. Without the allocator's
   * reasons while it cannot be asked.
   */
  queue(): Promise<readonly QueueEntry[]> {
    return this.inquire(this.inquireQueue(this.now));
  }

  /**
   * Why something is not as it shall be, as of now; `undefined` for what nobody knows. Without the
   * allocator's reasons while it cannot be asked.
   */
  why(asked: string): Promise<WhyReport | undefined> {
    const closedPorts = this.door.closedPorts();
    const { hasRouter: isRouted } = this.settings;
    return this.inquire(inquireWhy({ now: this.now, closedPorts, isRouted }, asked));
  }

  /** Finds an answer a little at a time, in looks between which others have their turn. */
  private async inquire<T>(inquiry: Pick<LongInquiry<T>, 'goOn'>): Promise<T> {
    this.state();
    for (;;) {
      const goOn = (sight: Sight) => {
        const end = performance.now() + LOOK_MS;
        return { found: inquiry.goOn(sight, () => performance.now() >= end) };
      };
      const seen = await this.door.look(({ state, master }) =>
        goOn({ state, ask: (query) => master.explain(query) }),
      );
      const { found } = seen ?? goOn({ state: this.state() });
      if (found !== undefined) return found.answer;
      await this.work.turn();
    }
  }

  /**
   * The answer to a GET that depends on nothing but committed state and the URL: made once per
   * turn and URL, sent again as it is. Long lists in it are to be `DeferredJson`.
   */
  snapshot(request: FastifyRequest, state: StateView, make: () => unknown): HttpAnswer {
    const tag = this.snapshots.tagOf(state.turn);
    if (namesTag(request.headers['if-none-match'], tag)) return unchanged(tag);
    return this.snapshots.answer(state.turn, request.originalUrl, make);
  }

  /**
   * The same for a long list: `make` puts it together a little at a time. Its rows are of one
   * committed state, as it is begun anew when a turn is merged meanwhile.
   */
  async list(request: FastifyRequest, { fresh = false, make }: ListOptions): Promise<HttpAnswer> {
    if (fresh) {
      const { value } = await this.ofOneState(make);
      return this.snapshots.fresh(() => value);
    }
    const url = request.originalUrl;
    const { turn } = this.state();
    const tag = this.snapshots.tagOf(turn);
    if (namesTag(request.headers['if-none-match'], tag)) return unchanged(tag);
    const begun = this.snapshots.begun(turn, url) ?? this.making.get(url);
    if (begun !== undefined) return begun;
    const made = this.ofOneState(make).then((one) =>
      this.snapshots.answer(one.turn, url, () => one.value),
    );
    this.making.set(url, made);
    try {
      return await made;
    } finally {
      this.making.delete(url);
    }
  }

  /** What is made of committed state in slices between which turns may be merged. */
  async ofOneState<T>(
    make: (state: StateView) => Steps<T>,
  ): Promise<{ readonly turn: number; readonly value: T }> {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const state = this.state();
      const { turn } = state;
      const isThatState = (): boolean => this.door.state()?.turn === turn;
      const made = await inQueuedSlicesWhile(this.work, make(state), isThatState);
      if (made !== undefined) return { turn, value: made.value };
    }
    // Turns follow each other too closely.
    const state = this.state();
    return { turn: state.turn, value: runSteps(make(state)) };
  }

  /** The snapshot that is sent for this URL until the next turn, if it has been made. */
  known({ originalUrl }: FastifyRequest): HttpAnswer | undefined {
    const state = this.door.state();
    return state === undefined ? undefined : this.snapshots.known(state.turn, originalUrl);
  }

  /** A snapshot, unless `fresh` says that the answer depends on the time, too. */
  answer(
    request: FastifyRequest,
    state: StateView,
    { fresh, make }: { readonly fresh: boolean; readonly make: () => unknown },
  ): HttpAnswer {
    return fresh ? this.snapshots.fresh(make) : this.snapshot(request, state, make);
  }

  /** An answer that nobody else asks for; long lists in it are written little by little. */
  once(make: () => unknown): HttpAnswer {
    return this.snapshots.fresh(make);
  }

  /** Reads stored versions. Throws a `Problem` (503) if the database does not answer. */
  async stored<T>(read: (door: ServiceDoor) => Promise<T>): Promise<T> {
    try {
      return await read(this.door);
    } catch {
      throw unavailable('The database does not answer', 1);
    }
  }
}

/** Where a change came from. */
export function originOf(request: FastifyRequest): Origin {
  return { clientIp: request.ip, uri: request.originalUrl.split('?', 1)[0] ?? '' };
}
