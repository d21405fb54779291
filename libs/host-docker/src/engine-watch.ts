import { seconds, type Clock, type Millis } from '@ekiden/kernel';
import type { HostReach } from '@ekiden/host';
import type { Engine, LineStream } from './engine.js';
import type { EngineFailure } from './engine-call.js';
import { jsonLines } from './json-lines.js';

export interface WatchTempo {
  /** Between two signs of life. */
  readonly pingEvery: Millis;
  readonly pingDeadline: Millis;
  /** Between two looks at everything, in case an event was lost. */
  readonly lookEvery: Millis;
  /** Between attempts to reach an engine that is away: from the first to the second, doubling. */
  readonly retryFirst: Millis;
  readonly retryMost: Millis;
}

export const WATCH_TEMPO: WatchTempo = {
  pingEvery: seconds(5),
  pingDeadline: seconds(10),
  lookEvery: seconds(15),
  retryFirst: seconds(0.1),
  retryMost: seconds(2),
};

export interface EngineWatchOptions {
  readonly engine: Engine;
  /** Filter for the events of our containers. */
  readonly label: string;
  readonly clock: Clock;
  readonly tempo: WatchTempo;
  /** Something happened to a container: worth a look. */
  readonly hint: (hint: Hint) => void;
  /**
   * Compares everything with what the engine lists; `afterGap` when it was not watched before. False
   * when the engine could not be asked.
   */
  readonly lookAtAll: (afterGap: boolean, signal: AbortSignal) => Promise<boolean>;
}

/** What an event says of a container. */
export interface Hint {
  readonly containerId: string;
  /** Its last process has ended, with this status. */
  readonly exitCode?: number;
}

/** The attributes of an engine's event that we read; `id` is gone with API 1.52 (engine 29). */
interface ContainerEvent {
  readonly id?: unknown;
  readonly Action?: unknown;
  readonly Actor?: {
    readonly ID?: unknown;
    readonly Attributes?: { readonly exitCode?: unknown } | null;
  } | null;
}

/**
 * Keeps an eye on one engine for as long as it lives: events as hints, a look at everything after
 * each gap and now and then, and word of whether the engine answers. The engine keeps only its
 * newest events, so nothing is ever concluded from an event that did not come.
 */
export class EngineWatch {
  private readonly options: EngineWatchOptions;
  private readonly listeners: ((reach: HostReach) => void)[] = [];
  private readonly waiting = new Set<() => void>();
  private readonly ending = new AbortController();
  private reach: HostReach | undefined;
  private stream: LineStream | undefined;
  /** Everything was looked at since the present stream began, and nothing has spoken against it. */
  private sure = false;
  private running: Promise<void> | undefined;

  constructor(options: EngineWatchOptions) {
    this.options = options;
  }

  /**
   * Between two looks at everything an engine may have come and gone. What was found ended by a
   * request of that time may have ended with it.
   */
  get isSure(): boolean {
    return this.sure;
  }

  begin(): void {
    this.running ??= this.run();
  }

  listen(listener: (reach: HostReach) => void): void {
    this.listeners.push(listener);
    if (this.reach !== undefined) listener(this.reach);
  }

  /** A request was not answered: the engine may be on its way out, whatever its old stream says. */
  suspect(): void {
    this.sure = false;
    this.stream?.destroy();
  }

  /** Resolves when the engine answers, and everything on it was looked at, or when this is closed. */
  async untilAnswers(): Promise<void> {
    while (!this.sure && !this.ending.signal.aborted) {
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  async close(): Promise<void> {
    this.ending.abort();
    this.stream?.destroy();
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    const { tempo } = this.options;
    let pause = tempo.retryFirst;
    while (!this.ending.signal.aborted) {
      let failure = await this.connect();
      if (failure === undefined) {
        pause = tempo.retryFirst;
        failure = await this.follow();
      }
      if (failure !== undefined) this.say({ kind: 'silent', reason: this.reasonOf(failure) });
      // Also after a stream that merely ended: some ends are all an engine, or what is before it, has.
      await this.rest(pause);
      if (failure !== undefined) pause = Math.min(pause * 2, tempo.retryMost) as Millis;
    }
  }

  private async connect(): Promise<EngineFailure | undefined> {
    const { engine, label, lookAtAll, tempo } = this.options;
    const { signal } = this.ending;
    // First, because an engine that hangs is found out sooner by what it should answer at once.
    const alive = await engine.ping(tempo.pingDeadline, signal);
    if (!alive.ok) return alive.error;
    const opened = await engine.events(label, signal);
    if (!opened.ok) return opened.error;
    const stream = opened.value;
    this.stream = stream;
    // Errors reach whoever reads the stream; nobody reads it yet.
    stream.on('error', () => undefined);
    if (!(await lookAtAll(this.reach !== undefined, signal))) {
      stream.destroy();
      return { kind: 'gone', message: 'it stopped answering again' };
    }
    // Otherwise somebody has lost faith in it meanwhile.
    this.sure = !stream.destroyed;
    this.say({ kind: 'answers' });
    if (this.sure) this.wake();
    return undefined;
  }

  /** Until the stream ends; the failure is that of a sign of life, if there was one. */
  private async follow(): Promise<EngineFailure | undefined> {
    const { stream, options } = this;
    if (stream === undefined) return undefined;
    const over = new AbortController();
    const heart = this.beat(AbortSignal.any([this.ending.signal, over.signal]));
    try {
      for await (const event of jsonLines(stream)) {
        const hint = hintOf(event);
        if (hint !== undefined) options.hint(hint);
      }
    } catch {
      // Broken off: the next attempt to connect says what is the matter.
    }
    this.sure = false;
    over.abort();
    return heart;
  }

  private async beat(over: AbortSignal): Promise<EngineFailure | undefined> {
    const { engine, tempo, clock, lookAtAll } = this.options;
    let looked = clock.monotonic();
    for (;;) {
      await this.rest(tempo.pingEvery, over);
      if (over.aborted) return undefined;
      const answer = await engine.ping(tempo.pingDeadline, over);
      if (isAborted(over)) return undefined;
      if (!answer.ok) {
        this.suspect();
        return answer.error;
      }
      if (clock.monotonic() - looked < tempo.lookEvery) continue;
      looked = clock.monotonic();
      await lookAtAll(false, over);
    }
  }

  private say(reach: HostReach): void {
    if (this.ending.signal.aborted) return;
    const changed = this.reach?.kind !== reach.kind;
    this.reach = reach;
    if (!changed) return;
    for (const listener of this.listeners) listener(reach);
  }

  private wake(): void {
    const woken = [...this.waiting];
    this.waiting.clear();
    for (const resolve of woken) resolve();
  }

  private reasonOf(failure: EngineFailure): string {
    return `The Docker engine at ${this.options.engine.name} does not answer: ${failure.message}`;
  }

  /** A pause that ends early when this is closed or the other signal comes. */
  private rest(time: Millis, signal = this.ending.signal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(done, time);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
    });
  }
}

function hintOf({
  Action: action,
  Actor: actor,
  id = actor?.ID,
}: ContainerEvent): Hint | undefined {
  if (typeof id !== 'string') return undefined;
  const code = actor?.Attributes?.exitCode;
  const ended = action === 'die' && typeof code === 'string' && /^\d{1,3}$/.test(code);
  return ended ? { containerId: id, exitCode: Number(code) } : { containerId: id };
}

/** Asked anew each time, which the compiler does not expect of a field. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
