import { assert, seconds, type Millis } from '@ekiden/kernel';

import type { Allocator } from '../allocator/index.js';

export interface MasterOptions {
  /** Who decides what is offered to whom; default: weighted hierarchical DRF. */
  readonly allocator?: Allocator;
  /**
   * How long an offer lives without an answer or a renewal, > 0; default 30 s. Mesos's own default
   * is `never` (its `--offer_timeout`).
   */
  readonly lease?: Millis | 'never';
  /**
   * An offer held for so long is asked back (event `wantedBack`, once) while another framework has
   * asks that nothing was offered for. Default: nobody is asked.
   */
  readonly askBackAfter?: Millis;
  /**
   * Tasks of a lower priority are told to leave for unmet asks of a higher one, and are killed so
   * long after. Default: no preemption.
   */
  readonly preemptionNotice?: Millis;
  /** After a restart with quotas (offer-core 2.7); default 0.8 of the agents, 10 minutes. */
  readonly recovery?: { readonly factor: number; readonly timeout: Millis };
}

export interface MasterSettings {
  readonly lease: Millis | undefined;
  readonly askBackAfter: Millis | undefined;
  readonly preemptionNotice: Millis | undefined;
  readonly recovery: { readonly factor: number; readonly timeout: Millis };
}

const DEFAULT_LEASE = seconds(30);
const DEFAULT_RECOVERY = { factor: 0.8, timeout: seconds(600) };

export function settingsOf(options: MasterOptions): MasterSettings {
  const { lease = DEFAULT_LEASE, askBackAfter, preemptionNotice } = options;
  const recovery = options.recovery ?? DEFAULT_RECOVERY;
  assert(lease === 'never' || lease > 0, 'a lease has a length');
  assert(recovery.factor >= 0 && recovery.factor <= 1, 'the recovery factor is from 0 to 1');
  return {
    lease: lease === 'never' ? undefined : lease,
    askBackAfter,
    preemptionNotice,
    recovery,
  };
}
