import { StringDecoder } from 'node:string_decoder';
import type { LineStream } from './engine.js';

/** Longer lines are no event and no progress of a pull. */
const LINE_LENGTH_MAX = 1_000_000;

/**
 * The JSON objects of a stream with one on each line; what is no object is passed over. Ends when the
 * stream ends and throws when it breaks.
 */
export async function* jsonLines(stream: LineStream): AsyncGenerator<object> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_LENGTH_MAX) throw new Error('a line without end');
    for (const line of lines) {
      const value = parsed(line);
      if (value !== undefined) yield value;
    }
  }
  const last = parsed(rest);
  if (last !== undefined) yield last;
}

function parsed(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
