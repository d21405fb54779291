import type { OrchestratorSettings } from '../core/turn/index.js';

/**
 * What deciding a turn in bulk may take. Encoding and merging it take as much again (DESIGN 4: 50 ms
 * in all), and whoever asks for something meanwhile waits for all of it. Longer turns place hardly
 * more per second, as the database is not waited for.
 */
const TARGET_MS = 20;

const SHARE_FIRST = 0.5;
const SHARE_MIN = 0.1;
/** Of that, what a turn in bulk takes on while somebody waits for its answer. */
const SHARE_AWAITED = 0.25;

/** A single turn says little: the collector may have run in it. */
const DOWN_MOST = 0.8;
const UP_MOST = 1.1;

/**
 * Finds how much of what the settings allow a turn may be given, so that turns in bulk are as large
 * as the time a turn may hold the event loop for, on this machine and with this state, and no
 * larger. The settings' own bounds are never passed.
 */
export class TurnPace {
  private readonly most: OrchestratorSettings;
  private share = SHARE_FIRST;
  private isEased = false;

  constructor(most: OrchestratorSettings) {
    this.most = most;
  }

  /** `awaited`: somebody is to be answered at the end of this turn. */
  settings({ awaited }: { readonly awaited: boolean }): OrchestratorSettings {
    this.isEased = awaited;
    const { offersPerTurn, launchesPerTurn, startsPerTurn } = this.most;
    return {
      ...this.most,
      offersPerTurn: this.part(offersPerTurn),
      launchesPerTurn: this.part(launchesPerTurn),
      startsPerTurn: this.part(startsPerTurn),
    };
  }

  /** After a turn: how long deciding it held the event loop, and whether it did all it was allowed to. */
  note({ heldMs, full }: { readonly heldMs: number; readonly full: boolean }): void {
    // One that was to be short says nothing of how long one may be.
    if (!full || this.isEased) return;
    const factor = TARGET_MS / Math.max(heldMs, 1);
    const bounded = Math.min(Math.max(factor, DOWN_MOST), UP_MOST);
    this.share = Math.min(Math.max(this.share * bounded, SHARE_MIN), 1);
  }

  private part(bound: number): number {
    const eased = this.isEased ? SHARE_AWAITED : 1;
    return Math.max(1, Math.round(bound * this.share * eased));
  }
}
