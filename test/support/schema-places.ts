/** As much of JSON Schema as the API document uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A place in a document where a schema wants an array or an object. */
export interface Place {
  /** `/container/volumes/[]/…`. */
  readonly path: string;
  readonly kind: 'array' | 'object';
  /** The whole document with this value in the place, and nothing that is not needed beside it. */
  readonly document: (value: unknown) => unknown;
  /** An element of the array, as the schema would have it. */
  readonly element: unknown;
}

const LEVELS_MAX = 7;

/** Every place for arrays and objects in documents of a schema; recursive ones once. */
export function placesOf(api: ApiDocument, name: string): readonly Place[] {
  const places: Place[] = [];
  const visit = (
    schema: Schema,
    path: string,
    wrap: (value: unknown) => unknown,
    above: readonly string[],
  ): void => {
    if (path.split('/').length > LEVELS_MAX) return;
    const ref = schema.$ref?.split('/').at(-1);
    if (ref !== undefined) {
      const inner = api.components.schemas[ref];
      if (inner !== undefined && !above.includes(ref)) visit(inner, path, wrap, [...above, ref]);
      return;
    }
    for (const one of branches(schema)) visit(one, path, wrap, above);
    const { items, properties, additionalProperties } = schema;
    if (typeof items === 'object') {
      const element = sample(api, items);
      places.push({ path: path === '' ? '/' : path, kind: 'array', document: wrap, element });
      visit(items, `${path}/[]`, (value) => wrap([value]), above);
    }
    if (properties !== undefined || typeof additionalProperties === 'object') {
      places.push({ path: path === '' ? '/' : path, kind: 'object', document: wrap, element: {} });
    }
    for (const [key, inner] of Object.entries(properties ?? {})) {
      visit(inner, `${path}/${key}`, (value) => wrap({ [key]: value }), above);
    }
    if (typeof additionalProperties === 'object') {
      visit(additionalProperties, `${path}/{}`, (value) => wrap({ key: value }), above);
    }
  };
  visit({ $ref: `#/components/schemas/${name}` }, '', (value) => value, []);
  return places;
}

function branches({ anyOf = [], oneOf = [], allOf = [] }: Schema): readonly Schema[] {
  return [...anyOf, ...oneOf, ...allOf];
}

/** A value that is near to what the schema wants. */
function sample(api: ApiDocument, schema: Schema, level = 0): unknown {
  const ref = schema.$ref?.split('/').at(-1);
  const inner = ref === undefined ? undefined : api.components.schemas[ref];
  if (inner !== undefined) return level > 4 ? {} : sample(api, inner, level + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.enum?.[0] !== undefined) return schema.enum[0];
  const [first] = branches(schema);
  if (first !== undefined) return sample(api, first, level + 1);
  switch (schema.type) {
    case 'array':
      return [];
    case 'object': {
      const wanted = (schema.required ?? []).flatMap((key) => {
        const property = schema.properties?.[key];
        return property === undefined ? [] : [[key, sample(api, property, level + 1)] as const];
      });
      return Object.fromEntries(wanted);
    }
    case 'string':
      return 'a';
    case 'boolean':
      return true;
    case undefined:
    default:
      return 1;
  }
}
