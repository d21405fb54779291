/** Runs work of the same key one after the other; different keys do not wait for each other. */
export class Lanes<K> {
  private readonly tails = new Map<K, Promise<unknown>>();

  async run<T>(key: K, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key);
    const current = (async () => {
      // Whether the work before succeeded is its caller's concern.
      await before?.catch(() => undefined);
      return work();
    })();
    this.tails.set(key, current);
    try {
      return await current;
    } finally {
      if (this.tails.get(key) === current) this.tails.delete(key);
    }
  }
}
