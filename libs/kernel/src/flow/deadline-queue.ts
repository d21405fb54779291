import type { Millis } from '../time/clock.js';
import { assert } from './assert.js';

interface Entry<K> {
  readonly key: K;
  readonly at: Millis;
}

/**
 * Deadlines by key, earliest first (binary heap with lazy deletion: setting a key again replaces
 * its deadline, and the stale heap entry is skipped when it surfaces).
 */
export class DeadlineQueue<K> {
  private heap: Entry<K>[] = [];
  private readonly current = new Map<K, Millis>();

  get size(): number {
    return this.current.size;
  }

  set(key: K, at: Millis): void {
    assert(Number.isSafeInteger(at), `deadline ${at} is no point in time`);
    if (this.current.get(key) === at) return;
    this.current.set(key, at);
    this.push({ key, at });
    if (this.heap.length > 64 && this.heap.length > this.current.size * 4) this.compact();
  }

  delete(key: K): void {
    this.current.delete(key);
  }

  /** When the earliest deadline falls due, or `undefined` when there is none. */
  next(): Millis | undefined {
    this.dropStale();
    return this.heap[0]?.at;
  }

  /**
   * Removes and returns up to `max` keys whose deadline is at or before `now`, earliest first;
   * keys due at the same moment in no defined order.
   */
  due(now: Millis, max = Number.POSITIVE_INFINITY): K[] {
    const keys: K[] = [];
    while (keys.length < max) {
      this.dropStale();
      const top = this.heap[0];
      if (top === undefined || top.at > now) break;
      this.pop();
      this.current.delete(top.key);
      keys.push(top.key);
    }
    return keys;
  }

  private dropStale(): void {
    for (let top = this.heap[0]; top !== undefined; top = this.heap[0]) {
      if (this.current.get(top.key) === top.at) return;
      this.pop();
    }
  }

  private compact(): void {
    this.heap = [];
    for (const [key, at] of this.current) this.push({ key, at });
  }

  private push(entry: Entry<K>): void {
    const heap = this.heap;
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as Entry<K>;
      if (above.at <= entry.at) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = entry;
  }

  private pop(): void {
    const heap = this.heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && right.at < (heap[child] as Entry<K>).at) child += 1;
      const below = heap[child] as Entry<K>;
      if (below.at >= last.at) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
  }
}
