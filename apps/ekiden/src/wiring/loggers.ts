import { seconds } from '@ekiden/kernel';
import type { Timers } from '@ekiden/host';
import type { Logger } from 'pino';
import type { AdjustableLevel, LogLevels, NamedLevel } from '../ports/index.js';

/** Parts of the service that are told apart in the log. */
const PARTS = ['http', 'store', 'service', 'hosts', 'router'] as const;

export type Part = (typeof PARTS)[number];

const ROOT = 'ROOT';

/** A logger by name, and what was said of its level. */
interface Entry {
  readonly logger: Logger;
  /** For good; `undefined` = as the root. */
  own: string | undefined;
  /** For a while. */
  passing: { readonly level: string; readonly cancel: () => void } | undefined;
}

/** The loggers of the parts below a root, whose level they follow unless they have their own. */
export class Loggers implements LogLevels {
  private readonly root: Entry;
  private readonly entries: ReadonlyMap<string, Entry>;
  private readonly timers: Timers;

  constructor(root: Logger, timers: Timers) {
    this.timers = timers;
    this.root = { logger: root, own: root.level, passing: undefined };
    const parts = PARTS.map((part) => {
      const logger = root.child({ logger: nameOf(part) });
      const entry: Entry = { logger, own: undefined, passing: undefined };
      return [nameOf(part), entry] as const;
    });
    this.entries = new Map([[ROOT, this.root], ...parts]);
  }

  of(part: Part): Logger {
    return this.entries.get(nameOf(part))?.logger ?? this.root.logger;
  }

  list(): readonly NamedLevel[] {
    return [...this.entries].map(
      ([
        logger,
        {
          own,
          passing,
          logger: { level },
        },
      ]) => {
        return { logger, level, isInherited: own === undefined && passing === undefined };
      },
    );
  }

  set(name: string, level: AdjustableLevel, durationSeconds?: number): boolean {
    const entry = this.entries.get(name);
    if (entry === undefined) return false;
    entry.passing?.cancel();
    entry.passing = undefined;
    if (durationSeconds === undefined) {
      entry.own = level;
    } else {
      const cancel = this.timers.after(seconds(durationSeconds), () => {
        entry.passing = undefined;
        this.apply();
      });
      entry.passing = { level, cancel };
    }
    this.apply();
    return true;
  }

  private apply(): void {
    const { root } = this;
    root.logger.level = root.passing?.level ?? root.own ?? root.logger.level;
    for (const { logger, own, passing } of this.entries.values()) {
      logger.level = passing?.level ?? own ?? root.logger.level;
    }
  }
}

function nameOf(part: Part): string {
  return `ekiden.${part}`;
}
