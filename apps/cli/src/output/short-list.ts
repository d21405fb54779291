/** The first, and how many more there are. */
export function shortList(texts: readonly string[]): string {
  const [first = '-', ...rest] = texts;
  return rest.length === 0 ? first : `${first} and ${rest.length} more`;
}
