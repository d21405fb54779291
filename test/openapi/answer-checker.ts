import { createRequire } from 'node:module';
import type { Received } from '../support/index.js';
import type { Answer, ApiDocument, Json } from './served-document.js';

interface Ajv {
  addSchema(schema: Json, key: string): void;
  addFormat(name: string, format: RegExp | boolean): void;
  compile(schema: Json): ((value: unknown) => boolean) & { errors?: readonly Json[] | null };
}

// The validator of documents brings the validator of values along.
const ownRequire = createRequire(import.meta.url);
const fromValidator = createRequire(ownRequire.resolve('@seriousme/openapi-schema-validator'));
const { default: Ajv2020 } = fromValidator('ajv/dist/2020.js') as {
  readonly default: new (options: Json) => Ajv;
};

const FORMATS: Readonly<Record<string, RegExp | boolean>> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  uri: /^https?:\/\/\S+$/,
  int32: true,
};

/** Holds answers against what the document says of them; a field that it does not know is wrong. */
export class AnswerChecker {
  private readonly ajv: Ajv;

  constructor({ components }: ApiDocument) {
    this.ajv = new Ajv2020({ strict: false, allErrors: true });
    for (const [name, format] of Object.entries(FORMATS)) this.ajv.addFormat(name, format);
    this.ajv.addSchema(closed({ components }), 'document');
  }

  /** What is wrong with an answer; empty = it is as documented. */
  wrongIn(received: Received, answer: Answer): readonly string[] {
    const missing = Object.keys(answer.headers ?? {})
      .filter((name) => received.headers.get(name) === null)
      .map((name) => `no header ${name}`);
    const [type, media] = Object.entries(answer.content ?? {})[0] ?? [];
    if (type === undefined || media === undefined) {
      return received.text === '' ? missing : [...missing, `an undocumented body ${received.text}`];
    }
    const given = received.headers.get('content-type') ?? '';
    const other = given.startsWith(type.split(';', 1)[0] ?? '') ? [] : [`type ${given}`];
    const body = type.startsWith('application/json') ? received.body : received.text;
    return [...missing, ...other, ...this.wrongWith(body, media.schema)];
  }

  private wrongWith(value: unknown, schema: Json): readonly string[] {
    const validate = this.ajv.compile(closed(schema));
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${String(instancePath)} ${String(message)} ${JSON.stringify(params)}`,
    );
  }
}

/** The schema with every object closed that names its fields, and references into the document. */
function closed(value: unknown): Json {
  return close(value) as Json;
}

function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' ? inner.replace(/^#/, 'document#') : close(inner),
    ]),
  );
  const open = 'properties' in copy && !('additionalProperties' in copy);
  return open && isSchema(copy) ? { ...copy, additionalProperties: false } : copy;
}

/** A field may be called `properties`, too. */
function isSchema(value: Json): boolean {
  return value['type'] === 'object';
}
