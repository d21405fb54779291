import { assert } from './assert.js';

/**
 * A bounded first-in first-out queue. A full mailbox refuses (the caller answers 503), it never
 * grows and never drops silently.
 */
export class Mailbox<T> {
  readonly capacity: number;
  private items: T[] = [];
  private head = 0;

  constructor(capacity: number) {
    assert(Number.isInteger(capacity) && capacity > 0, `mailbox capacity ${capacity}`);
    this.capacity = capacity;
  }

  get size(): number {
    return this.items.length - this.head;
  }

  /** False when full: nothing was taken. */
  offer(item: T): boolean {
    if (this.size >= this.capacity) return false;
    this.items.push(item);
    return true;
  }

  /** Removes and returns up to `max` (>= 0, may be infinite) oldest items. */
  drain(max: number): T[] {
    assert(max >= 0, `drain(${max}): not a number of items`);
    const end = Math.min(this.items.length, this.head + max);
    const batch = this.items.slice(this.head, end);
    this.head = end;
    if (this.head === this.items.length) {
      this.items = [];
      this.head = 0;
    } else if (this.head > 1024) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return batch;
  }
}
