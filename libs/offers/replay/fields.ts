import { seconds, type AgentId, type Millis } from '@ekiden/kernel';
import { z } from 'zod';

import type { Quota, Unavailability } from '../src/allocator/index.js';
import {
  AGENT_CAPABILITIES,
  FRAMEWORK_CAPABILITIES,
  roleViolation,
  type FrameworkId,
} from '../src/framework/index.js';
import {
  limits as limitsByName,
  NO_LIMITS,
  NO_QUANTITIES,
  parseLimits,
  parseQuantities,
  parseResources,
  quantities,
  resourcesFromJson,
  type Quantities,
  type ResourceLimits,
  type Resources,
} from '../src/resources/index.js';

const ID_LENGTH_MAX = 256;
/** Beyond that a double no longer tells milliseconds apart. */
const SECONDS_MAX = 1e12;
/** In thousandths it is still a whole number that a double holds exactly. */
const AMOUNT_MAX = 1e12;

const id = z
  .string({ error: 'expected a name' })
  .min(1, 'a name is not empty')
  .max(ID_LENGTH_MAX, `a name has at most ${ID_LENGTH_MAX} characters`);

export const agentId = id.transform((text) => text as AgentId);
export const frameworkId = id.transform((text) => text as FrameworkId);

export const role = id.superRefine((text, context) => {
  const rule = roleViolation(text);
  if (rule !== undefined) context.addIssue({ code: 'custom', message: rule });
});
export const roles = z.array(role);

const finite = z.number({ error: 'expected a number' });
export const span = finite
  .min(0, 'expected seconds >= 0')
  .max(SECONDS_MAX, `expected at most ${SECONDS_MAX} seconds`)
  .transform((value): Millis => seconds(value));
const pointInTime = finite
  .min(-SECONDS_MAX)
  .max(SECONDS_MAX)
  .transform((value): Millis => seconds(value));
export const instant = pointInTime;

/** How long a filter is to live: a number (also a negative one), or null or "none" for no filter. */
export const refuseSeconds = z.union([finite, z.null(), z.literal('none')], {
  error: 'expected seconds, or null or "none" for no filter',
});

/** The sorter counts in thousandths. */
export const weight = finite
  .min(0.001, 'a weight is at least 0.001')
  .max(1_000_000, 'a weight is at most 1000000');

export const seed = z.int({ error: 'expected a whole number' }).min(0).max(0xffffffff);

/** Mesos's text form, or its JSON array of resource objects. */
export const resources = z
  .union([z.string(), z.array(z.unknown())], {
    error: 'expected resources, as "cpus:2;mem:1024;ports:[31000-31010]"',
  })
  .transform((value, context): Resources => {
    const read = typeof value === 'string' ? parseResources(value) : resourcesFromJson(value);
    if (read.ok) return read.value;
    const { error } = read;
    const where = 'position' in error ? `at ${error.position}` : `in element ${error.index}`;
    context.addIssue({ code: 'custom', message: `${error.rule} (${where})` });
    return z.NEVER;
  });

const amountsByName = z.record(
  z.string(),
  finite.min(0, 'expected an amount >= 0').max(AMOUNT_MAX, `expected at most ${AMOUNT_MAX}`),
);

/** `"cpus:2;mem:1024"` or `{"cpus": 2, "mem": 1024}`. */
export const amounts = z
  .union([z.string(), amountsByName], { error: 'expected amounts, as "cpus:2;mem:1024"' })
  .transform((value, context): Quantities => {
    if (typeof value !== 'string') return quantities(value);
    const read = parseQuantities(value);
    if (read.ok) return read.value;
    context.addIssue({ code: 'custom', message: `${read.error.rule} (at ${read.error.position})` });
    return z.NEVER;
  });

/** As amounts, but a name that is absent is unbounded and 0 is a bound. */
const limits = z
  .union([z.string(), amountsByName], { error: 'expected limits, as "cpus:2;mem:1024"' })
  .transform((value, context): ResourceLimits => {
    if (typeof value !== 'string') return limitsByName(value);
    const read = parseLimits(value);
    if (read.ok) return read.value;
    context.addIssue({ code: 'custom', message: `${read.error.rule} (at ${read.error.position})` });
    return z.NEVER;
  });

/** An offer must hold at least one of the list; an empty list lets anything pass. */
export const minimum = z.array(amounts);

export const quotaFields = {
  guarantees: amounts.exactOptional(),
  limits: limits.exactOptional(),
};

/** `undefined` = the default quota: nothing guaranteed, nothing limited. */
export function quotaOf(fields: {
  readonly guarantees?: Quantities;
  readonly limits?: ResourceLimits;
}): Quota | undefined {
  const { guarantees = NO_QUANTITIES, limits: bounds = NO_LIMITS } = fields;
  return guarantees.length === 0 && bounds.length === 0
    ? undefined
    : { guarantees, limits: bounds };
}

export const domain = z
  .strictObject({ region: id, zone: id.exactOptional() })
  .transform(({ region, zone = '' }) => ({ region, zone }));

export const unavailability = z
  .strictObject({ startSeconds: pointInTime, durationSeconds: span.exactOptional() })
  .transform(({ startSeconds, durationSeconds }): Unavailability =>
    durationSeconds === undefined
      ? { start: startSeconds }
      : { start: startSeconds, duration: durationSeconds },
  );

export const agentCapabilities = z.array(
  z.enum(AGENT_CAPABILITIES, { error: 'is no capability of agents' }),
);
export const frameworkCapabilities = z.array(
  z.enum(FRAMEWORK_CAPABILITIES, { error: 'is no capability of frameworks' }),
);
