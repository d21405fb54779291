import type { Duplex, Readable } from 'node:stream';
import type Docker from 'dockerode';
import { ok, type Millis, type Result } from '@ekiden/kernel';
import { callEngine, type EngineFailure } from './engine-call.js';

type Answer<T> = Promise<Result<T, EngineFailure>>;

export interface ExecRequest {
  readonly command: readonly string[];
  /** `KEY=value`, beside the container's own. */
  readonly env?: readonly string[];
  /** Absent = that of the container. */
  readonly user?: string;
  /** Its streams are a terminal of this size. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

/** A command inside a container, and the connection to it. */
export interface AttachedExec {
  /** Both ways: its input, and its output, framed unless it has a terminal. */
  readonly connection: Duplex;
  /** `null` while it runs. */
  readonly exitCode: () => Answer<number | null>;
  readonly resize: (size: { readonly columns: number; readonly rows: number }) => Answer<unknown>;
}

/** Starts a command with its three streams; `deadline` bounds each request. */
export async function attachExec(
  docker: Docker,
  id: string,
  { command, env, user, terminal }: ExecRequest,
  deadline: Millis,
): Answer<AttachedExec> {
  const made = await callEngine({ deadline }, (abortSignal) => {
    const streams = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
    const as = user === undefined ? {} : { User: user };
    const tty = { Tty: terminal !== undefined, ...sizeOf(terminal) };
    const asked = { Cmd: [...command], Env: [...(env ?? [])], ...streams, ...as, ...tty };
    return docker.getContainer(id).exec({ ...asked, abortSignal });
  });
  if (!made.ok) return made;
  const exec = made.value;
  const started = await callEngine({ deadline }, (abortSignal) => {
    const asked = { hijack: true, stdin: true, Tty: terminal !== undefined };
    return exec.start({ ...asked, ...sizeOf(terminal), abortSignal });
  });
  if (!started.ok) return started;
  return ok({
    connection: started.value,
    exitCode: async () => {
      const seen = await callEngine({ deadline }, (abortSignal) => exec.inspect({ abortSignal }));
      return seen.ok ? ok(seen.value.Running ? null : seen.value.ExitCode) : seen;
    },
    resize: ({ columns, rows }) =>
      callEngine({ deadline }, (abortSignal) => exec.resize({ h: rows, w: columns, abortSignal })),
  });
}

/** Engines before 23 learn the size afterwards, from a resize. */
function sizeOf(terminal: ExecRequest['terminal']): { readonly ConsoleSize?: [number, number] } {
  return terminal === undefined ? {} : { ConsoleSize: [terminal.rows, terminal.columns] };
}

/** A command inside a container that nobody talks to. */
export interface RunExec {
  /** Framed, until the command ends. */
  readonly output: Readable;
  /** `null` while it runs. */
  readonly exitCode: () => Answer<number | null>;
}

/** Starts a command whose output is read; `deadline` bounds each request. */
export async function runExec(
  docker: Docker,
  id: string,
  { command, user }: Pick<ExecRequest, 'command' | 'user'>,
  deadline: Millis,
): Answer<RunExec> {
  const made = await callEngine({ deadline }, (abortSignal) => {
    const asked = { Cmd: [...command], AttachStdout: true, AttachStderr: true };
    const as = user === undefined ? {} : { User: user };
    return docker.getContainer(id).exec({ ...asked, ...as, abortSignal });
  });
  if (!made.ok) return made;
  const started = await callEngine(
    { deadline },
    (abortSignal) => made.value.start({ abortSignal }) as Promise<Readable>,
  );
  if (!started.ok) return started;
  const exitCode = async (): Answer<number | null> => {
    const seen = await callEngine({ deadline }, (abortSignal) =>
      made.value.inspect({ abortSignal }),
    );
    return seen.ok ? ok(seen.value.ExitCode) : seen;
  };
  return ok({ output: started.value, exitCode });
}
