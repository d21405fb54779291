/**
 * Hands items on from writers to one reader, and holds writers up while so many wait. A reader that
 * stops lets all writers go.
 */
export class BoundedQueue<T> implements AsyncIterable<T> {
  private readonly max: number;
  private readonly items: T[] = [];
  private ended = false;
  private left = false;
  private wakeReader: (() => void) | undefined;
  private wakeWriters: (() => void)[] = [];

  constructor(max: number) {
    this.max = max;
  }

  /** Resolves when there is room for more. */
  push(item: T): Promise<void> {
    if (this.ended || this.left) return Promise.resolve();
    this.items.push(item);
    this.wakeReader?.();
    if (this.items.length < this.max) return Promise.resolve();
    return new Promise((resolve) => {
      this.wakeWriters.push(resolve);
    });
  }

  /** Nothing more comes. */
  end(): void {
    this.ended = true;
    this.wakeReader?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (;;) {
        const item = this.items.shift();
        if (item !== undefined) {
          if (this.items.length < this.max) this.letWritersGo();
          yield item;
          continue;
        }
        if (this.ended) return;
        await new Promise<void>((resolve) => {
          this.wakeReader = resolve;
        });
        this.wakeReader = undefined;
      }
    } finally {
      this.left = true;
      this.letWritersGo();
    }
  }

  private letWritersGo(): void {
    for (const wake of this.wakeWriters.splice(0)) wake();
  }
}
