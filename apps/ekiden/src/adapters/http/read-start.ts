import type { IncomingMessage } from 'node:http';

/** The beginning of a body as text, at most `most` bytes; what comes after is not waited for. */
export async function readStart(message: IncomingMessage, most: number): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length >= most) break;
  }
  return Buffer.concat(parts).subarray(0, most).toString('utf8');
}
