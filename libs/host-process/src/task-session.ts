import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { open, readFile, readlink } from 'node:fs/promises';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import {
  BoundedQueue,
  type SessionExit,
  type SessionOrder,
  type SessionOutput,
  type TaskSession,
  type TerminalSize,
} from '@ekiden/host';
import { wordsBeside, type BesideTask } from './beside-task.js';
import { stdioWithout } from './descriptors.js';
import { processIds } from './proc.js';
import { quote } from './scripts.js';

export interface SessionPlan extends BesideTask {
  readonly order: SessionOrder;
}

/** Parts of output that wait for their reader before the command is held up. */
const PARTS_MAX = 16;
const KILL_ROUNDS = 20;
const ROUND_MS = 25;
const SCANNED_AT_ONCE = 100;
const MARK = 'EKIDEN_SESSION';

/**
 * Runs a command in a task's sandbox as the task would, for somebody who stays connected to it. It
 * carries the task's mark, so that it ends with the task at the latest, and one of its own, so that
 * all it has started ends with it. Rejects when nothing could be started.
 */
export async function openTaskSession(plan: SessionPlan): Promise<TaskSession> {
  const mark = `${MARK}=${randomUUID()}`;
  const { terminal } = plan.order;
  const [program, ...args] = wordsBeside(plan, wordsOf(plan));
  const env = {
    ...plan.env,
    [MARK]: mark.slice(MARK.length + 1),
    ...(terminal === undefined ? {} : { TERM: terminal.kind, SHELL: '/bin/sh' }),
  };
  const nothing = await open('/dev/null', 'r+');
  try {
    const { fd } = nothing;
    const further = stdioWithout(plan.inherited, { out: fd, errors: fd, nothing: fd }).slice(3);
    const stdio: ('pipe' | 'ignore' | number)[] = ['pipe', 'pipe', 'pipe', ...further];
    const about = { cwd: plan.sandbox, env, detached: true, stdio };
    const child = spawn(program, args, about) as ChildProcessWithoutNullStreams;
    await once(child, 'spawn');
    return connect(child, mark, terminal !== undefined);
  } finally {
    await nothing.close();
  }
}

/** `script` makes the terminal: Node cannot. A shell finds the program, and says so if it does not. */
function wordsOf({
  order: { command, terminal },
  tools,
}: SessionPlan): readonly [string, ...string[]] {
  if (terminal === undefined) return ['/bin/sh', '-c', 'exec "$@"', 'sh', ...command];
  const { columns, rows } = terminal;
  const line = `stty rows ${rows} cols ${columns}; exec ${command.map(quote).join(' ')}`;
  return [tools.script(), '-q', '-e', '-c', line, '/dev/null'];
}

function connect(
  child: ChildProcessWithoutNullStreams,
  mark: string,
  hasTerminal: boolean,
): TaskSession {
  const output = new BoundedQueue<SessionOutput>(PARTS_MAX);
  const exit = new Promise<SessionExit>((resolve) => {
    child.once('exit', (code, signal) => {
      const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      // What it left behind would keep the output open, and pile up.
      void killMarked(child.pid, mark).then(() => resolve({ exitCode }));
    });
  });
  // Input that nobody takes any more is no failure.
  child.stdin.on('error', () => undefined);
  const pumps = [pump(child.stdout, 'stdout', output), pump(child.stderr, 'stderr', output)];
  void Promise.all([...pumps, exit]).then(() => output.end());
  return {
    output,
    exit,
    write: async (bytes) => {
      if (child.stdin.writable && !child.stdin.write(bytes)) await roomIn(child);
    },
    end: () => {
      child.stdin.end();
    },
    resize: (size) => {
      if (hasTerminal) void resizeTerminal(child.pid, size);
    },
    kill: () => {
      void killMarked(child.pid, mark);
    },
  };
}

async function pump(
  source: Readable,
  stream: SessionOutput['stream'],
  target: BoundedQueue<SessionOutput>,
): Promise<void> {
  try {
    for await (const bytes of source as AsyncIterable<Buffer>) await target.push({ stream, bytes });
  } catch {
    // Broken off: then that was all.
  }
}

function roomIn({ stdin }: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['drain', 'close', 'error']) stdin.once(event, () => resolve());
  });
}

/** SIGKILL to the group, and to whatever carries the mark; a new process may have been missed. */
async function killMarked(pid: number | undefined, mark: string): Promise<void> {
  if (pid !== undefined) send(-pid);
  for (let round = 0; round < KILL_ROUNDS; round += 1) {
    const found: number[] = [];
    const all = processIds();
    for (let start = 0; start < all.length; start += SCANNED_AT_ONCE) {
      const some = all.slice(start, start + SCANNED_AT_ONCE);
      const marked = await Promise.all(some.map((one) => carries(one, mark)));
      found.push(...some.filter((_one, index) => marked[index] === true));
    }
    if (found.length === 0) return;
    for (const one of found) send(one);
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  }
}

async function carries(pid: number, mark: string): Promise<boolean> {
  const environ = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environ.split('\0').includes(mark);
}

function send(target: number): void {
  try {
    process.kill(target, 'SIGKILL');
  } catch {
    // Nobody left.
  }
}

/** The terminal is that of the only child of `script`; the kernel tells its programs of the change. */
async function resizeTerminal(pid: number | undefined, size: TerminalSize): Promise<void> {
  try {
    const children = await readFile(`/proc/${pid ?? 0}/task/${pid ?? 0}/children`, 'latin1');
    const terminal = await readlink(`/proc/${Number.parseInt(children, 10)}/fd/0`);
    if (!/^\/dev\/pts\/\d+$/.test(terminal)) return;
    const { columns, rows } = size;
    execFile('stty', ['-F', terminal, 'rows', `${rows}`, 'cols', `${columns}`], () => undefined);
  } catch {
    // Over already.
  }
}
