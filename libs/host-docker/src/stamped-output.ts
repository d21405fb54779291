import { splitFrames } from './log-frames.js';

/** What a container had written at some time, and where to go on from. */
export interface StampedOutput {
  readonly content: Buffer;
  /** Just behind the last message, in seconds with a fraction; `undefined` = there was none. */
  readonly next: string | undefined;
}

const BLANK = 32;
const NEWLINE = 10;

/**
 * Takes the times off the messages of one stream. A line that is too long for one message is several
 * of them, each with its time, so frames count and not lines; of a terminal there are only lines.
 */
export function unstamp(framed: Buffer): StampedOutput {
  const messages = messagesOf(framed);
  const contents: Buffer[] = [];
  let last: string | undefined;
  for (const message of messages) {
    const blank = message.indexOf(BLANK);
    if (blank < 0) continue;
    last = message.subarray(0, blank).toString('latin1');
    contents.push(message.subarray(blank + 1));
  }
  return { content: Buffer.concat(contents), next: last === undefined ? undefined : behind(last) };
}

function messagesOf(framed: Buffer): readonly Buffer[] {
  const { frames, isFramed } = splitFrames(framed);
  if (isFramed) return frames.map(({ content }) => content);
  const lines: Buffer[] = [];
  for (let at = 0; at < framed.length;) {
    const newline = framed.indexOf(NEWLINE, at);
    const end = newline < 0 ? framed.length : newline + 1;
    lines.push(framed.subarray(at, end));
    at = end;
  }
  return lines;
}

/** One nanosecond later than `2021-03-04T05:06:07.080000000Z`. */
function behind(stamp: string): string | undefined {
  const [, whole, fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(stamp) ?? [];
  const seconds = Date.parse(`${whole ?? ''}Z`) / 1000;
  if (!Number.isFinite(seconds)) return undefined;
  const nanos = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0')) + 1n;
  const text = nanos.toString().padStart(10, '0');
  return `${text.slice(0, -9)}.${text.slice(-9)}`;
}
