import { z } from 'zod';

import { parseAttributes, type Attribute, type Milli } from '../src/resources/index.js';

const name = z.string().min(1);
const wholes = z.int().min(0);

/** One attribute with its type written out, for values that the text form cannot say. */
const typed = z.discriminatedUnion('type', [
  z.strictObject({ name, type: z.literal('TEXT'), text: z.string() }),
  z.strictObject({
    name,
    type: z.literal('SCALAR'),
    milli: z.int().transform((value) => value as Milli),
  }),
  z.strictObject({
    name,
    type: z.literal('RANGES'),
    ranges: z.array(z.strictObject({ begin: wholes, end: wholes })),
  }),
  z.strictObject({ name, type: z.literal('SET'), items: z.array(z.string()) }),
]);

/** `rack:r1;slots:4`, or the attributes one by one as `Attribute` has them. */
export const attributes = z
  .union([z.string(), z.array(typed)], { error: 'expected attributes, as "rack:r1;slots:4"' })
  .transform((value, context): readonly Attribute[] => {
    if (typeof value !== 'string') return value;
    const read = parseAttributes(value);
    if (read.ok) return read.value;
    context.addIssue({ code: 'custom', message: `${read.error.rule} (at ${read.error.position})` });
    return z.NEVER;
  });
