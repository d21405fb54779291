import { err, ok, type Result } from '@ekiden/kernel';

/** Where reading stopped (0-based offset into the text) and which rule the text breaks. */
export interface TextError {
  readonly position: number;
  readonly rule: string;
}

/** Longer texts are refused unread; a bag of 10,000 objects with labels is shorter. */
const LENGTH_MAX = 4_000_000;

/** Characters that end a bare word wherever it stands. White space does so too. */
const DELIMITERS = ',;()[]{}<>"';
const BARE = /^[^\s:,;()[\]{}<>"]+$/;
const SPACE = /\s/;

/** By character code below 128: 1 = ends a word, 2 = white space. */
const KINDS = new Uint8Array(128);
for (const delimiter of DELIMITERS) KINDS[delimiter.charCodeAt(0)] = 1;
for (const space of '\t\n\v\f\r ') KINDS[space.charCodeAt(0)] = 2;

/** Characters readers look out for, by code. */
export const CODE = {
  quote: 34,
  comma: 44,
  point: 46,
  zero: 48,
  nine: 57,
  colon: 58,
  semicolon: 59,
  less: 60,
  bracket: 91,
  backslash: 92,
  bracketEnd: 93,
  brace: 123,
} as const;

/** A word as the text form writes it: bare when it can be, else as a JSON string. */
export function formatWord(word: string, reserved?: ReadonlySet<string>): string {
  return BARE.test(word) && reserved?.has(word) !== true ? word : JSON.stringify(word);
}

/** Reads a text; the first {@link Scanner.fail} ends it and is the answer. */
export function scan<T>(text: string, read: (scanner: Scanner) => T): Result<T, TextError> {
  if (text.length > LENGTH_MAX) {
    return err({ position: LENGTH_MAX, rule: `a text has at most ${LENGTH_MAX} characters` });
  }
  try {
    return ok(read(new Scanner(text)));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return err({ position: error.position, rule: error.rule });
  }
}

/** A text and how far it is read. Failing leaves by the shortest way, to {@link scan}. */
export class Scanner {
  at = 0;

  constructor(readonly text: string) {}

  fail(rule: string, position = this.at): never {
    throw new Unreadable(position, rule);
  }

  /** The code of the next character that is no white space; NaN at the end. */
  next(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (!isSpace(code)) return code;
      this.at += 1;
    }
  }

  atEnd(): boolean {
    return Number.isNaN(this.next());
  }

  /** Passes over a literal text, white space before it included; false when it is not there. */
  eat(literal: string): boolean {
    if (this.next() !== literal.charCodeAt(0)) return false;
    if (literal.length > 1 && !this.text.startsWith(literal, this.at)) return false;
    this.at += literal.length;
    return true;
  }

  /** Passes over a literal text that must be there. */
  expect(literal: string, rule: string): void {
    if (!this.eat(literal)) this.fail(rule);
  }

  /** All up to one of these characters, or to the end, without white space around it. */
  until(stops: string): string {
    const from = this.at;
    while (this.at < this.text.length && !stops.includes(this.text.charAt(this.at))) this.at += 1;
    return this.text.slice(from, this.at).trim();
  }

  /** A bare or quoted word; with `colons` a bare one may contain them. */
  word(rule: string, colons = false): string {
    if (this.next() === CODE.quote) return this.quoted();
    const from = this.at;
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (Number.isNaN(code) || (code === CODE.colon && !colons)) break;
      if (code < 128 ? KINDS[code] !== 0 : isSpace(code)) break;
      this.at += 1;
    }
    return this.at === from ? this.fail(rule) : this.text.slice(from, this.at);
  }

  /** A JSON string; the scanner stands at its quote. */
  quoted(): string {
    const from = this.at;
    for (let i = from + 1; i < this.text.length; i += 1) {
      const code = this.text.charCodeAt(i);
      if (code === CODE.backslash) i += 1;
      if (code !== CODE.quote) continue;
      this.at = i + 1;
      const word = readJsonString(this.text.slice(from, this.at));
      return word ?? this.fail('a quoted word is a JSON string', from);
    }
    return this.fail('a quoted word ends with "', from);
  }
}

/** Never leaves this file: {@link scan} makes a value of it. */
class Unreadable extends Error {
  constructor(
    readonly position: number,
    readonly rule: string,
  ) {
    super(rule);
  }
}

function isSpace(code: number): boolean {
  return code < 128 ? KINDS[code] === 2 : code > 127 && SPACE.test(String.fromCharCode(code));
}

function readJsonString(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
