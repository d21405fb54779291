import type { Violation } from '../violation.js';
import type { Maybe } from './app-wire.js';
import { parseConstraint } from './constraint.js';
import type { ModernAppWire } from './modernize-app.js';
import { readLimit } from './normalize-app.js';
import { unless } from './phrases.js';

/** The rules of stage 2 about values that the canonical form has no room for. */
export function validateWire(wire: ModernAppWire): readonly Violation[] {
  const constraints = (wire.constraints ?? []).flatMap((fields, at) => {
    const parsed = parseConstraint(fields);
    return parsed.ok ? [] : [{ path: `/constraints(${at})`, message: parsed.error }];
  });
  return [
    ...constraints,
    ...validateLimit('cpus', wire.resourceLimits?.cpus),
    ...validateLimit('mem', wire.resourceLimits?.mem),
    ...(wire.container?.linuxInfo && wire.container.type !== 'MESOS'
      ? [{ path: '/container/linuxInfo', message: 'must be empty' }]
      : []),
  ];
}

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
