/** One range of an `Accept`-like header. */
interface Range {
  readonly name: string;
  /** 0 = refused, 1 = best. */
  readonly quality: number;
}

/** Ranges beyond these are not looked at. */
const RANGES_MAX = 100;

/**
 * How much a client wants a media type, 0 (not at all) to 1, by its `Accept` header: the most
 * specific range that fits decides (RFC 9110, 12.5.1). A missing header allows everything.
 */
export function qualityOf(accept: string | undefined, type: string): number {
  if (accept === undefined || accept.trim() === '') return 1;
  const ranges = parseRanges(accept);
  const group = `${type.split('/', 1)[0] ?? ''}/*`;
  for (const wanted of [type, group, '*/*', '*']) {
    const found = ranges.find(({ name }) => name === wanted);
    if (found !== undefined) return found.quality;
  }
  return 0;
}

/** The type that a client likes best; of types it likes equally the first. */
export function bestOf<T extends string>(
  accept: string | undefined,
  types: readonly T[],
): T | undefined {
  let best: { readonly type: T; readonly quality: number } | undefined;
  for (const type of types) {
    const quality = qualityOf(accept, type);
    if (quality > (best?.quality ?? 0)) best = { type, quality };
  }
  return best?.type;
}

/** Whether an `Accept` header lets us answer in JSON. */
export function acceptsJson(accept: string | undefined): boolean {
  return qualityOf(accept, 'application/json') > 0;
}

export type Encoding = 'gzip' | 'deflate';

/** The encoding to answer in by an `Accept-Encoding` header; `undefined` = as it is. */
export function encodingFor(acceptEncoding: string | undefined): Encoding | undefined {
  if (acceptEncoding === undefined) return undefined;
  const ranges = parseRanges(acceptEncoding);
  const quality = (...names: readonly string[]): number | undefined =>
    ranges.find(({ name }) => names.includes(name))?.quality;
  const rest = quality('*') ?? 0;
  const gzip = quality('gzip', 'x-gzip') ?? rest;
  const deflate = quality('deflate') ?? rest;
  const plain = quality('identity') ?? 0;
  const best = Math.max(gzip, deflate);
  if (best === 0 || plain > best) return undefined;
  return gzip === best ? 'gzip' : 'deflate';
}

function parseRanges(header: string): readonly Range[] {
  return header
    .split(',', RANGES_MAX)
    .map((range) => {
      const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      const written = parameters.find((parameter) => /^q\s*=/.test(parameter));
      const quality = written === undefined ? 1 : Number(written.slice(written.indexOf('=') + 1));
      return { name, quality: quality >= 0 ? Math.min(quality, 1) : 0 };
    })
    .filter(({ name }) => name !== '');
}
