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

/** What a budget looks at: how many asks there are, and which of them count as unanswered. */
export interface OpenKills {
  /** Changes whenever `open` may have. */
  readonly mark: () => string;
  readonly open: () => number;
}

/**
 * How many more kills may be passed on: no more than a bound are unanswered at a time, so that a
 * large shrinking app does not flood hosts (SCL-23). What is answered within a turn makes room in it.
 */
export class KillBudget {
  private readonly most: number;
  private readonly kills: OpenKills;
  private seen: { readonly mark: string; readonly open: number } | undefined;

  constructor(most: number, kills: OpenKills) {
    this.most = most;
    this.kills = kills;
  }

  get room(): number {
    const mark = this.kills.mark();
    if (this.seen?.mark !== mark) this.seen = { mark, open: this.kills.open() };
    return this.most - this.seen.open;
  }

  /** Whether one may be passed on now; the caller notes it right after. */
  take(): boolean {
    if (this.room <= 0) return false;
    this.seen = undefined;
    return true;
  }
}
