import type { ServerResponse } from 'node:http';

/** Where the frames of one stream go. Nothing is written to a closed one. */
export interface FrameSink {
  isClosed(): boolean;
  /** What was written waits for the client; `drained` tells when it has been taken. */
  isFull(): boolean;
  write(frame: Buffer): void;
  /** Resolves once the sink is not full any more, or closed. */
  drained(): Promise<void>;
  /** After what was written. */
  end(): void;
  /** At once, whatever was written. */
  cut(): void;
  /** Calls back once, when the sink is closed by whichever side. */
  onClose(listener: () => void): void;
}

/** The body of a response. Holds at most one high-water mark and one frame of unsent bytes. */
export class ResponseSink implements FrameSink {
  private readonly response: ServerResponse;

  private readonly onBytes: (count: number) => void;

  /** `onBytes` is told how much is written. */
  constructor(response: ServerResponse, onBytes: (count: number) => void) {
    this.response = response;
    this.onBytes = onBytes;
    // A client that goes away is no fault; the close is what matters.
    response.on('error', () => undefined);
  }

  isClosed(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  isFull(): boolean {
    return this.response.writableNeedDrain;
  }

  write(frame: Buffer): void {
    if (this.isClosed()) return;
    this.onBytes(frame.length);
    this.response.write(frame);
  }

  async drained(): Promise<void> {
    if (!this.isFull() || this.isClosed()) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.response.off('drain', done);
        this.response.off('close', done);
        resolve();
      };
      this.response.on('drain', done);
      this.response.on('close', done);
    });
  }

  end(): void {
    if (!this.isClosed()) this.response.end();
  }

  cut(): void {
    this.response.destroy();
  }

  onClose(listener: () => void): void {
    this.response.once('close', listener);
  }
}
