import type { InputTaker, Terminal } from '../src/terminal/index.js';

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

  readonly conversational = false;

  size(): { readonly columns: number; readonly rows: number } {
    return { columns: 100, rows: 30 };
  }

  /** All of the input at once, and its end. */
  passInput({ take, ended }: InputTaker): () => void {
    take(Buffer.from(this.input));
    ended();
    return () => undefined;
  }

  writeBytes(bytes: Uint8Array, to: 'out' | 'error'): Promise<void> {
    (to === 'out' ? this.outLines : this.notes).push(Buffer.from(bytes).toString('utf8'));
    return Promise.resolve();
  }

  seconds(): number {
    return 0;
  }

  onInterrupt(): () => void {
    return () => undefined;
  }
}
