const SPECIAL = /[\\"]/;
const EVERY_SPECIAL = /[\\"]/g;

/**
 * A Postgres array literal of text elements (`{"a","b",NULL}`), the form in which one parameter
 * carries a whole column. Elements must be safe text already.
 */
export function arrayLiteral(elements: readonly (string | null)[]): string {
  return literalOf(elements, quoted);
}

/**
 * The same for elements that are JSON texts. Those hold no control characters, so that JSON's own
 * way of quoting a text is Postgres's too, and it is many times as fast.
 */
export function jsonArrayLiteral(elements: readonly (string | null)[]): string {
  return literalOf(elements, JSON.stringify);
}

function literalOf(
  elements: readonly (string | null)[],
  quote: (element: string) => string,
): string {
  let literal = '{';
  for (const [at, element] of elements.entries()) {
    if (at > 0) literal += ',';
    literal += element === null ? 'NULL' : quote(element);
  }
  return `${literal}}`;
}

function quoted(element: string): string {
  return `"${SPECIAL.test(element) ? element.replace(EVERY_SPECIAL, '\\$&') : element}"`;
}
