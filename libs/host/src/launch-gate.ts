import { assert } from '@ekiden/kernel';

/** Lets at most `slots` pieces of work run at once; the others wait in the order they came. */
export class LaunchGate<T> {
  private readonly slots: number;
  private readonly enter: (item: T) => boolean;
  private waiting: T[] = [];
  private head = 0;
  private busy = 0;
  private pumping = false;

  /** `enter` starts the work of an item, or returns false when it is no longer wanted. */
  constructor(slots: number, enter: (item: T) => boolean) {
    assert(Number.isInteger(slots) && slots > 0, `launch slots: ${slots}`);
    this.slots = slots;
    this.enter = enter;
  }

  /** How many items wait; some of them may no longer be wanted. */
  get size(): number {
    return this.waiting.length - this.head;
  }

  add(item: T): void {
    this.waiting.push(item);
    this.pump();
  }

  /** A piece of work that had entered is over. */
  leave(): void {
    assert(this.busy > 0, 'leaving a launch slot that nobody held');
    this.busy -= 1;
    this.pump();
  }

  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    while (this.busy < this.slots && this.head < this.waiting.length) {
      const item = this.waiting[this.head] as T;
      this.head += 1;
      this.busy += 1;
      if (!this.enter(item)) this.busy -= 1;
    }
    if (this.head === this.waiting.length || this.head > 1024) {
      this.waiting = this.waiting.slice(this.head);
      this.head = 0;
    }
    this.pumping = false;
  }
}
