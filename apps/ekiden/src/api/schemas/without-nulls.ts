/**
 * The value without keys that are null, at every level; elements of arrays stay. It is the value
 * itself where there are none, which is usual.
 */
export function withoutNulls(value: unknown): unknown {
  return hasNulls(value) ? copied(value) : value;
}

function hasNulls(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasNulls);
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key in fields) if (fields[key] === null || hasNulls(fields[key])) return true;
  return false;
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
