import { messagesOf, splitFrames } from './log-frames.js';

/** What a container had written at some time, and where to go on from. */
export interface StampedOutput {
  readonly content: Buffer;
  /** Just behind the last message, in seconds with a fraction; `undefined` = there was none. */
  readonly next: string | undefined;
}

const BLANK = 32;
const NEWLINE = 10;

/**
 * Takes the times off the messages of one stream, or leaves one before each line. A line that is too
 * long for one message is several of them, each with its time, so frames count and not lines; of a
 * terminal there are only lines.
 */
export function unstamp(framed: Buffer, keep: 'lineTimes' | 'nothing' = 'nothing'): StampedOutput {
  const contents: Buffer[] = [];
  const lines = new Lines(keep);
  for (const message of stampedMessages(framed)) contents.push(lines.next(message));
  const { last } = lines;
  return { content: Buffer.concat(contents), next: last === undefined ? undefined : behind(last) };
}

/** The same for output as it comes, with one time left before each line. */
export async function* withLineTimes(
  framed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const lines = new Lines('lineTimes');
  for await (const { content, isFramed } of messagesOf(framed)) {
    yield isFramed ? lines.next(content) : content;
  }
}

/** The messages of one stream, each with its time. */
export function stampedMessages(framed: Buffer): readonly Buffer[] {
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

/** The time of a message that begins with one, in milliseconds. */
export function timeOfMessage(message: Buffer): number | undefined {
  const blank = message.indexOf(BLANK);
  const at = Date.parse(message.subarray(0, Math.max(0, blank)).toString('latin1'));
  return Number.isNaN(at) ? undefined : at;
}

class Lines {
  /** Time of the last message, as the engine wrote it. */
  last: string | undefined;
  private readonly keep: 'lineTimes' | 'nothing';
  private atStart = true;

  constructor(keep: 'lineTimes' | 'nothing') {
    this.keep = keep;
  }

  next(message: Buffer): Buffer {
    const blank = message.indexOf(BLANK);
    if (blank < 0) return message.subarray(message.length);
    this.last = message.subarray(0, blank).toString('latin1');
    const begins = this.atStart;
    this.atStart = message.at(-1) === NEWLINE;
    return begins && this.keep === 'lineTimes' ? message : message.subarray(blank + 1);
  }
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
