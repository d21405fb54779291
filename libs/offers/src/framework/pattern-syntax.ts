/** Inclusive code points. */
export type CodeRange = readonly [from: number, to: number];

export interface CharSet {
  readonly ranges: readonly CodeRange[];
  readonly negated: boolean;
  /** Letters stand for both their cases. */
  readonly fold: boolean;
}

/** What a pattern says. An empty sequence is the empty text. */
export type PatternNode =
  | { readonly kind: 'chars'; readonly set: CharSet }
  | { readonly kind: 'assertion'; readonly where: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly branches: readonly PatternNode[] }
  | {
      readonly kind: 'repeat';
      readonly body: PatternNode;
      readonly min: number;
      /** Absent = without end. */
      readonly max?: number;
    };

export type Assertion = 'begin' | 'end' | 'boundary' | 'noBoundary';

/**
 * Why a pattern is not taken (CON-08). `position` counts UTF-16 units of the pattern from 0.
 * `tooComplex`: more than 100 instructions; `tooLarge`: longer than 4,096 units, or its program
 * would take more than 4 KiB.
 */
export interface PatternError {
  readonly kind: 'syntax' | 'tooComplex' | 'tooLarge';
  readonly position: number;
  readonly rule: string;
}

/** RE2's bound on a counted repetition. */
const REPEAT_MAX = 1000;
const DEPTH_MAX = 100;
const CODE_POINT_MAX = 0x10ffff;

const COUNTED = /\{(\d+)(?:(,)(\d*))?\}/y;
const HEX = /([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\}/y;
const FLAGS = /\?(?:([is]*):|([is]+)\))/y;
const NAME = /\?P?<\w+>/y;

export const WORD: readonly CodeRange[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const LINE_FEED: readonly CodeRange[] = [[0x0a, 0x0a]];
/** ASCII, as in RE2: tab, line feed, form feed, carriage return, space. */
const CLASSES: Readonly<Record<string, readonly CodeRange[]>> = {
  d: [[0x30, 0x39]],
  s: [
    [0x09, 0x0a],
    [0x0c, 0x0d],
    [0x20, 0x20],
  ],
  w: WORD,
};
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };
const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: 'begin',
  z: 'end',
  b: 'boundary',
  B: 'noBoundary',
};
const NOTHING: PatternNode = { kind: 'sequence', parts: [] };

/**
 * Reads the subset of RE2's syntax that offer constraints may use: literals, `.`, classes
 * (`[a-z]`, `[^x]`, `\d \D \w \W \s \S`), groups (`(..)`, `(?:..)`, named ones), `|`, the
 * repetitions `* + ? {m} {m,} {m,n}` and their lazy forms, `^ $ \A \z \b \B`, the escapes `\t \n
 * \v \f \r \xHH \x{H..}` and of punctuation, the flags `i` and `s` (`(?i)` for the rest of a
 * group, `(?i:..)` for one). What RE2 has none of (backreferences, lookaround) or we do not read
 * (Unicode classes, `[[:alpha:]]`, other flags) is an error.
 */
export class PatternParser {
  /** The first mistake; what `parse` returned means nothing then. */
  error: PatternError | undefined;
  private readonly source: string;
  private at = 0;
  private fold = false;
  private dotAll = false;

  constructor(source: string) {
    this.source = source;
  }

  parse(): PatternNode {
    const node = this.choice(0);
    if (this.at < this.source.length) this.fail(this.at, 'there is no group to close');
    return node;
  }

  private choice(depth: number): PatternNode {
    const branches = [this.sequence(depth)];
    while (this.eat('|')) branches.push(this.sequence(depth));
    return branches.length === 1 ? (branches[0] ?? NOTHING) : { kind: 'choice', branches };
  }

  private sequence(depth: number): PatternNode {
    const parts: PatternNode[] = [];
    while (this.at < this.source.length && !this.sees('|') && !this.sees(')')) {
      parts.push(this.repeated(this.atom(depth)));
    }
    return { kind: 'sequence', parts };
  }

  /** Which of several ways of matching is preferred plays no role: lazy is read and forgotten. */
  private repeated(body: PatternNode): PatternNode {
    const start = this.at;
    const bounds = this.bounds();
    if (bounds === undefined) return body;
    this.eat('?');
    const again = this.at;
    if (this.bounds() !== undefined) this.fail(again, 'a repetition is repeated: group it');
    if (Math.max(bounds.min, bounds.max ?? 0) > REPEAT_MAX) {
      this.fail(start, `nothing is repeated more than ${REPEAT_MAX} times`);
    } else if (bounds.max !== undefined && bounds.max < bounds.min) {
      this.fail(start, 'a repetition ends before it begins');
    }
    return { kind: 'repeat', body, ...bounds };
  }

  private bounds(): { readonly min: number; readonly max?: number } | undefined {
    if (this.eat('*')) return { min: 0 };
    if (this.eat('+')) return { min: 1 };
    if (this.eat('?')) return { min: 0, max: 1 };
    const counted = this.take(COUNTED);
    if (counted === undefined) return undefined;
    const min = Number(counted[1]);
    if (counted[2] === undefined) return { min, max: min };
    return counted[3] === '' ? { min } : { min, max: Number(counted[3]) };
  }

