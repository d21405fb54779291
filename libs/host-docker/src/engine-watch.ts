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
  readonly hint: (containerId: string) => void;
  /**
   * Compares everything with what the engine lists; `afterAbsence` when it had not answered before.
   * False when the engine could not be asked.
   */
  readonly lookAtAll: (afterAbsence: boolean) => Promise<boolean>;
}

/** The attributes of an engine's event that we read. */
interface ContainerEvent {
  readonly id?: string;
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
  private running: Promise<void> | undefined;

  constructor(options: EngineWatchOptions) {
    this.options = options;
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
    if (this.reach?.kind === 'answers') this.stream?.destroy();
  }

  /** Resolves when the engine answers, and everything on it was looked at, or when this is closed. */
  async untilAnswers(): Promise<void> {
    while (this.reach?.kind !== 'answers' && !this.ending.signal.aborted) {
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
      const failure = await this.connect();
      if (failure === undefined) {
        pause = tempo.retryFirst;
        await this.follow();
        continue;
      }
      this.say({ kind: 'silent', reason: this.reasonOf(failure) });
      await this.rest(pause);
      pause = Math.min(pause * 2, tempo.retryMost) as Millis;
    }
  }

  private async connect(): Promise<EngineFailure | undefined> {
    const { engine, label, lookAtAll } = this.options;
    const opened = await engine.events(label);
    if (!opened.ok) return opened.error;
    if (this.ending.signal.aborted) {
      opened.value.destroy();
      return { kind: 'aborted', message: 'closed' };
    }
    this.stream = opened.value;
    // Errors reach whoever reads the stream; nobody reads it yet.
    this.stream.on('error', () => undefined);
    if (!(await lookAtAll(this.reach?.kind !== 'answers'))) {
      this.stream.destroy();
      return { kind: 'gone', message: 'it stopped answering again' };
    }
    this.say({ kind: 'answers' });
    return undefined;
  }

  /** Until the stream ends. */
  private async follow(): Promise<void> {
    const { stream, options } = this;
    if (stream === undefined) return;
    const over = new AbortController();
    const heart = this.beat(over.signal);
    try {
      for await (const event of jsonLines(stream)) {
        const { id } = event as ContainerEvent;
        if (typeof id === 'string') options.hint(id);
      }
    } catch {
      // Broken off: the next attempt to connect says what is the matter.
    }
    over.abort();
    await heart;
  }

  private async beat(over: AbortSignal): Promise<void> {
    const { engine, tempo, clock, lookAtAll } = this.options;
    let looked = clock.monotonic();
    for (;;) {
      await this.rest(tempo.pingEvery, over);
      if (over.aborted) return;
      const answer = await engine.ping(tempo.pingDeadline);
      if (!answer.ok) {
        this.stream?.destroy();
        return;
      }
      if (clock.monotonic() - looked < tempo.lookEvery) continue;
      looked = clock.monotonic();
      await lookAtAll(false);
    }
  }

  private say(reach: HostReach): void {
    if (this.ending.signal.aborted) return;
    const changed = this.reach?.kind !== reach.kind;
    this.reach = reach;
    if (!changed) return;
    for (const listener of this.listeners) listener(reach);
    if (reach.kind === 'answers') this.wake();
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
  private rest(time: Millis, also?: AbortSignal): Promise<void> {
    const signal =
      also === undefined ? this.ending.signal : AbortSignal.any([this.ending.signal, also]);
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
