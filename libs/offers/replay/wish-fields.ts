import { z } from 'zod';

import {
  compileConstraints,
  parseConstraints,
  type Ask,
  type OfferConstraints,
} from '../src/framework/index.js';
import {
  parseQuantities,
  parseResources,
  quantitiesOf,
  type Quantities,
} from '../src/resources/index.js';
import { role } from './fields.js';

/** Both spellings of offer constraints: `OfferConstraints` and Mesos's JSON. */
export const constraints = z.unknown().transform((value, context): OfferConstraints => {
  const read = parseConstraints(value);
  const mistakes = read.ok ? compiled(read.value) : read.error;
  if (read.ok && mistakes.length === 0) return read.value;
  for (const { path, rule } of mistakes) {
    context.addIssue({ code: 'custom', message: `${path}: ${rule}` });
  }
  return z.NEVER;
});

function compiled(read: OfferConstraints): readonly { path: string; rule: string }[] {
  const outcome = compileConstraints(read);
  return outcome.ok ? [] : outcome.error;
}

/** Counts may be given for ranges: `ports:2` and `ports:[31000-31001]` are the same wish. */
const shape = z
  .string({ error: 'expected resources, as "cpus:1;mem:128;ports:2"' })
  .transform((text, context): Quantities => {
    const counts = parseQuantities(text);
    if (counts.ok) return counts.value;
    const read = parseResources(text);
    if (read.ok) return quantitiesOf(read.value);
    context.addIssue({ code: 'custom', message: `${read.error.rule} (at ${read.error.position})` });
    return z.NEVER;
  });

const whole = z.int({ error: 'expected a whole number' });

export const ask = z
  .strictObject({
    id: z.string().min(1, 'an ask has a name'),
    resources: shape,
    count: whole.min(0).max(1_000_000),
    role: role.exactOptional(),
    constraints: constraints.exactOptional(),
    /** So many at the same time or none; `true` = all of `count`. */
    gang: z.union([z.literal(true), whole.min(2)]).exactOptional(),
    priority: whole.exactOptional(),
  })
  .superRefine(({ gang, count }, context) => {
    if (typeof gang === 'number' && gang > count) {
      context.addIssue({ code: 'custom', path: ['gang'], message: 'a gang is at most count' });
    }
  })
  .transform(({ resources, gang, ...rest }): Omit<Ask, 'role'> & { readonly role?: string } => {
    const size = gang === true ? rest.count : gang;
    return { ...rest, shape: resources, ...(size !== undefined && size > 1 && { gang: size }) };
  });
