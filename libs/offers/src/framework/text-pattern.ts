import { err, ok, type Result } from '@ekiden/kernel';

import { PatternParser, WORD } from './pattern-syntax.js';
import type { Assertion, CharSet, CodeRange, PatternError, PatternNode } from './pattern-syntax.js';

/** Mesos's limits on a constraint's pattern (offer-core 1.8, CON-08). */
const INSTRUCTIONS_MAX = 100;
const BYTES_MAX = 4096;
/** What an instruction or a range of a class takes: two words. */
const INSTRUCTION_BYTES = 8;
const END = -1;

/** `next` and `other` are places in the program. */
type Instruction =
  | { readonly op: 'chars'; readonly set: CharSet; readonly next: number }
  | { readonly op: 'assertion'; readonly where: Assertion; readonly next: number }
  | { readonly op: 'fork'; next: number; readonly other: number }
  | { readonly op: 'match' };

/**
 * Makes a program of a pattern in the subset of RE2's syntax that {@link PatternParser} reads. All
 * that a user can make slow or large is refused here: matching is linear in the text whatever the
 * pattern is, and a program has at most 100 instructions.
 */
export function compilePattern(source: string): Result<TextPattern, PatternError> {
  if (source.length > BYTES_MAX) return err(tooLarge(source.length, BYTES_MAX, 'characters'));
  const parser = new PatternParser(source);
  const root = parser.parse();
  if (parser.error !== undefined) return err(parser.error);
  // One more for the match itself. Nothing is laid out before it is known to fit.
  const instructions = sizeOf(root) + 1;
  const bytes = (instructions + rangesOf(root)) * INSTRUCTION_BYTES;
  if (bytes > BYTES_MAX) return err(tooLarge(bytes, BYTES_MAX, 'bytes'));
  if (instructions > INSTRUCTIONS_MAX) {
    const rule = `the pattern takes ${instructions} steps, more than ${INSTRUCTIONS_MAX}`;
    return err({ kind: 'tooComplex', position: 0, rule });
  }
  const program: Instruction[] = [{ op: 'match' }];
  const start = emit(program, root, 0);
  return ok(new TextPattern(program, start));
}

/**
 * A compiled pattern: a non-deterministic automaton that is in all its states at once, so that
 * nothing is ever tried twice (Thompson, CACM 1968). Comes from {@link compilePattern}.
 */
export class TextPattern {
  private readonly program: readonly Instruction[];
  private readonly start: number;
  /** By place in the program: the step that visited it last. */
  private readonly visited: number[];
  private step = 0;
  private now: number[] = [];
  private soon: number[] = [];
  private before = END;
  private after = END;

  constructor(program: readonly Instruction[], start: number) {
    this.program = program;
    this.start = start;
    this.visited = program.map(() => 0);
  }

  /** Whether the whole text matches. */
  matches(text: string): boolean {
    this.before = END;
    this.after = text.codePointAt(0) ?? END;
    this.begin();
    this.follow(this.start);
    let at = 0;
    while (this.after !== END) {
      if (this.soon.length === 0) return false;
      const code = this.after;
      at += code > 0xffff ? 2 : 1;
      this.before = code;
      this.after = text.codePointAt(at) ?? END;
      this.begin();
      for (const place of this.now) {
        const instruction = this.program[place];
        if (instruction?.op === 'chars' && has(instruction.set, code)) {
          this.follow(instruction.next);
        }
      }
    }
    return this.visited[0] === this.step;
  }

  /** What was to come is now. */
  private begin(): void {
    const past = this.now;
    this.now = this.soon;
    this.soon = past;
    past.length = 0;
    this.step += 1;
  }

  /** Notes every place that is reached from this one without a character. */
  private follow(place: number): void {
    if (this.visited[place] === this.step) return;
    this.visited[place] = this.step;
    const instruction = this.program[place];
    if (instruction === undefined) return;
    switch (instruction.op) {
      case 'chars':
        this.soon.push(place);
        return;
      case 'fork':
        this.follow(instruction.next);
        this.follow(instruction.other);
        return;
      case 'assertion':
        if (this.holds(instruction.where)) this.follow(instruction.next);
        return;
      case 'match':
        return;
    }
  }

