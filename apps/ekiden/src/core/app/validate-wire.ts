import type { Violation } from '../violation.js';
import type { Maybe } from './app-wire.js';
import { parseConstraint } from './constraint.js';
import type { ModernAppWire } from './modernize-app.js';
import { readLimit } from './normalize-app.js';
import { MUST_BE_EMPTY, unless } from './phrases.js';
import { judgeBy, type BrokenFields, type Rule } from './rule.js';

/** The rules of stage 2 about values that the canonical form has no room for. */
export function validateWire(wire: ModernAppWire, broken?: BrokenFields): readonly Violation[] {
  return judgeBy(RULES, wire, undefined, broken);
}

const RULES: readonly Rule<ModernAppWire>[] = [
  {
    reads: ['constraints'],
    judge: ({ constraints }) =>
      (constraints ?? []).flatMap((fields, at) => {
        const parsed = parseConstraint(fields);
        return parsed.ok ? [] : [{ path: `/constraints(${at})`, message: parsed.error }];
      }),
  },
  {
    reads: ['resourceLimits'],
    judge: ({ resourceLimits }) => [
      ...validateLimit('cpus', resourceLimits?.cpus),
      ...validateLimit('mem', resourceLimits?.mem),
    ],
  },
  {
    reads: ['container'],
    judge: ({ container }) =>
      unless(
        !container?.linuxInfo || container.type === 'MESOS',
        '/container/linuxInfo',
        MUST_BE_EMPTY,
      ),
  },
];

function validateLimit(
  resource: 'cpus' | 'mem',
  limit: Maybe<number | string>,
): readonly Violation[] {
  const readable = limit === null || limit === undefined || readLimit(limit) !== undefined;
  return unless(
    readable,
    `/resourceLimits/${resource}`,
    `'${limit ?? ''}' is an invalid resource limit. It must be 'unlimited' or a number`,
  );
}
