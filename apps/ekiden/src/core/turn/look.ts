import type { Millis } from '@ekiden/kernel';
import type { MasterTurn } from '@ekiden/offers';
import type { StateView } from './state.js';

/**
 * The service between two turns: committed state, and a draft of the resource core to ask. What is
 * done to the draft is seen by this look alone and is then forgotten, so it can try things out.
 */
export interface Look {
  readonly state: StateView;
  readonly master: MasterTurn;
  readonly now: Millis;
}
