import { err, ok, type Millis, type Result } from '@ekiden/kernel';
import type { HostFailure } from '@ekiden/host';
import { unreachable } from './container-maker.js';
import type { Engine } from './engine.js';

export interface ExecOutcome {
  /** `null` when the time was up. */
  readonly exitCode: number | null;
}

/**
 * Runs a shell command in a running container. An engine cannot end one: when the time is up it is
 * not waited for any longer, and runs on until it ends or its container does.
 */
export async function execInContainer(
  engine: Engine,
  containerId: string,
  shellCommand: string,
  timeout: Millis,
): Promise<Result<ExecOutcome, HostFailure>> {
  const started = await engine.exec(containerId, ['/bin/sh', '-c', shellCommand]);
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
  const outcome = await Promise.race([late, ended]);
  clearTimeout(timer);
  if (outcome === 'late') {
    output.destroy();
    return ok({ exitCode: null });
  }
  const code = await exitCode();
  return code.ok ? ok({ exitCode: code.value }) : err(unreachable(engine, code.error));
}
