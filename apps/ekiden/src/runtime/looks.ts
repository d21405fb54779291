import type { Millis } from '@ekiden/kernel';
import type { Timers } from '@ekiden/host';
import type { Look } from '../core/turn/index.js';

export interface LooksOptions {
  readonly timers: Timers;
  /** How long a look waits for the end of a turn under way. */
  readonly patience: Millis;
  /** Looks that may wait at the same time; further ones see nothing. */
  readonly capacity: number;
}

/** Answers a waiting look, or tells it (without a draft) that there is nothing to see. */
type Waiting = (begin: (() => Look) | undefined) => void;

/**
 * Lets readers ask the resource core between turns: its books are changed in place, so while a
 * turn is decided and committed they say what may never be.
 */
export class Looks {
  private readonly options: LooksOptions;
  private readonly waiting = new Set<Waiting>();
  private begin: (() => Look) | undefined;
  private isOpen = false;

  constructor(options: LooksOptions) {
    this.options = options;
  }

  /** A term begins; `begin` makes a draft that is thrown away. */
  enter(begin: () => Look): void {
    this.begin = begin;
    this.resume();
  }

  /** Somebody waits for a look. */
  get isWanted(): boolean {
    return this.waiting.size > 0;
  }

  /** A turn begins. */
  pause(): void {
    this.isOpen = false;
  }

  /** The turn is merged, or was dropped. */
  resume(): void {
    this.isOpen = true;
    this.answer(this.begin);
  }

  /** The term is over. */
  leave(): void {
    this.isOpen = false;
    this.begin = undefined;
    this.answer(undefined);
  }

  /** `undefined`: nobody leads here, or a commit does not come to its end. */
  look<T>(read: (look: Look) => T): Promise<T | undefined> {
    const { begin, options, waiting } = this;
    return new Promise((resolve, reject) => {
      const see: Waiting = (from) => {
        try {
          resolve(from && read(from()));
        } catch (fault) {
          reject(fault instanceof Error ? fault : new Error(String(fault)));
        }
      };
      if (begin === undefined || waiting.size >= options.capacity) {
        see(undefined);
        return;
      }
      if (this.isOpen) {
        see(begin);
        return;
      }
      const cancel = options.timers.after(options.patience, () => {
        waiting.delete(later);
        see(undefined);
      });
      const later: Waiting = (from) => {
        cancel();
        see(from);
      };
      waiting.add(later);
    });
  }

  private answer(begin: (() => Look) | undefined): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const see of waiting) see(begin);
  }
}
