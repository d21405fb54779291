/** A line without its end, or how long a line was that is too long to be kept. */
export type SplitLine =
  | { readonly kind: 'text'; readonly number: number; readonly text: string }
  | { readonly kind: 'tooLong'; readonly number: number };

/** Lines end with \n or \r\n. At most `bytesMax` bytes of a line are held at any time. */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<SplitLine> {
  let held: Uint8Array[] = [];
  let size = 0;
  let number = 1;
  const take = (part: Uint8Array): void => {
    size += part.length;
    if (size <= bytesMax) held.push(part);
    else held = [];
  };
  const finish = (): SplitLine => {
    const line: SplitLine =
      size > bytesMax ? { kind: 'tooLong', number } : { kind: 'text', number, text: decode(held) };
    held = [];
    size = 0;
    number += 1;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      take(chunk.subarray(from, end));
      yield finish();
      from = end + 1;
    }
    if (from < chunk.length) take(chunk.subarray(from));
  }
  if (size > 0) yield finish();
}

const LF = 10;

function decode(parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
}
