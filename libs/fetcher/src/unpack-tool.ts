import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { errorCode, Refused } from './world-error.js';

/** Of the program's memory: a hostile file can ask for very much of it. */
const MEMORY_KIB = 1_048_576;
const COMPLAINT_LENGTH_MAX = 200;
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** Lets a program of the machine decompress a file, and hands over what it makes of it. */
export async function unpackWithTool(
  tool: 'bzip2' | 'xz',
  file: string,
  {
    take,
    signal,
  }: {
    readonly take: (content: AsyncIterable<Buffer>) => Promise<void>;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const input = await open(file, 'r');
  const child = spawn('/bin/sh', ['-c', `ulimit -v ${MEMORY_KIB}; exec ${tool} -dc`], {
    stdio: [input.fd, 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? DEFAULT_PATH, LC_ALL: 'C' },
  });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  // All listeners at once: a program may be over before the next turn, and its output lost.
  const exit = once(child, 'close');
  const complaint = firstPart(child.stderr);
  // A consumer that gives up would leave the program blocked.
  const taken = settled(take(child.stdout as AsyncIterable<Buffer>)).then((failure) => {
    if (failure !== undefined) kill();
    return failure;
  });
  try {
    const [code] = (await exit) as [number | null];
    const failure = await taken;
    signal.throwIfAborted();
    if (code === 127) throw missing(tool);
    if (failure instanceof Refused) throw failure;
    if (code !== 0 && code !== null) throw new Refused(`${tool} fails on it: ${await complaint}`);
    if (failure !== undefined) throw failure;
  } finally {
    signal.removeEventListener('abort', kill);
    await input.close();
  }
}

function missing(tool: string): Refused {
  return new Refused(
    `extracting it needs the program ${tool}, which this machine lacks; install it there, or publish a .tar.gz`,
  );
}

async function settled(work: Promise<void>): Promise<Error | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(errorCode(error) ?? 'unknown error');
  }
}

/** The beginning of what it says; the rest is read and dropped, so that it never blocks. */
async function firstPart(stream: Readable | null): Promise<string> {
  let text = '';
  if (stream === null) return text;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (text.length < COMPLAINT_LENGTH_MAX) text += chunk.toString('utf8');
    }
  } catch {
    // What has come is all there is.
  }
  return text.slice(0, COMPLAINT_LENGTH_MAX).trim();
}
