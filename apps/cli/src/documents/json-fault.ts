/** Where a text stops being JSON: 1-based line and column, and what stands there. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  /** One character, or `undefined` at the end of the text. */
  readonly found: string | undefined;
}

const BLANK = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;

/** For a text that `JSON.parse` has refused; engines do not all say where. */
export function jsonFault(text: string): JsonFault {
  const at = new Scanner(text).firstFault();
  const before = text.slice(0, at).split('\n');
  return {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    found: text[at],
  };
}

/** What may come next. */
type Wanted = 'value' | 'value or ]' | 'key' | 'key or }' | 'more' | 'end';

class Scanner {
  private readonly text: string;
  private at = 0;
  /** Closing brackets that are due. */
  private readonly open: string[] = [];

  constructor(text: string) {
    this.text = text;
  }

  firstFault(): number {
    let wanted: Wanted | undefined = 'value';
    while (wanted !== undefined) {
      this.take(BLANK);
      if (wanted === 'end' && this.at === this.text.length) break;
      wanted = this.step(wanted);
    }
    return this.at;
  }

  /** `undefined` = here is the fault. */
  private step(wanted: Wanted): Wanted | undefined {
    switch (wanted) {
      case 'value':
        return this.value();
      case 'value or ]':
        return this.closes(']') ? this.after() : this.value();
      case 'key':
        return this.key();
      case 'key or }':
        return this.closes('}') ? this.after() : this.key();
      case 'more': {
        const due = this.open.at(-1) ?? '';
        if (this.closes(due)) return this.after();
        if (!this.skip(',')) return undefined;
        return due === '}' ? 'key' : 'value';
      }
      case 'end':
        return undefined;
    }
  }

  private value(): Wanted | undefined {
    if (this.skip('{')) {
      this.open.push('}');
      return 'key or }';
    }
    if (this.skip('[')) {
      this.open.push(']');
      return 'value or ]';
    }
    return this.take(STRING) || this.take(SCALAR) ? this.after() : undefined;
  }

  private key(): Wanted | undefined {
    if (!this.take(STRING)) return undefined;
    this.take(BLANK);
    return this.skip(':') ? 'value' : undefined;
  }

  private after(): Wanted {
    return this.open.length === 0 ? 'end' : 'more';
  }

  private closes(bracket: string): boolean {
    if (bracket === '' || !this.skip(bracket)) return false;
    this.open.pop();
    return true;
  }

  private skip(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return false;
    this.at += match[0].length;
    return true;
  }
}
