import { once } from 'node:events';
import type { Writable } from 'node:stream';

import { invalid, type Replay } from './replay.js';
import type { ReplayEvent } from './replay-event.js';
import { splitLines, type SplitLine } from './split-lines.js';

/** A longer line is an error like any other, and is not held in memory. */
const LINE_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Reads commands line by line and writes events, one JSON object per line. Reads no further while
 * the reader of the output is behind. Ends early, and quietly, when the output is closed. A bug of
 * ours loses one line (its turn was never merged) and is told as an error; how many is answered.
 */
export async function replayStream(
  replay: Replay,
  input: AsyncIterable<Uint8Array>,
  output: Writable,
): Promise<number> {
  let bugs = 0;
  for await (const line of splitLines(input, LINE_BYTES_MAX)) {
    const answered = answer(replay, line);
    if (answered.bug) bugs += 1;
    const text = answered.events.map((event) => `${JSON.stringify(event)}\n`).join('');
    if (text === '') continue;
    if (output.destroyed || output.writableEnded) break;
    if (!output.write(text)) await drained(output);
  }
  return bugs;
}

interface Answer {
  readonly events: readonly ReplayEvent[];
  readonly bug: boolean;
}

function answer(replay: Replay, line: SplitLine): Answer {
  const { number } = line;
  const wrong = (rule: string, bug = false): Answer => ({
    events: [invalid(number, number, [{ rule }])],
    bug,
  });
  if (line.kind === 'tooLong') return wrong(`longer than ${LINE_BYTES_MAX} bytes`);
  if (line.text.trim() === '') return { events: [], bug: false };
  const command = parse(line.text);
  if (command === undefined) return wrong('is not JSON');
  try {
    return { events: replay.take(command.value, number), bug: false };
  } catch (error) {
    return wrong(`internal error: ${error instanceof Error ? error.message : String(error)}`, true);
  }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** A closed output drains never; its `close` ends the wait as well. */
async function drained(output: Writable): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    await Promise.race([once(output, 'drain', { signal }), once(output, 'close', { signal })]);
  } finally {
    waiting.abort();
  }
}
