import fc from 'fast-check';
import { z } from 'zod';

/** A JSON Schema, as far as ours go. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minItems?: number;
}

/** Values that a field takes more often than its schema would have it, so that some fit together. */
export type Likely = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Most optional fields an object gets: with all of them nothing would ever be sound. */
const FIELDS_MAX = 4;
const ITEMS_MAX = 2;
/** Groups in groups, lists in lists. */
const DEPTH_MAX = 9;

/** Documents of the right shape, made from the schema itself. */
export function documentsOf(schema: z.ZodType, likely: Likely): fc.Arbitrary<unknown> {
  const root = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as Schema;
  return new Documents(root.$defs ?? {}, likely).of(root, 0);
}

class Documents {
  private readonly defs: Readonly<Record<string, Schema>>;
  private readonly likely: Likely;

  constructor(defs: Readonly<Record<string, Schema>>, likely: Likely) {
    this.defs = defs;
    this.likely = likely;
  }

  of(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    if (schema.$ref !== undefined) return this.referred(schema.$ref, depth);
    const forms = schema.anyOf ?? schema.oneOf;
    if (forms !== undefined) return fc.oneof(...forms.map((form) => this.of(form, depth)));
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    if (schema.const !== undefined) return fc.constant(schema.const);
    switch (schema.type) {
      case 'object':
        return this.object(schema, depth);
      case 'array':
        return fc.array(this.of(schema.items ?? {}, depth + 1), {
          minLength: schema.minItems ?? 0,
          maxLength: depth >= DEPTH_MAX ? (schema.minItems ?? 0) : ITEMS_MAX,
        });
      case 'string':
        return texts(schema);
      case 'integer':
        return numbers(schema).map((value) => Math.round(value));
      case 'number':
        return numbers(schema);
      case 'boolean':
        return fc.boolean();
      case undefined:
      default:
        return fc.constantFrom('anything', 1, { any: 'thing' });
    }
  }

  private referred(reference: string, depth: number): fc.Arbitrary<unknown> {
    const name = reference.replace('#/$defs/', '');
    const schema = this.defs[name];
    if (schema === undefined) throw new Error(`no schema ${reference}`);
    // made when it is drawn: groups contain groups
    return fc.constant(null).chain(() => this.of(schema, depth + 1));
  }

  private object(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const { properties, required = [], additionalProperties } = schema;
    if (properties === undefined) {
      const values = typeof additionalProperties === 'object' ? additionalProperties : {};
      return fc.dictionary(KEYS, this.of(values, depth + 1), { maxKeys: ITEMS_MAX });
    }
    const optional = Object.keys(properties).filter((key) => !required.includes(key));
    const chosen = fc.subarray(optional, {
      maxLength: depth >= DEPTH_MAX ? 0 : Math.min(FIELDS_MAX, optional.length),
    });
    return chosen.chain((keys) =>
      fc.record(
        Object.fromEntries(
          [...required, ...keys].map((key) => [key, this.field(key, properties[key] ?? {}, depth)]),
        ),
      ),
    );
  }

  private field(key: string, schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const likely = this.likely[key];
    const any = this.of(schema, depth + 1);
    return likely === undefined ? any : fc.oneof({ arbitrary: likely, weight: 6 }, any);
  }
}

const KEYS = fc.constantFrom('A', 'tier', 'dvdi/driver', 'MARATHON_SINGLE_INSTANCE_APP', 'a b', '');

/** Texts of many kinds; a schema gets those it allows. */
const SAMPLES = [
  'a',
  'web',
  '/shop/web',
  'db-1',
  'true',
  '1',
  '',
  'ünïcode ✓',
  '2021-03-04T05:06:07.080Z',
  'http://example.com/a.tgz',
  'a/b',
  '..',
  '*',
  'x'.repeat(1_025),
];

function texts({ pattern, minLength = 0, maxLength = Infinity, format }: Schema) {
  if (format === 'date-time') return fc.constant('2021-03-04T05:06:07.080Z');
  const rule = pattern === undefined ? undefined : new RegExp(pattern);
  const fitting = SAMPLES.filter(
    (text) => text.length >= minLength && text.length <= maxLength && (rule?.test(text) ?? true),
  );
  return fc.constantFrom(...(fitting.length > 0 ? fitting : ['a']));
}

function numbers({ minimum = 0, maximum = 100_000 }: Schema): fc.Arbitrary<number> {
  const ceiling = Math.min(maximum, Math.max(minimum, 100_000));
  const usual = fc.constantFrom(0, 0.5, 1, 2, 3, 30, 300);
  return fc.oneof(
    { arbitrary: usual.filter((value) => value >= minimum && value <= maximum), weight: 5 },
    { arbitrary: fc.constantFrom(minimum, ceiling), weight: 1 },
  );
}