  private atom(depth: number): PatternNode {
    const start = this.at;
    if (this.bounds() !== undefined) return this.fail(start, 'there is nothing to repeat');
    if (this.eat('(')) return this.group(start, depth + 1);
    if (this.eat('[')) return this.charClass(start);
    if (this.eat('^')) return { kind: 'assertion', where: 'begin' };
    if (this.eat('$')) return { kind: 'assertion', where: 'end' };
    if (this.eat('.')) return this.chars(this.dotAll ? [] : LINE_FEED, true);
    if (!this.eat('\\')) return this.literal(this.next());
    const where = ASSERTIONS[this.peek()];
    if (where !== undefined) {
      this.at += 1;
      return { kind: 'assertion', where };
    }
    const escaped = this.escape(start);
    return typeof escaped === 'number' ? this.literal(escaped) : this.chars(escaped);
  }

  private group(start: number, depth: number): PatternNode {
    if (depth > DEPTH_MAX) return this.fail(start, `groups nest at most ${DEPTH_MAX} deep`);
    const { fold, dotAll } = this;
    const flags = this.take(FLAGS);
    if (flags !== undefined) {
      this.fold ||= flags[0].includes('i');
      this.dotAll ||= flags[0].includes('s');
      if (flags[2] !== undefined) return NOTHING;
    } else if (this.sees('?') && this.take(NAME) === undefined) {
      const looks = /^\?<?[=!]/.test(this.source.slice(this.at, this.at + 3));
      const rule = looks ? 'there is no lookahead or lookbehind' : 'no such group: (?:, (?i), (?s)';
      return this.fail(start, rule);
    }
    const node = this.choice(depth);
    if (!this.eat(')')) return this.fail(start, 'the group is not closed');
    this.fold = fold;
    this.dotAll = dotAll;
    return node;
  }

  private charClass(start: number): PatternNode {
    const negated = this.eat('^');
    const ranges: CodeRange[] = [];
    // A bracket that comes first stands for itself.
    do {
      if (this.at >= this.source.length) return this.fail(start, 'the class is not closed');
      if (this.sees('[:')) return this.fail(this.at, 'there are no named classes: write [A-Za-z]');
      this.classItem(ranges);
    } while (!this.eat(']'));
    return this.chars(ranges, negated);
  }

  private classItem(ranges: CodeRange[]): void {
    const start = this.at;
    const from = this.classChar();
    const isRange = this.sees('-') && this.source[this.at + 1] !== ']';
    if (isRange) this.at += 1;
    const to = isRange ? this.classChar() : from;
    if (typeof from !== 'number') {
      if (isRange) this.fail(start, 'a range is from character to character');
      ranges.push(...from);
    } else if (typeof to !== 'number' || to < from) {
      this.fail(start, 'a range goes from a character to a later one');
    } else {
      ranges.push([from, to]);
    }
  }

  private classChar(): number | readonly CodeRange[] {
    const start = this.at;
    return this.eat('\\') ? this.escape(start) : this.next();
  }

  /** Behind the backslash at `start`: one character, or a class. */
  private escape(start: number): number | readonly CodeRange[] {
    const char = String.fromCodePoint(this.next());
    const ranges = CLASSES[char.toLowerCase()];
    if (ranges !== undefined) return CLASSES[char] ?? complement(ranges);
    const control = CONTROLS[char];
    if (control !== undefined) return control;
    const hex = char === 'x' ? this.take(HEX) : undefined;
    if (hex !== undefined) {
      const code = Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
      if (code > CODE_POINT_MAX) this.fail(start, 'there is no such character');
      return code;
    }
    if (/[1-9]/.test(char)) this.fail(start, 'there are no backreferences');
    else if (!/[!-/:-@[-`{-~]/.test(char)) this.fail(start, 'there is no such escape');
    return char.codePointAt(0) ?? 0;
  }

  private chars(ranges: readonly CodeRange[], negated = false): PatternNode {
    return { kind: 'chars', set: { ranges, negated, fold: this.fold } };
  }

  private literal(code: number): PatternNode {
    return this.chars([[code, code]]);
  }

  private next(): number {
    const code = this.source.codePointAt(this.at);
    if (code === undefined) {
      this.fail(this.at, 'the pattern ends too early');
      return 0;
    }
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  private peek(): string {
    return this.source[this.at] ?? '';
  }

  private sees(text: string): boolean {
    return this.source.startsWith(text, this.at);
  }

  private eat(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }

  private take(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.source) ?? undefined;
    this.at += found?.[0].length ?? 0;
    return found;
  }

  /** Keeps the first mistake, and ends the reading. */
  private fail(position: number, rule: string): PatternNode {
    this.error ??= { kind: 'syntax', position, rule };
    this.at = this.source.length;
    return NOTHING;
  }
}

function complement(ranges: readonly CodeRange[]): readonly CodeRange[] {
  const others: CodeRange[] = [];
  let from = 0;
  for (const [begin, end] of ranges) {
    if (begin > from) others.push([from, begin - 1]);
    from = end + 1;
  }
  others.push([from, CODE_POINT_MAX]);
  return others;
}
