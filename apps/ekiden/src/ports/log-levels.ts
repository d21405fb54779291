export const ADJUSTABLE_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

export type AdjustableLevel = (typeof ADJUSTABLE_LEVELS)[number];

/** A part of the service that logs under a name of its own. */
export interface NamedLevel {
  readonly logger: string;
  /** One of `AdjustableLevel`, or what the service was started with. */
  readonly level: string;
  /** It has none of its own: it follows that of the root. */
  readonly isInherited: boolean;
}

/** How much is logged; may be changed while the service runs. */
export interface LogLevels {
  /** The root first. */
  list(): readonly NamedLevel[];
  /**
   * Sets a level for good, or for so many seconds, after which the former one is back. Answers
   * false, and does nothing, if there is no logger of that name.
   */
  set(logger: string, level: AdjustableLevel, durationSeconds?: number): boolean;
}
