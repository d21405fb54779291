import type { FrameSink } from './frame-sink.js';

/** A client that takes everything at once, or only what it is told to. */
export class TestSink implements FrameSink {
  readonly taken: string[] = [];
  /** `cut` or `end`, once the server has said so. */
  ended: 'cut' | 'end' | undefined;
  private blocked = false;
  private readonly listeners: (() => void)[] = [];
  private waiting: (() => void)[] = [];

  get text(): string {
    return this.taken.join('');
  }

  /** The ids of the events taken, in order. */
  get ids(): readonly number[] {
    return [...this.text.matchAll(/^id: (\d+)\r$/gm)].map(([, id]) => Number(id));
  }

  /** The types of events and notices taken, in order. */
  get types(): readonly (string | undefined)[] {
    return [...this.text.matchAll(/^event: (.+)\r$/gm)].map(([, type]) => type);
  }

  isClosed(): boolean {
    return this.ended !== undefined;
  }

  isFull(): boolean {
    return this.blocked;
  }

  write(frame: Buffer): void {
    this.taken.push(frame.toString());
  }

  drained(): Promise<void> {
    if (!this.blocked || this.isClosed()) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  end(): void {
    this.close('end');
  }

  cut(): void {
    this.close('cut');
  }

  onClose(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** The client stops taking. */
  block(): void {
    this.blocked = true;
  }

  unblock(): void {
    this.blocked = false;
    this.wake();
  }

  private close(how: 'cut' | 'end'): void {
    if (this.isClosed()) return;
    this.ended = how;
    this.wake();
    for (const listener of this.listeners) listener();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
