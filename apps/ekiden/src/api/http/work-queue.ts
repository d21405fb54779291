/**
 * Takes turns with everything else the event loop has to do: of all that wait here, one goes on in
 * each round of the loop. So however many large bodies are under way, they hold the loop for no
 * longer than one of them does.
 */
export class WorkQueue {
  private readonly waiting: (() => void)[] = [];

  /** Resolves when it is the caller's turn to work for a moment. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.waiting.length === 1) this.arm();
    });
  }

  private arm(): void {
    setImmediate(() => {
      this.waiting.shift()?.();
      if (this.waiting.length > 0) this.arm();
    });
  }
}
