import { Mailbox, type Millis } from '@ekiden/kernel';
import type { ApiCommand, Command, Reply, WorldCommand } from '../core/turn/index.js';

/** A command on its way, and whoever waits for its answer. */
export interface Request {
  readonly command: Command;
  /** Answers once; later calls do nothing. */
  readonly answer: (reply: Reply) => void;
  /** Whether the waiting is over already (answered, or given up): then it is not begun any more. */
  isSettled(): boolean;
  /** Once begun, its outcome may be unknown for a while, but it is not taken back. */
  begun: boolean;
}

export interface RequestDeskOptions {
  readonly capacity: number;
  /** How long a caller waits for an answer. */
  readonly timeout: Millis;
  /** What the service is waiting for, in words, for a caller whose time is up. */
  readonly waitingFor: () => string | undefined;
}

const RETRY_AFTER_SECONDS = 2;

/**
 * Of the room, what reports may take: a hundred thousand of them follow the start of a large cluster,
 * and meanwhile people are not to be turned away.
 */
const SHARE_OF_REPORTS = 0.9;

/** Reports that come again when there is no room for them. */
const REPEATED: ReadonlySet<WorldCommand['kind']> = new Set([
  'hostStatus',
  'healthResult',
  'readinessResult',
]);

/**
 * Where commands wait for their turn: bounded, in order, each answered exactly once. A caller
 * whose time is up gets a 503; if its command was not begun it never will be.
 */
export class RequestDesk {
  private readonly options: RequestDeskOptions;
  private readonly mailbox: Mailbox<Request>;
  /** Reports of hosts entering a term; few, and never refused. */
  private urgent: Request[] = [];
  /** Taken into a turn that did not come to an end; first in the next one. */
  private returned: Request[] = [];
  /** How many of `returned` are to be tried one by one. */
  private isolated = 0;
  private wake: () => void = () => undefined;

  constructor(options: RequestDeskOptions) {
    this.options = options;
    this.mailbox = new Mailbox(options.capacity);
  }

  get waiting(): number {
    return this.mailbox.size + this.urgent.length + this.returned.length;
  }

  submit(command: ApiCommand): Promise<Reply> {
    return new Promise((resolve) => {
      const request = this.request(command, resolve);
      if (this.mailbox.offer(request)) {
        this.wake();
        return;
      }
      request.answer({
        kind: 'unavailable',
        message: `The service is overloaded: ${this.mailbox.capacity} requests are waiting. Try again.`,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    });
  }

  /**
   * A report from the world; false when there is no room (statuses are repeated by hosts, and
   * health checks go on asking).
   */
  report(command: WorldCommand): boolean {
    const request: Request = {
      command,
      answer: () => undefined,
      isSettled: () => false,
      begun: false,
    };
    if (REPEATED.has(command.kind)) {
      const { capacity, size } = this.mailbox;
      const isLeft = size < Math.ceil(capacity * SHARE_OF_REPORTS);
      if (!isLeft || !this.mailbox.offer(request)) return false;
    } else {
      this.urgent.push(request);
    }
    this.wake();
    return true;
  }

  /** The next commands for a turn; what nobody waits for any more is left out. */
  take(max: number): Request[] {
    if (this.isolated > 0 && this.returned.length > 0) {
      this.isolated -= 1;
      return begin(this.returned.splice(0, 1));
    }
    const batch = [...this.urgent.splice(0), ...this.returned.splice(0)];
    while (batch.length < max && this.mailbox.size > 0) {
      for (const request of this.mailbox.drain(max - batch.length)) {
        if (!request.isSettled()) batch.push(request);
      }
    }
    return begin(batch);
  }

  /**
   * Gives back commands whose turn certainly did not happen; `isolated` ones are taken one at a
   * time, to find the one that makes turns fail. `first`: before those that were given back already.
   */
  giveBack(
    batch: readonly Request[],
    {
      isolated = false,
      first = false,
    }: { readonly isolated?: boolean; readonly first?: boolean } = {},
  ): void {
    const waiting = batch.filter((request) => !request.isSettled());
    for (const request of waiting) request.begun = false;
    this.returned = first ? [...waiting, ...this.returned] : [...this.returned, ...waiting];
    if (isolated) this.isolated += waiting.length;
  }

  /** Forgets the reports of a term that is over. */
  dropReports(): void {
    this.urgent = [];
    this.returned = this.returned.filter(({ command }) => isApiCommand(command));
    this.isolated = 0;
    const kept = this.mailbox.drain(this.mailbox.capacity);
    for (const request of kept) if (isApiCommand(request.command)) this.mailbox.offer(request);
  }

  /** Resolves when there may be something to take, or `until` is reached, or `signal` ends it. */
  async idle(delay: number | undefined, signal: AbortSignal): Promise<void> {
    if (this.waiting > 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.wake = () => undefined;
        resolve();
      };
      const timer = delay === undefined ? undefined : setTimeout(done, Math.max(0, delay));
      signal.addEventListener('abort', done, { once: true });
      this.wake = done;
    });
  }

  /** Waits without taking anything. */
  async pause(delay: Millis, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, delay);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  private request(command: ApiCommand, resolve: (reply: Reply) => void): Request {
    let settled = false;
    const answer = (reply: Reply): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(reply);
    };
    const request: Request = { command, answer, isSettled: () => settled, begun: false };
    const timer = setTimeout(() => {
      answer(this.timeUp(request));
    }, this.options.timeout);
    return request;
  }

  private timeUp(request: Request): Reply {
    // Turns themselves take milliseconds: what holds a leader up is a commit.
    const held = request.begun
      ? 'the database has not confirmed it yet'
      : 'the database has not confirmed an earlier change yet';
    const reason = this.options.waitingFor() ?? held;
    const outcome = request.begun
      ? 'Whether the change was stored is not known yet; look before you repeat it.'
      : 'Nothing was changed.';
    return {
      kind: 'unavailable',
      message: `The request could not be completed in time: ${reason}. ${outcome}`,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    };
  }
}

function begin(batch: Request[]): Request[] {
  for (const request of batch) request.begun = true;
  return batch;
}

/** Somebody waits for the answer to these, whoever leads then. */
const API_COMMANDS: Readonly<Record<ApiCommand['kind'], true>> = {
  changeRoot: true,
  enforceRole: true,
  cancelDeployment: true,
  tendDeployment: true,
  killTasks: true,
  resetDelay: true,
  noteSession: true,
  setRole: true,
  tendAgent: true,
  planMaintenance: true,
  tendUnknownTask: true,
  deleteVolume: true,
};

/** Whether somebody has asked for it; the others are reports. */
export function isApiCommand({ kind }: Command): boolean {
  return Object.hasOwn(API_COMMANDS, kind);
}
