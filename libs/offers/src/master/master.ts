import { runSteps, type Steps } from '@ekiden/kernel';
import { drfAllocator } from '../allocator/index.js';
import { Draft, type TurnContext } from './draft.js';
import { MasterTurn } from './master-turn.js';
import { beginRecovery } from './recovery.js';
import { restoreTables } from './restore.js';
import type { StoredRows } from './rows.js';
import { settingsOf, type MasterOptions, type MasterSettings } from './settings.js';
import { MasterTables, type MasterState } from './tables.js';

export function createMaster(options: MasterOptions = {}): Master {
  return new Master(options);
}

/** Agents, frameworks, offers and tasks as one pure state machine: no I/O, no clock of its own. */
export class Master {
  private readonly tables: MasterTables;
  private readonly settings: MasterSettings;
  private turn: MasterTurn | undefined;

  constructor(options: MasterOptions) {
    this.tables = new MasterTables(options.allocator ?? drfAllocator());
    this.settings = settingsOf(options);
  }

  /** Merged rows; a turn under way does not show. */
  get state(): MasterState {
    return this.tables;
  }

  /** The same for readers of what is committed: without what is merged provisionally. */
  get confirmed(): MasterState {
    return this.tables.confirmed;
  }

  /** Fills an empty master after a restart. */
  restore(rows: StoredRows): void {
    runSteps(this.restoreInSteps(rows));
  }

  /** The same for a hundred thousand tasks. */
  restoreInSteps(rows: StoredRows): Steps<void> {
    return restoreTables(this.tables, rows);
  }

  /** One turn at a time: beginning the next drops one that was not merged. */
  begin(ctx: TurnContext): MasterTurn {
    this.turn?.close();
    const draft = new Draft(this.tables, ctx, this.settings);
    beginRecovery(draft);
    this.turn = new MasterTurn(draft);
    return this.turn;
  }
}
