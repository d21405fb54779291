import type { Violation } from '../violation.js';
import type { Maybe, ResourceLimitsWire } from './app-wire.js';
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
    judge: ({ resourceLimits }) => validateLimitTexts(resourceLimits, '/resourceLimits'),
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

/** Limits at this place of the document are numbers or no limits at all. */
export function validateLimitTexts(
  limits: Maybe<ResourceLimitsWire>,
  at: string,
): readonly Violation[] {
  if (limits === undefined || limits === null) return [];
  return (['cpus', 'mem'] as const).flatMap((resource) => {
    const limit = limits[resource] ?? undefined;
    return unless(
      limit === undefined || readLimit(limit) !== undefined,
      `${at}/${resource}`,
      `'${limit ?? ''}' is an invalid resource limit. It must be 'unlimited' or a number`,
    );
  });
}
