import type { TaskId } from '@ekiden/kernel';
import type { TaskAccess } from '../../ports/index.js';

const LINES = 20;
const LINE_MAX = 500;
const BYTES_MAX = 64 * 1024;

/** A host that does not answer keeps nobody from the rest of the answer. */
const PATIENCE_MS = 1_000;

/**
 * The last lines a task wrote, of its errors or else of its output; empty where nothing is kept or
 * nobody answers in time.
 */
export async function lastLines(tasks: TaskAccess, task: TaskId): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  for (const stream of ['stderr', 'stdout'] as const) {
    const lines = await linesOf(tasks, task, { stream, signal });
    if (lines.length > 0) return lines;
  }
  return [];
}

async function linesOf(
  tasks: TaskAccess,
  task: TaskId,
  from: { readonly stream: 'stdout' | 'stderr'; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const late = new Promise<undefined>((resolve) => {
    from.signal.addEventListener('abort', () => {
      resolve(undefined);
    });
    if (from.signal.aborted) resolve(undefined);
  });
  const gather = async (): Promise<string | undefined> => {
    const found = await tasks.readOutput(task, { ...from, tail: LINES, follow: false });
    return found.ok ? gathered(found.value) : undefined;
  };
  const text = await Promise.race([gather().catch(() => undefined), late]);
  if (text === undefined) return [];
  const lines = text.split('\n').map((line) => line.trimEnd().slice(0, LINE_MAX));
  return lines.filter((line) => line !== '').slice(-LINES);
}

async function gathered(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of bytes) {
    text = (text + decoder.decode(part, { stream: true })).slice(-BYTES_MAX);
  }
  return text;
}
