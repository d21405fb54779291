import {
  containsResources,
  subtractResources,
  type FrameworkEvent,
  type FrameworkId,
  type MasterTurn,
  type Offer,
  type Resources,
} from '@ekiden/offers';

/** What the pool needs of a framework. It acts on the turn it is handed and on nothing else. */
export interface Framework {
  readonly id: FrameworkId;
  /** Once, in the turn in which it joins. */
  join(turn: MasterTurn): void;
  /** In every turn, after the offers were made. */
  hear(turn: MasterTurn, events: readonly FrameworkEvent[]): void;
}

/** What the simulated agents read in `TaskLaunch.info`. */
export interface Command {
  /** How long the task runs, in seconds; absent = until it is killed. */
  readonly runSeconds?: number;
}

export type Say = (who: string, what: string) => void;

/** How many tasks of one size an offer has room for, at most `most`. */
export function roomFor(offer: Offer, needs: Resources, most: number): number {
  let rest = offer.resources;
  let count = 0;
  while (count < most && containsResources(rest, needs)) {
    rest = subtractResources(rest, needs);
    count += 1;
  }
  return count;
}
