import { appendFileSync, renameSync, statSync } from 'node:fs';
import { formatTimestamp, type Clock } from '@ekiden/kernel';

/** A log file that never grows beyond twice `maxBytes`: the older half is kept beside it. */
export class BoundedLog {
  private readonly file: string;
  private readonly maxBytes: number;
  private readonly clock: Clock;

  constructor(file: string, maxBytes: number, clock: Clock) {
    this.file = file;
    this.maxBytes = maxBytes;
    this.clock = clock;
  }

  /** Never fails: a full disk must not end what is logged about. */
  write(message: string): void {
    try {
      appendFileSync(this.file, `${formatTimestamp(this.clock.now())} ${message}\n`, {
        mode: 0o600,
      });
      if (statSync(this.file).size > this.maxBytes) renameSync(this.file, `${this.file}.1`);
    } catch {
      // Nowhere to say it.
    }
  }
}
