import {
  isTerminalTaskState,
  type AgentId,
  type Change,
  type Table,
  type TaskId,
} from '@ekiden/kernel';

import {
  addResources,
  NO_RESOURCES,
  subtractSaturating,
  type Resources,
} from '../resources/index.js';
import type { TaskRow } from './rows.js';

/** What living tasks of one agent use together. */
export interface Use {
  /** Without what their executors have of their own. */
  readonly used: Resources;
  readonly living: number;
  /** Of them, those whose executor has resources of its own. */
  readonly grouped: number;
}

/**
 * What living tasks use, by agent, as the merged rows say: kept so that to judge an agent costs what
 * a turn changed there, not all that is there (ADR 0061). Counted from the rows when it is first
 * asked for, moved along with them from then on; one entry per agent that has living tasks.
 */
export class UsageBooks {
  private readonly tasks: Table<TaskId, TaskRow>;
  private readonly byAgent = new Map<AgentId, Use>();

  constructor(tasks: Table<TaskId, TaskRow>) {
    this.tasks = tasks;
  }

  of(agentId: AgentId): Use {
    const known = this.byAgent.get(agentId);
    if (known !== undefined) return known;
    let use = NOTHING;
    for (const [, task] of this.tasks.rowsBy('agent', agentId)) use = withTask(use, task);
    if (use.living > 0) this.byAgent.set(agentId, use);
    return use;
  }

  /** Before these changes are merged into the table. */
  take(changes: readonly Change<TaskId, TaskRow>[]): void {
    const draft = new UsageDraft(this);
    for (const [id, after] of changes) draft.replace(this.tasks.get(id), after);
    for (const [agentId, use] of draft.changed()) {
      if (use.living > 0) this.byAgent.set(agentId, use);
      else this.byAgent.delete(agentId);
    }
  }
}

/** The same with the changes of a turn; the books stay as they are. */
export class UsageDraft {
  private readonly books: UsageBooks;
  private readonly byAgent = new Map<AgentId, Use>();

  constructor(books: UsageBooks) {
    this.books = books;
  }

  of(agentId: AgentId): Use {
    return this.byAgent.get(agentId) ?? this.books.of(agentId);
  }

  replace(before: TaskRow | undefined, after: TaskRow | undefined): void {
    if (before !== undefined && after !== undefined && isOnlyNews(before, after)) return;
    if (before !== undefined && isLiving(before)) {
      this.byAgent.set(before.agentId, withoutTask(this.of(before.agentId), before));
    }
    if (after !== undefined && isLiving(after)) {
      this.byAgent.set(after.agentId, withTask(this.of(after.agentId), after));
    }
  }

  changed(): Iterable<readonly [AgentId, Use]> {
    return this.byAgent;
  }
}

/** It lives on with what it has: no sum of its agent can have changed by it. */
export function isOnlyNews(before: TaskRow, after: TaskRow): boolean {
  if (!isLiving(before) || !isLiving(after) || before.agentId !== after.agentId) return false;
  return before.resources === after.resources && before.executor === after.executor;
}

const NOTHING: Use = { used: NO_RESOURCES, living: 0, grouped: 0 };

function withTask(use: Use, task: TaskRow): Use {
  if (!isLiving(task)) return use;
  return {
    used: addResources(use.used, task.resources),
    living: use.living + 1,
    grouped: use.grouped + Number(isGrouped(task)),
  };
}

/** Saturating: where rows give something to two, the allocator's books tell. */
function withoutTask(use: Use, task: TaskRow): Use {
  return {
    used: subtractSaturating(use.used, task.resources),
    living: use.living - 1,
    grouped: use.grouped - Number(isGrouped(task)),
  };
}

function isLiving({ state }: TaskRow): boolean {
  return !isTerminalTaskState(state);
}

function isGrouped({ executor }: TaskRow): boolean {
  return executor !== undefined && executor.resources.length > 0;
}
