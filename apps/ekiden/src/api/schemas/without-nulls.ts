/**
 * The document without keys that are null, at every level; elements of arrays stay. One null is
 * kept, because it says something that absence does not: `rollout` of a definition, be it the
 * document, an element of a list, or one of the `apps` and `groups` of a group. It is the value
 * itself where there are none, which is usual.
 */
export function withoutNulls(value: unknown): unknown {
  return hasNulls(value) ? definition(value) : value;
}

/** Fields that hold definitions. */
const DEFINITIONS: ReadonlySet<string> = new Set(['apps', 'groups', 'pods']);

/** Fields of a definition whose null is a word of its own. */
const TELLING: ReadonlySet<string> = new Set(['rollout']);

type Fields = Readonly<Record<string, unknown>>;

function hasNulls(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasNulls);
  const fields = value as Fields;
  for (const key in fields) if (fields[key] === null || hasNulls(fields[key])) return true;
  return false;
}

function definition(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(definition);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => inner !== null || TELLING.has(key))
      .map(([key, inner]) => [key, DEFINITIONS.has(key) ? definition(inner) : copied(inner)]),
  );
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, copied(inner)]),
  );
}
