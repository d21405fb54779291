import { spawn } from 'node:child_process';

const MINUTE = 60_000;
const TAIL = 4_000;

export interface RunOptions {
  readonly limitMs?: number;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. Its standard output, trimmed; throws with the end of all output. */
export function run(
  program: string,
  args: readonly string[],
  { limitMs = MINUTE, env = {} }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    let everything = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      everything += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      everything += text;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) {
        resolve(output.trim());
        return;
      }
      const how = code === null ? `ended by ${signal ?? 'nobody'}` : `exit code ${code}`;
      const said = everything.slice(-TAIL);
      reject(new Error(`${program} ${args.slice(0, 4).join(' ')} …: ${how}\n${said}`));
    });
  });
}

/**
 * The client of the engine. Builds go to the builder of Docker 20.10, which knows least: what it
 * accepts, BuildKit accepts.
 */
export function docker(...args: readonly string[]): Promise<string> {
  return run('docker', args, { limitMs: 15 * MINUTE, env: CLASSIC_BUILDER });
}

export const CLASSIC_BUILDER = { DOCKER_BUILDKIT: '0' } as const;

/** Lines of an answer, without empty ones. */
export function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
