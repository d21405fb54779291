import { DeadlineQueue, type Millis } from '@ekiden/kernel';

import type { Journal } from './journal.js';

/** Deadlines whose changes can be taken back. A key has one deadline and is set once. */
export class JournaledDeadlines<K> {
  private readonly journal: Journal;
  private readonly queue = new DeadlineQueue<K>();

  constructor(journal: Journal) {
    this.journal = journal;
  }

  next(): Millis | undefined {
    return this.queue.next();
  }

  set(key: K, at: Millis): void {
    this.queue.set(key, at);
    this.journal.record(() => {
      this.queue.delete(key);
    });
  }

  /** `at` = the deadline the key has, so that it can be put back. */
  delete(key: K, at: Millis): void {
    this.queue.delete(key);
    this.journal.record(() => {
      this.queue.set(key, at);
    });
  }

  /** Removes and returns the keys that fell due; `deadlineOf` tells what to put back. */
  due(now: Millis, deadlineOf: (key: K) => Millis): readonly K[] {
    const keys = this.queue.due(now);
    for (const key of keys) {
      this.journal.record(() => {
        this.queue.set(key, deadlineOf(key));
      });
    }
    return keys;
  }
}
