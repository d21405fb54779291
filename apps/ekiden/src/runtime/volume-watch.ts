import type { Clock, Millis } from '@ekiden/kernel';
import type { Timers } from '@ekiden/host';
import type { StateView, WorldCommand } from '../core/turn/index.js';
import { isNewsOf, type Volume } from '../core/volume/index.js';
import type { Hosts, Log } from '../ports/index.js';
import { PacedLook } from './paced-look.js';

export interface VolumeWatchOptions {
  readonly hosts: Pick<Hosts, 'measureVolumes'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly every: Millis;
  /** Takes what was measured; false when there is no room for it. */
  readonly report: (command: WorldCommand) => boolean;
}

/** Hosts spend at most a twentieth of their time on it. */
const PAUSE_SHARE = 20;

/** In one turn. */
const NEWS_MAX = 1_000;

/** Has hosts measure what the data of volumes takes, from time to time, and reports what is news. */
export class VolumeWatch extends PacedLook {
  constructor(options: VolumeWatchOptions) {
    super({
      ...options,
      event: 'volume-fault',
      pause: options.every,
      pauseShare: PAUSE_SHARE,
      isWanted: (view) => view.volumes.size > 0,
      look: (view, present) => measure(options, view, present),
    });
  }
}

async function measure(
  { hosts, clock, report }: VolumeWatchOptions,
  view: StateView,
  present: () => StateView | undefined,
): Promise<void> {
  const at = clock.now();
  const sizes = await hosts.measureVolumes([...view.volumes.values()].filter(isMeasured));
  const now = present();
  if (now === undefined) return;
  const uses = sizes.filter(({ volumeId, bytes }) => {
    const volume = now.volumes.get(volumeId);
    return volume !== undefined && isMeasured(volume) && isNewsOf(volume, bytes);
  });
  // What there is no room for now is found again the next time.
  if (uses.length > 0) report({ kind: 'volumesMeasured', at, uses: uses.slice(0, NEWS_MAX) });
}

/** Without a task that ever ran there is nothing in it, and what is to go is of no interest. */
function isMeasured({ usedAt, wipe }: Volume): boolean {
  return usedAt !== undefined && wipe === undefined;
}
