import type { Socket } from 'node:net';
import type { Clock } from '@ekiden/kernel';
import type { Ledger } from './ledger.js';
import type { RouterLimits } from './limits.js';

/** What all routes of one router share. */
export interface Works {
  readonly limits: RouterLimits;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: (message: string) => void;
  /** Claims room for one more client; false = there is none. */
  readonly admit: (client: Socket) => boolean;
}
