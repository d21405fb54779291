import type { Terminal } from './terminal.js';

const INPUT_BYTES_MAX = 64 * 1024 * 1024;
const UP_AND_CLEAR = '\x1b[1A\x1b[2K';

/** The terminal of this process. Colours only for a person, and never with NO_COLOR. */
export class ProcessTerminal implements Terminal {
  readonly env = process.env;
  readonly interactive = process.stderr.isTTY;
  readonly colours =
    process.stdout.isTTY &&
    process.stderr.isTTY &&
    (process.env['NO_COLOR'] ?? '') === '' &&
    process.env['TERM'] !== 'dumb';
  private drawn = 0;

  constructor() {
    // `ekiden app list | head`: nobody reads on, which is no failure.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }

  get width(): number {
    return process.stdout.columns > 0 ? process.stdout.columns : 80;
  }

  out(text: string): void {
    this.drawn = 0;
    process.stdout.write(`${text}\n`);
  }

  write(text: string): void {
    this.drawn = 0;
    process.stdout.write(text);
  }

  note(text: string): void {
    this.drawn = 0;
    process.stderr.write(`${text}\n`);
  }

  redraw(lines: readonly string[]): void {
    const fitting = lines.map((line) => fitTo(line, this.width - 1));
    process.stderr.write(
      UP_AND_CLEAR.repeat(this.drawn) + fitting.map((line) => `${line}\n`).join(''),
    );
    this.drawn = lines.length;
  }

  async readInput(): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of process.stdin) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > INPUT_BYTES_MAX) throw new Error('the standard input is longer than 64 MiB');
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  seconds(): number {
    return performance.now() / 1000;
  }

  onInterrupt(action: () => void): () => void {
    process.once('SIGINT', action);
    return () => {
      process.off('SIGINT', action);
    };
  }
}

/** A line that wraps could not be taken back. Colours take no room; a cut line loses its own. */
function fitTo(line: string, width: number): string {
  const plain = line.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '');
  return plain.length <= width ? line : `${plain.slice(0, width - 1)}…`;
}
