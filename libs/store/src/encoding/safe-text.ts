/**
 * Postgres text and jsonb hold every Unicode character except U+0000, and no lone surrogates. Both
 * can come in (the output of a user's hook, a JSON escape in a label) and must not make a turn
 * impossible to commit, so they are escaped: the mark U+F8FE (private use) and four hex digits of
 * the code unit. The mark escapes itself, so every JavaScript string survives the round trip.
 */
const MARK = '\uF8FE';
const NUL = String.fromCharCode(0);
const UNSAFE_SOURCE =
  `[${NUL}${MARK}]|[\\uD800-\\uDBFF](?![\\uDC00-\\uDFFF])` +
  '|(?<![\\uD800-\\uDBFF])[\\uDC00-\\uDFFF]';
const UNSAFE = new RegExp(UNSAFE_SOURCE);
const UNSAFE_ALL = new RegExp(UNSAFE_SOURCE, 'g');
const ESCAPED_ALL = /\uF8FE([0-9a-f]{4})/g;
/** In JSON text: an escaped NUL or surrogate. May find too much, never too little. */
const UNSAFE_JSON = /\\u0000|\\ud[89a-f]/;

/** Text that Postgres accepts; unchanged unless it holds NUL, a lone surrogate or the mark. */
export function toSafeText(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return text.replace(
    UNSAFE_ALL,
    (unit) => MARK + unit.charCodeAt(0).toString(16).padStart(4, '0'),
  );
}

/** What was given to `toSafeText`. */
export function fromSafeText(text: string): string {
  if (!text.includes(MARK)) return text;
  return text.replace(ESCAPED_ALL, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** JSON text that jsonb accepts. `undefined` (no JSON at all) for what JSON cannot show. */
export function toSafeJson(value: unknown): string | undefined {
  // The declared type forgets that functions and undefined have no JSON.
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) return undefined;
  // Hardly any text has an escape of this kind at all.
  const unsafe = json.includes(MARK) || (json.includes('\\u') && UNSAFE_JSON.test(json));
  if (!unsafe) return json;
  return JSON.stringify(mapStrings(JSON.parse(json), toSafeText));
}

/** The value that was given to `toSafeJson`. Object keys come back in jsonb's order. */
export function fromSafeJson(json: string): unknown {
  const value: unknown = JSON.parse(json);
  return json.includes(MARK) ? mapStrings(value, fromSafeText) : value;
}

function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [map(key), mapStrings(item, map)]),
  );
}