  private holds(where: Assertion): boolean {
    switch (where) {
      case 'begin':
        return this.before === END;
      case 'end':
        return this.after === END;
      case 'boundary':
        return within(WORD, this.before) !== within(WORD, this.after);
      case 'noBoundary':
        return within(WORD, this.before) === within(WORD, this.after);
    }
  }
}

/** How many instructions a node takes. Counted, not tried: `(a{1000}){1000}` costs nothing. */
function sizeOf(node: PatternNode): number {
  switch (node.kind) {
    case 'chars':
    case 'assertion':
      return 1;
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 0);
    case 'choice':
      return node.branches.reduce((sum, branch) => sum + sizeOf(branch) + 1, -1);
    case 'repeat': {
      const { min, max } = node;
      const body = sizeOf(node.body);
      if (body === 0) return 0;
      return max === undefined ? Math.max(min, 1) * body + 1 : max * body + (max - min);
    }
  }
}

function rangesOf(node: PatternNode): number {
  switch (node.kind) {
    case 'chars':
      return node.set.ranges.length;
    case 'assertion':
      return 0;
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + rangesOf(part), 0);
    case 'choice':
      return node.branches.reduce((sum, branch) => sum + rangesOf(branch), 0);
    case 'repeat':
      return rangesOf(node.body);
  }
}

/** Lays out a node in front of what comes after it; says where it begins. */
function emit(program: Instruction[], node: PatternNode, next: number): number {
  switch (node.kind) {
    case 'chars':
      return program.push({ op: 'chars', set: node.set, next }) - 1;
    case 'assertion':
      return program.push({ op: 'assertion', where: node.where, next }) - 1;
    case 'sequence':
      return node.parts.reduceRight((after, part) => emit(program, part, after), next);
    case 'choice':
      return node.branches
        .map((branch) => emit(program, branch, next))
        .reduceRight((other, entry) => program.push({ op: 'fork', next: entry, other }) - 1);
    case 'repeat':
      return emitRepeat(program, node, next);
  }
}

function emitRepeat(
  program: Instruction[],
  node: Extract<PatternNode, { kind: 'repeat' }>,
  next: number,
): number {
  const { body, min, max } = node;
  // What takes no instruction consumes nothing, however often.
  if (sizeOf(body) === 0) return next;
  let entry = next;
  let copies = min;
  if (max === undefined) {
    const fork: Instruction = { op: 'fork', next, other: next };
    const place = program.push(fork) - 1;
    fork.next = emit(program, body, place);
    entry = min === 0 ? place : fork.next;
    copies = Math.max(0, min - 1);
  } else {
    for (let i = min; i < max; i += 1) {
      entry = program.push({ op: 'fork', next: emit(program, body, entry), other: next }) - 1;
    }
  }
  for (let i = 0; i < copies; i += 1) entry = emit(program, body, entry);
  return entry;
}

function has(set: CharSet, code: number): boolean {
  const inside = within(set.ranges, code) || (set.fold && foldsInto(set.ranges, code));
  return inside !== set.negated;
}

function within(ranges: readonly CodeRange[], code: number): boolean {
  for (const [from, to] of ranges) if (code >= from && code <= to) return true;
  return false;
}

/** Whether the other case of a character is meant, where that is one character too. */
function foldsInto(ranges: readonly CodeRange[], code: number): boolean {
  const char = String.fromCodePoint(code);
  for (const other of [char.toLowerCase(), char.toUpperCase()]) {
    const folded = other.codePointAt(0) ?? END;
    if (other.length <= (folded > 0xffff ? 2 : 1) && within(ranges, folded)) return true;
  }
  return false;
}

function tooLarge(amount: number, most: number, unit: string): PatternError {
  const rule = `the pattern takes ${amount} ${unit}, more than ${most}`;
  return { kind: 'tooLarge', position: 0, rule };
}
