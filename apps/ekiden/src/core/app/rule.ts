import type { Violation } from '../violation.js';
import type { AppWire } from './app-wire.js';

export type Field = keyof AppWire;

/** Fields of one document whose JSON shape is wrong: nothing that reads them can be judged. */
export type BrokenFields = ReadonlySet<string>;

/** A rule about `S`, and the fields of the document it reads, itself or through the normaliser. */
export interface Rule<S, Context = undefined, F extends string = Field> {
  readonly reads: readonly F[];
  readonly judge: (subject: S, context: Context) => readonly Violation[];
}

/** What the rules find; those that read a broken field are passed over. */
export function judgeBy<S, Context, F extends string = Field>(
  rules: readonly Rule<S, Context, F>[],
  subject: S,
  context: Context,
  broken?: BrokenFields,
): readonly Violation[] {
  const found: Violation[] = [];
  for (const { reads, judge } of rules) {
    if (broken !== undefined && reads.some((field) => broken.has(field))) continue;
    const violations = judge(subject, context);
    if (violations.length > 0) found.push(...violations);
  }
  return found;
}

/** What ports and networks of the canonical form are made from. */
export const PORT_FIELDS = [
  'networks',
  'container',
  'ipAddress',
  'ports',
  'portDefinitions',
] as const satisfies readonly Field[];
