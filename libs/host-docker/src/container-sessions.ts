import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { err, ok, seconds, type Result, type TaskId } from '@ekiden/kernel';
import {
  BoundedQueue,
  type HostFailure,
  type SessionExit,
  type SessionOrder,
  type SessionOutput,
  type TaskSession,
  type TaskSessions,
} from '@ekiden/host';
import type { AttachedExec } from './engine-exec.js';
import { isGone, unreachable } from './engine-failures.js';
import type { Engine } from './engine.js';
import { execInContainer } from './exec-in-container.js';
import type { HeldContainers } from './held-containers.js';
import { messagesOf } from './log-frames.js';

/** Parts of output that wait for their reader before the command is held up. */
const PARTS_MAX = 16;
const MARK = 'EKIDEN_SESSION';
const KILL_DEADLINE = seconds(10);
/** Milliseconds before an exit code that is not there yet is asked for again, and how often. */
const ASK_AGAIN = 50;
const ASKED_MAX = 100;

/** Commands in containers, as the engine runs them: as the container's user, in its limits. */
export class ContainerSessions implements TaskSessions {
  private readonly engine: Engine;
  private readonly tasks: HeldContainers;

  constructor(engine: Engine, tasks: HeldContainers) {
    this.engine = engine;
    this.tasks = tasks;
  }

  async openSession(
    taskId: TaskId,
    { command, terminal }: SessionOrder,
  ): Promise<Result<TaskSession, HostFailure>> {
    const held = this.tasks.get(taskId);
    if (held?.phase !== 'running') {
      return err({ kind: 'unknownTask', message: `Task ${taskId} does not run here` });
    }
    const { containerId } = held;
    const mark = `${MARK}=${randomUUID()}`;
    const env = [mark, ...(terminal === undefined ? [] : [`TERM=${terminal.kind}`])];
    const asked = { command, env, ...(terminal === undefined ? {} : { terminal }) };
    const started = await this.engine.attach(containerId, asked);
    if (!started.ok && isGone(started.error)) {
      return err({ kind: 'unknownTask', message: `The container of ${taskId} is gone` });
    }
    if (!started.ok) return err(unreachable(this.engine, started.error));
    if (terminal !== undefined) void started.value.resize(terminal);
    const kill = (): void => void killMarked(this.engine, containerId, mark);
    return ok(connect(started.value, kill, terminal !== undefined));
  }
}

function connect(exec: AttachedExec, killAll: () => void, hasTerminal: boolean): TaskSession {
  const { connection } = exec;
  const output = new BoundedQueue<SessionOutput>(PARTS_MAX);
  // Input that nobody takes any more is no failure.
  connection.on('error', () => undefined);
  const exit = pump(connection, output, hasTerminal).then(async () => {
    output.end();
    const ended = await exitOf(exec);
    connection.destroy();
    // What it left behind would pile up.
    killAll();
    return ended;
  });
  return {
    output,
    exit,
    write: async (bytes) => {
      if (connection.writable && !connection.write(bytes)) await roomIn(connection);
    },
    end: () => {
      connection.end();
    },
    resize: (size) => {
      if (hasTerminal) void exec.resize(size);
    },
    kill: () => {
      killAll();
      connection.destroy();
    },
  };
}

async function pump(
  connection: Duplex,
  target: BoundedQueue<SessionOutput>,
  hasTerminal: boolean,
): Promise<void> {
  try {
    if (hasTerminal) {
      for await (const bytes of connection as AsyncIterable<Buffer>) {
        await target.push({ stream: 'stdout', bytes });
      }
      return;
    }
    for await (const { content, isStderr } of messagesOf(connection as AsyncIterable<Buffer>)) {
      await target.push({ stream: isStderr ? 'stderr' : 'stdout', bytes: content });
    }
  } catch {
    // Broken off: then that was all.
  }
}

/** An engine learns of the exit only after the output has ended. */
async function exitOf(exec: AttachedExec): Promise<SessionExit> {
  for (let asked = 0; asked < ASKED_MAX; asked += 1) {
    const code = await exec.exitCode();
    if (!code.ok) return { exitCode: null, message: code.error.message };
    if (code.value !== null) return { exitCode: code.value };
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
  }
  return { exitCode: null, message: 'the command closed its output and runs on' };
}

function roomIn(connection: Duplex): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['drain', 'close', 'error']) connection.once(event, () => resolve());
  });
}

/**
 * An engine cannot end a command: another one does, as root, with the shell and the `grep` of the
 * image. Where the image has none, the command ends when it reads the end of its input, or runs on.
 */
async function killMarked(engine: Engine, containerId: string, mark: string): Promise<void> {
  const find = `for e in /proc/[0-9]*/environ; do grep -q '${mark}' "$e" || continue`;
  const script = `(${find}; p=\${e%/environ}; kill -9 "\${p#/proc/}"; done) 2>/dev/null`;
  await execInContainer(engine, containerId, script, KILL_DEADLINE, '0');
}
