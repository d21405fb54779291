import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { HaproxyPlace } from './haproxy-place.js';

/** The oldest version whose servers can be added and removed while it runs. */
const VERSION_MIN: readonly [number, number] = [2, 6];

const CHECK_TIMEOUT_MS = 20_000;
const REASON_MAX = 500;

/** A HAProxy that was started and may not have come up yet. */
export interface Launched {
  readonly pid: number | undefined;
  /** How it ended, if it has. */
  ended(): string | undefined;
}

/** Why this executable cannot be used; `undefined` = it can. */
export async function unusable(executable: string): Promise<string | undefined> {
  const said = await run(executable, ['-v']);
  if (said.failed !== undefined) return `${executable} cannot be run: ${said.failed}`;
  const version = /version (\d+)\.(\d+)/.exec(said.output);
  if (version === null) return `${executable} does not say that it is HAProxy`;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const [majorMin, minorMin] = VERSION_MIN;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return undefined;
  return `${executable} is HAProxy ${major}.${minor}; ${majorMin}.${minorMin} or newer is needed`;
}

/** What HAProxy has against a configuration; `undefined` = nothing. */
export async function refusal(executable: string, config: string): Promise<string | undefined> {
  const said = await run(executable, ['-c', '-q', '-f', config]);
  if (said.failed === undefined) return undefined;
  return `HAProxy refuses the configuration: ${alerts(said.output) || said.failed}`;
}

/**
 * Starts HAProxy in a session of its own, so that nothing that ends the service ends it, and
 * without the service's environment: it may hold the address of the database.
 */
export function launchHaproxy(executable: string, place: HaproxyPlace): Launched {
  const log = openSync(place.log, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(
      executable,
      ['-W', '-S', `${place.masterSocket},mode,600,level,admin`, '-f', place.config],
      {
        detached: true,
        stdio: ['ignore', log, log],
        env: { PATH: process.env['PATH'] ?? '' },
        cwd: place.folder,
      },
    );
  } finally {
    closeSync(log);
  }
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `it ended with ${signal ?? `status ${code ?? 0}`}`;
  });
  child.unref();
  return { pid: child.pid, ended: () => ended };
}

/** The lines of HAProxy's output that say what is wrong, without what stands before each. */
export function alerts(output: string): string {
  return output
    .split('\n')
    .filter((line) => line.startsWith('[ALERT]'))
    .map((line) => line.replace(/^\[ALERT\]\s*\(\d+\)\s*:\s*/, ''))
    .join('; ')
    .slice(0, REASON_MAX);
}

function run(
  executable: string,
  args: readonly string[],
): Promise<{ readonly output: string; readonly failed?: string }> {
  return new Promise((resolve) => {
    const options = { timeout: CHECK_TIMEOUT_MS, env: { PATH: process.env['PATH'] ?? '' } };
    execFile(executable, args, options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      resolve(error === null ? { output } : { output, failed: inWords(error) });
    });
  });
}

function inWords(error: Error & { readonly code?: unknown }): string {
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'EACCES') return 'it may not be executed';
  return typeof error.code === 'number' ? `status ${error.code}` : error.message;
}
