import type { Millis, TaskId } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';

/** How far we have come with having a task killed. */
export interface KillAsk {
  readonly taskId: TaskId;
  readonly appId: PathId;
  readonly firstAt: Millis;
  /** When its host was asked last. */
  readonly at: Millis;
  /** How often it was asked. */
  readonly asks: number;
  /** Its host has said that it is at it. */
  readonly answered: boolean;
  /** It lives although its grace is long over; its host was told to make no more allowance. */
  readonly overdue: boolean;
}

/**
 * How many more kills may be passed on in this turn: no more than a bound are unanswered at a time,
 * so that a large shrinking app does not flood hosts (SCL-23).
 */
export class KillBudget {
  private readonly count: () => number;
  private left: number | undefined;

  /** `room` is asked once, when the first kill is to be passed on. */
  constructor(room: () => number) {
    this.count = room;
  }

  get room(): number {
    this.left ??= this.count();
    return this.left;
  }

  take(): boolean {
    if (this.room <= 0) return false;
    this.left = this.room - 1;
    return true;
  }
}
