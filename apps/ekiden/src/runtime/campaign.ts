import { millis, type Millis } from '@ekiden/kernel';
import type { LeaderTerm, StateStore } from '../ports/index.js';
import type { LeaderNotes } from './leader-notes.js';

export interface CampaignOptions {
  readonly store: Pick<StateStore, 'campaign' | 'leaderAddress'>;
  readonly notes: Pick<LeaderNotes, 'sees'>;
  /** Waits; comes back at once when the signal has ended. */
  readonly pause: (delay: Millis, signal: AbortSignal) => Promise<void>;
}

/** How often a standby looks who leads. */
const LEADER_WATCH = millis(1_000);

/** Waits for leadership; meanwhile notes who has it. Rejects only when `signal` ends the waiting. */
export async function campaign(options: CampaignOptions, signal: AbortSignal): Promise<LeaderTerm> {
  const elected = new AbortController();
  void watchLeader(options, elected.signal);
  try {
    return await options.store.campaign(signal);
  } finally {
    elected.abort();
  }
}

async function watchLeader(
  { store, notes, pause }: CampaignOptions,
  signal: AbortSignal,
): Promise<void> {
  const over = (): boolean => signal.aborted;
  for (;;) {
    await pause(LEADER_WATCH, signal);
    if (over()) return;
    // The campaign reports a database that is away; here it only means that nobody is known.
    const leader = await store.leaderAddress().catch(() => undefined);
    if (over()) return;
    notes.sees(leader);
  }
}
