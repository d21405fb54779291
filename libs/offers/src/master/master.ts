import type { Millis } from '@ekiden/kernel';

import { drfAllocator, type Allocator } from '../allocator/index.js';
import { Draft, type TurnContext } from './draft.js';
import { MasterTurn } from './master-turn.js';
import { restoreTables } from './restore.js';
import type { StoredRows } from './rows.js';
import { MasterTables, type MasterState } from './tables.js';

export interface MasterOptions {
  /** Who decides what is offered to whom; default: weighted hierarchical DRF. */
  readonly allocator?: Allocator;
  /** Offers not answered by then are rescinded; default: never. */
  readonly offerTimeout?: Millis;
}

export function createMaster(options: MasterOptions = {}): Master {
  return new Master(options);
}

/** Agents, frameworks, offers and tasks as one pure state machine: no I/O, no clock of its own. */
export class Master {
  private readonly tables: MasterTables;
  private readonly offerTimeout: Millis | undefined;
  private turn: MasterTurn | undefined;

  constructor(options: MasterOptions) {
    this.tables = new MasterTables(options.allocator ?? drfAllocator());
    this.offerTimeout = options.offerTimeout;
  }

  /** Committed rows; a turn under way does not show. */
  get state(): MasterState {
    return this.tables;
  }

  /** Fills an empty master after a restart. */
  restore(rows: StoredRows): void {
    restoreTables(this.tables, rows);
  }

  /** One turn at a time: beginning the next drops one that was not merged. */
  begin(ctx: TurnContext): MasterTurn {
    this.turn?.close();
    this.turn = new MasterTurn(new Draft(this.tables, ctx, this.offerTimeout));
    return this.turn;
  }
}
