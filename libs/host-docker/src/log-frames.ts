/** Both outputs of a container. */
export interface TaskOutput {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const HEADER_LENGTH = 8;
const STDERR = 2;
const NEWLINE = 10;

/** One frame of standard output. */
export function framedAgain(content: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  header[0] = 1;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

/**
 * Takes apart what an engine sends for a container without a terminal: frames of a header (stream
 * number, three zero bytes, length as a big-endian 32-bit number) and their content. A frame that is
 * cut off counts as far as it goes. What does not begin with a header comes from a terminal, has no
 * frames, and is all standard output; older engines do not say which of both it is.
 */
export function splitFrames(framed: Buffer): {
  readonly isFramed: boolean;
  readonly frames: readonly { readonly isStderr: boolean; readonly content: Buffer }[];
} {
  if (!beginsFrame(framed)) return { isFramed: false, frames: [] };
  const frames: { readonly isStderr: boolean; readonly content: Buffer }[] = [];
  let at = 0;
  while (at + HEADER_LENGTH <= framed.length) {
    const length = framed.readUInt32BE(at + 4);
    const content = framed.subarray(at + HEADER_LENGTH, at + HEADER_LENGTH + length);
    frames.push({ isStderr: framed[at] === STDERR, content });
    at += HEADER_LENGTH + length;
  }
  return { isFramed: true, frames };
}

/** The content alone of a framed stream, part by part as it comes; what is not framed as it is. */
export async function* contentOf(framed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending = Buffer.alloc(0);
  let isFramed: boolean | undefined;
  /** Bytes of the present frame that are still to come. */
  let left = 0;
  for await (const part of framed) {
    pending = pending.length === 0 ? Buffer.from(part) : Buffer.concat([pending, part]);
    isFramed ??= beginsFrame(pending);
    if (!isFramed) {
      yield pending;
      pending = Buffer.alloc(0);
      continue;
    }
    while (pending.length > 0) {
      if (left === 0) {
        if (pending.length < HEADER_LENGTH) break;
        left = pending.readUInt32BE(4);
        pending = pending.subarray(HEADER_LENGTH);
      }
      const content = pending.subarray(0, left);
      left -= content.length;
      pending = pending.subarray(content.length);
      if (content.length > 0) yield content;
    }
  }
}

/** A part of output; without frames everything is standard output. */
export interface Message {
  readonly content: Buffer;
  readonly isFramed: boolean;
  readonly isStderr: boolean;
}

/** Whole frames of a stream as they come; what is not framed part by part. */
export async function* messagesOf(framed: AsyncIterable<Uint8Array>): AsyncGenerator<Message> {
  let pending = Buffer.alloc(0);
  let isFramed: boolean | undefined;
  for await (const part of framed) {
    pending = pending.length === 0 ? Buffer.from(part) : Buffer.concat([pending, part]);
    isFramed ??= beginsFrame(pending);
    if (!isFramed) {
      yield { content: pending, isFramed, isStderr: false };
      pending = Buffer.alloc(0);
      continue;
    }
    while (pending.length >= HEADER_LENGTH) {
      const end = HEADER_LENGTH + pending.readUInt32BE(4);
      if (pending.length < end) break;
      const content = pending.subarray(HEADER_LENGTH, end);
      yield { content, isFramed, isStderr: pending[0] === STDERR };
      pending = pending.subarray(end);
    }
  }
}

/** The last so many lines; a line end that ends it begins no further one. */
export function lastLines(output: Buffer, lines: number): Buffer {
  if (lines === 0) return output.subarray(output.length);
  let left = lines;
  for (let at = output.length - 2; at >= 0; at -= 1) {
    if (output[at] !== NEWLINE) continue;
    left -= 1;
    if (left === 0) return output.subarray(at + 1);
  }
  return output;
}

/** A header that is cut off still begins one. */
function beginsFrame(bytes: Buffer): boolean {
  return (bytes[0] ?? 0) <= STDERR && bytes.subarray(1, 4).every((byte) => byte === 0);
}
