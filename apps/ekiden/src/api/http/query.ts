/** The query string as Fastify hands it over: a repeated key holds all its values. */
export type QueryValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * `true` in any case (Python's clients send `True`) is true, anything else is false; `fallback` where
 * the key is missing (marathon-api 1.7).
 */
export function flag(query: QueryValues, name: string, fallback: boolean): boolean {
  const value = first(query, name);
  return value === undefined ? fallback : value.toLowerCase() === 'true';
}

export function first(query: QueryValues, name: string): string | undefined {
  return all(query, name)[0];
}

/** Every value of a repeatable key. */
export function all(query: QueryValues, name: string): readonly string[] {
  const value = query[name];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
