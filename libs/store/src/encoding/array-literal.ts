const SPECIAL = /[\\"]/g;

/**
 * A Postgres array literal of text elements (`{"a","b",NULL}`), the form in which one parameter
 * carries a whole column. Elements must be safe text already.
 */
export function arrayLiteral(elements: readonly (string | null)[]): string {
  const parts = elements.map((element) =>
    element === null ? 'NULL' : `"${element.replace(SPECIAL, '\\$&')}"`,
  );
  return `{${parts.join(',')}}`;
}
