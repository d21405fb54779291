import type { Terminal } from '../src/terminal/index.js';

/** Keeps what a command says; nobody looks at it. */
export class RecordingTerminal implements Terminal {
  readonly interactive = false;
  readonly colours = false;
  readonly width = 100;
  readonly env: Readonly<Record<string, string>>;
  readonly outLines: string[] = [];
  readonly notes: string[] = [];
  input = '';

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.env = env;
  }

  get stdout(): string {
    return this.outLines.join('\n');
  }

  out(text: string): void {
    this.outLines.push(text);
  }

  write(text: string): void {
    this.outLines.push(text);
  }

  note(text: string): void {
    this.notes.push(text);
  }

  redraw(lines: readonly string[]): void {
    this.notes.push(lines.join('\n'));
  }

  readInput(): Promise<string> {
    return Promise.resolve(this.input);
  }

  seconds(): number {
    return 0;
  }

  onInterrupt(): () => void {
    return () => undefined;
  }
}
