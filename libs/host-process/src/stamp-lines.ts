import { formatTimestamp, type Millis } from '@ekiden/kernel';

/** A part of some output; `place` = of its first byte in all that was written. */
export interface Piece {
  readonly bytes: Buffer;
  readonly place: number;
}

const NEWLINE = 10;

/** Puts the time of its first byte and a blank before every line. */
export async function* stampLines(
  pieces: AsyncIterable<Piece>,
  timeOf: (place: number) => Millis,
): AsyncGenerator<Uint8Array> {
  let atStart = true;
  for await (const { bytes, place } of pieces) {
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      if (atStart) parts.push(Buffer.from(`${formatTimestamp(timeOf(place + at))} `));
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? bytes.length : newline + 1;
      parts.push(bytes.subarray(at, end));
      atStart = newline >= 0;
      at = end;
    }
    yield Buffer.concat(parts);
  }
}
