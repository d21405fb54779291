import type { Millis } from '@ekiden/kernel';
import type { Checker } from '@ekiden/testkit';
import type { Turn } from '../../src/core/loop/index.js';
import type { ServiceState } from '../../src/core/turn/index.js';
import type { MemoryStore } from './memory-store.js';

/** A decided turn before it is committed: what was (`state`) and what it wants (`turn.draft`). */
export interface TurnSight {
  readonly now: Millis;
  readonly state: ServiceState;
  readonly turn: Turn;
  readonly store: MemoryStore;
}

/** Between turns: what memory holds and what is stored. */
export interface RestSight {
  readonly now: Millis;
  readonly state: ServiceState;
  readonly store: MemoryStore;
}

export type TurnChecker = Checker<TurnSight>;
export type RestChecker = Checker<RestSight>;
