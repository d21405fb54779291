import type { Journal, Undo } from './journal.js';

/** A map whose changes can be taken back. Iteration order is not part of what is restored. */
export class JournaledMap<K, V> {
  private readonly journal: Journal;
  private readonly entriesByKey = new Map<K, V>();

  constructor(journal: Journal) {
    this.journal = journal;
  }

  get size(): number {
    return this.entriesByKey.size;
  }

  get(key: K): V | undefined {
    return this.entriesByKey.get(key);
  }

  has(key: K): boolean {
    return this.entriesByKey.has(key);
  }

  keys(): IterableIterator<K> {
    return this.entriesByKey.keys();
  }

  values(): IterableIterator<V> {
    return this.entriesByKey.values();
  }

  entries(): IterableIterator<[K, V]> {
    return this.entriesByKey.entries();
  }

  set(key: K, value: V): void {
    this.remember(key);
    this.entriesByKey.set(key, value);
  }

  /** As `set`, for a new key whose undo the caller records: {@link dropNew}. */
  addNew(key: K, value: V): void {
    this.entriesByKey.set(key, value);
  }

  dropNew(key: K): void {
    this.entriesByKey.delete(key);
  }

  delete(key: K): boolean {
    if (!this.entriesByKey.has(key)) return false;
    this.remember(key);
    return this.entriesByKey.delete(key);
  }

  clear(): void {
    for (const key of [...this.entriesByKey.keys()]) this.delete(key);
  }

  private remember(key: K): void {
    const map = this.entriesByKey;
    const before = map.get(key);
    this.journal.record(new KeyUndo(map, key, before, before !== undefined || map.has(key)));
  }
}

class KeyUndo<K, V> implements Undo {
  private readonly map: Map<K, V>;
  private readonly key: K;
  private readonly before: V | undefined;
  private readonly had: boolean;

  constructor(map: Map<K, V>, key: K, before: V | undefined, had: boolean) {
    this.map = map;
    this.key = key;
    this.before = before;
    this.had = had;
  }

  undo(): void {
    if (this.had) this.map.set(this.key, this.before as V);
    else this.map.delete(this.key);
  }
}
