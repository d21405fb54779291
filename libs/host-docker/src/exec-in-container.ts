import { err, ok, type Millis, type Result } from '@ekiden/kernel';
import type { HostFailure } from '@ekiden/host';
import type { Engine } from './engine.js';
import { unreachable } from './engine-failures.js';

export interface ExecOutcome {
  /** `null` when the time was up. */
  readonly exitCode: number | null;
}

/** Milliseconds before an exit code that is not there yet is asked for again. */
const ASK_AGAIN_FIRST = 20;
const ASK_AGAIN_MOST = 1_000;

/**
 * Runs a shell command in a running container. An engine cannot end one: when the time is up it is
 * not waited for any longer, and runs on until it ends or its container does. `user`: absent = the
 * container's.
 */
export async function execInContainer(
  engine: Engine,
  containerId: string,
  shellCommand: string,
  timeout: Millis,
  user?: string,
): Promise<Result<ExecOutcome, HostFailure>> {
  const started = await engine.exec(containerId, ['/bin/sh', '-c', shellCommand], user);
  if (!started.ok) return err(unreachable(engine, started.error));
  const { output, exitCode } = started.value;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, timeout, 'late');
  });
  const ended = new Promise<'ended'>((resolve) => {
    // Read and dropped, so that the command never waits for a reader.
    output.resume();
    for (const event of ['end', 'close', 'error']) output.once(event, () => resolve('ended'));
  });
  try {
    let outcome = await Promise.race([late, ended]);
    // An engine learns of the exit only after the output has ended, and of a daemon's much later.
    for (let pause = ASK_AGAIN_FIRST; outcome === 'ended'; pause = nextPause(pause)) {
      const code = await exitCode();
      if (!code.ok) return err(unreachable(engine, code.error));
      if (code.value !== null) return ok({ exitCode: code.value });
      outcome = await Promise.race([late, after(pause)]);
    }
    return ok({ exitCode: null });
  } finally {
    clearTimeout(timer);
    output.destroy();
  }
}

function nextPause(pause: number): number {
  return Math.min(ASK_AGAIN_MOST, pause * 2);
}

function after(pause: number): Promise<'ended'> {
  return new Promise((resolve) => {
    setTimeout(resolve, pause, 'ended');
  });
}
