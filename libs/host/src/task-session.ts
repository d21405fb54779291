import type { Result, TaskId } from '@ekiden/kernel';
import type { HostFailure } from './host-failure.js';
import type { OutputStream } from './task-output.js';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal for a session. */
export interface TerminalRequest extends TerminalSize {
  /** Value of TERM, such as `xterm-256color`. */
  readonly kind: string;
}

/** A command to run beside a task, for somebody who stays connected to it. */
export interface SessionOrder {
  /** Program and arguments, found by the PATH of the task; at least one. */
  readonly command: readonly string[];
  /** Its three streams are a terminal; absent = pipes. */
  readonly terminal?: TerminalRequest;
}

/** A part of what a command wrote; all of a terminal is standard output. */
export interface SessionOutput {
  readonly stream: OutputStream;
  readonly bytes: Uint8Array;
}

export interface SessionExit {
  /** 128 + signal number when a signal ended it; `null` when nobody saw the end. */
  readonly exitCode: number | null;
  /** Why nobody saw it. */
  readonly message?: string;
}

/** A running command that somebody is connected to. */
export interface TaskSession {
  /** To be read to its end by one reader; the command is held up when it reads slowly. */
  readonly output: AsyncIterable<SessionOutput>;
  /** Comes after the end of the output. Never rejects. */
  readonly exit: Promise<SessionExit>;
  /** Its standard input; resolves when there is room for more. What comes after its end is dropped. */
  write(bytes: Uint8Array): Promise<void>;
  /** Its standard input is over. */
  end(): void;
  /** Of its terminal; means nothing without one. */
  resize(size: TerminalSize): void;
  /** SIGKILL to the command and to everything it has started that can be found. */
  kill(): void;
}

/** Commands beside tasks, as the tasks would run them: same place, environment, user and limits. */
export interface TaskSessions {
  /** Fails with `unknownTask` when the task does not run here. */
  openSession(taskId: TaskId, order: SessionOrder): Promise<Result<TaskSession, HostFailure>>;
}
