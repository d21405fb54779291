/*
 * Shared by the service and programs that talk to it (`@ekiden/session-frames`): pure but for
 * Node's buffers.
 */

/** The protocol of sessions beside tasks, as clients name it in the header `Upgrade`. */
export const SESSION_PROTOCOL = 'ekiden-exec';

/**
 * What goes over the connection of a session (docs/logs.md): a byte for the kind of a frame, four for
 * the length of its content (big-endian), the content. JSON frames hold an object in UTF-8.
 */
export const FRAME = {
  /** Of the client. */
  start: 0,
  input: 1,
  inputEnd: 2,
  resize: 3,
  /** Of the service. */
  started: 16,
  stdout: 17,
  stderr: 18,
  exit: 19,
  refused: 20,
} as const;

export interface Frame {
  readonly kind: number;
  readonly content: Buffer;
}

const HEADER_LENGTH = 5;
const CONTENT_MAX = 1024 * 1024;

export function encodeFrame(kind: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  header[0] = kind;
  header.writeUInt32BE(content.length, 1);
  return Buffer.concat([header, content]);
}

export function encodeJson(kind: number, content: unknown): Buffer {
  return encodeFrame(kind, Buffer.from(JSON.stringify(content)));
}

/**
 * Frames as they come, `head` being what came before `bytes`; ends in the middle of one when the
 * bytes do. Throws for one that is too long.
 */
export async function* decodeFrames(
  bytes: AsyncIterable<Buffer>,
  head: Buffer = Buffer.alloc(0),
): AsyncGenerator<Frame> {
  let pending = head;
  const whole = function* (): Generator<Frame> {
    while (pending.length >= HEADER_LENGTH) {
      const length = pending.readUInt32BE(1);
      if (length > CONTENT_MAX) throw new Error(`a frame has at most ${CONTENT_MAX} bytes`);
      const end = HEADER_LENGTH + length;
      if (pending.length < end) return;
      yield { kind: pending[0] ?? 0, content: pending.subarray(HEADER_LENGTH, end) };
      pending = pending.subarray(end);
    }
  };
  yield* whole();
  for await (const part of bytes) {
    pending = pending.length === 0 ? part : Buffer.concat([pending, part]);
    yield* whole();
  }
}
