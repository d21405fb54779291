/** `startSeconds` counts on the replay's clock, which begins at 0. No duration = for good. */
export interface WindowJson {
  readonly startSeconds: number;
  readonly durationSeconds?: number;
}

interface Part {
  readonly framework: string;
  readonly role: string;
  readonly agent: string;
  /** Mesos's text form. */
  readonly resources: string;
}

/** Amounts by name, in units. */
export type Amounts = Readonly<Record<string, number>>;

export interface RoleShares {
  /** Dominant share of the whole subtree over the cluster, 0 to 1. */
  readonly share: number;
  readonly weight: number;
  /** `share / weight`: what the role sorter compares. */
  readonly weightedShare: number;
  readonly guarantees?: Amounts;
  readonly limits?: Amounts;
  /** What counts against the quota: reservations, and what else is offered or used. */
  readonly consumed: Amounts;
  readonly reserved: Amounts;
  readonly allocated: Amounts;
  /** Dominant share of each framework of this very role. */
  readonly frameworks: Amounts;
}

/** One line of the replay's output. The order is the order in which things were decided. */
export type ReplayEvent =
  | ({ readonly event: 'rescind'; readonly reason: string } & Part)
  | ({ readonly event: 'offer' } & Part)
  | {
      readonly event: 'inverseOffer';
      readonly framework: string;
      readonly agent: string;
      readonly unavailability: WindowJson;
      /** Empty = all that the framework has there (offer-core 2.8). */
      readonly resources: string;
    }
  | {
      readonly event: 'explain';
      readonly framework: string;
      readonly role: string;
      readonly agent: string;
      /** The first gate that said no, or `none`. */
      readonly gate: string;
      readonly message: string;
      /** In units; times in seconds of the replay's clock. */
      readonly numbers: Amounts;
    }
  | {
      readonly event: 'shares';
      readonly roles: Readonly<Record<string, RoleShares>>;
      /** Filters that stand, and agents that wait to be looked at. */
      readonly filters: number;
      readonly queued: number;
    }
  | { readonly event: 'sorted'; readonly clients: readonly string[] }
  | {
      readonly event: 'error';
      /** The line's op, or its number where it has none. */
      readonly command: string | number;
      readonly line: number;
      /** All rules that are broken, each with the path of its field. */
      readonly message: string;
      /** Of the first one. */
      readonly path?: string;
    };
