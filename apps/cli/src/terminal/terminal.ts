/** What the command line needs of the place it is called from; specs bring one of their own. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A person looks at the notes, so that they may be redrawn. */
  readonly interactive: boolean;
  /** Only for a person, and never with NO_COLOR. */
  readonly colours: boolean;
  /** Columns of the output; 80 where nobody knows. */
  readonly width: number;
  /** Results, with a line end added. */
  out(text: string): void;
  /** The same as it is, without a line end. */
  write(text: string): void;
  /** Progress, hints and complaints, with a line end added; never part of what is piped on. */
  note(text: string): void;
  /** Replaces what the last call of `redraw` has written; only where `interactive`. */
  redraw(lines: readonly string[]): void;
  /** Everything on the standard input. */
  readInput(): Promise<string>;
  /** A person is at the input and at the output. */
  readonly conversational: boolean;
  size(): TerminalSize;
  /** Hands the input on as it comes; the answer ends that and gives the terminal back. */
  passInput(to: InputTaker): () => void;
  /** Results as bytes; resolves when there is room for more. */
  writeBytes(bytes: Uint8Array, to: 'out' | 'error'): Promise<void>;
  /** Seconds since some moment; never goes back. */
  seconds(): number;
  /** `action` is called at Ctrl-C instead of ending the program; the answer takes that back. */
  onInterrupt(action: () => void): () => void;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Where input goes. */
export interface InputTaker {
  /** Every key as it is pressed, Ctrl-C too. */
  readonly raw: boolean;
  /** False when nothing more should come before `drained`. */
  readonly take: (bytes: Buffer) => boolean;
  readonly drained: (act: () => void) => void;
  readonly ended: () => void;
  readonly resized: (size: TerminalSize) => void;
}
