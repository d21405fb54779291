import { once } from 'node:events';
import { Socket } from 'node:net';
import type { InputTaker, Terminal, TerminalSize } from './terminal.js';

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

  get conversational(): boolean {
    return process.stdin.isTTY && process.stdout.isTTY;
  }

  size(): TerminalSize {
    const { columns, rows } = process.stdout;
    return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
  }

  passInput({ raw, take, drained, ended, resized }: InputTaker): () => void {
    const { stdin, stdout } = process;
    const isRaw = raw && stdin.isTTY;
    if (isRaw) stdin.setRawMode(true);
    const hear = (bytes: Buffer): void => {
      if (take(bytes)) return;
      stdin.pause();
      drained(() => stdin.resume());
    };
    const resize = (): void => {
      resized(this.size());
    };
    stdin.on('data', hear);
    stdin.once('end', ended);
    stdout.on('resize', resize);
    return () => {
      if (isRaw) stdin.setRawMode(false);
      stdin.off('data', hear);
      stdin.off('end', ended);
      stdout.off('resize', resize);
      stdin.pause();
      // A file (`< /dev/null`) is no socket, and keeps nobody waiting.
      if (stdin instanceof Socket) stdin.unref();
    };
  }

  async writeBytes(bytes: Uint8Array, to: 'out' | 'error'): Promise<void> {
    const target = to === 'out' ? process.stdout : process.stderr;
    if (!target.write(bytes)) await once(target, 'drain');
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
