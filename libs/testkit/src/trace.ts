import type { Clock } from '@ekiden/kernel';

/** What happened last, as lines people can read; older lines are forgotten. */
export class Trace {
  private readonly clock: Clock;
  private readonly linesMax: number;
  private readonly start: number;
  private lines: string[] = [];
  private forgotten = 0;

  constructor(clock: Clock, linesMax = 60) {
    this.clock = clock;
    this.linesMax = linesMax;
    this.start = clock.now();
  }

  note(text: string): void {
    const at = ((this.clock.now() - this.start) / 1000).toFixed(3).padStart(9);
    this.lines.push(`${at}s ${text}`);
    // Cut in larger pieces, so that noting stays cheap.
    if (this.lines.length < this.linesMax * 4) return;
    this.forgotten += this.lines.length - this.linesMax;
    this.lines = this.lines.slice(-this.linesMax);
  }

  show(): string {
    const shown = this.lines.slice(-this.linesMax);
    const hidden = this.forgotten + this.lines.length - shown.length;
    return [...(hidden > 0 ? [`... ${hidden} earlier`] : []), ...shown].join('\n');
  }
}
