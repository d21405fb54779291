/**
 * A user's regular expression, to be matched against whole values as constraints demand; undefined
 * when it is none. A leading `(?i)`, which Java knows and this language does not, is honoured.
 */
export function wholePattern(source: string): RegExp | undefined {
  const ignoreCase = source.startsWith('(?i)');
  const body = ignoreCase ? source.slice('(?i)'.length) : source;
  try {
    // Compiled on its own first: `a)(b` would only become valid by the brackets around it.
    new RegExp(body);
    return new RegExp(`^(?:${body})$`, ignoreCase ? 'i' : '');
  } catch {
    return undefined;
  }
}
