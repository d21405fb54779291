import { execFile } from 'node:child_process';

const LIMIT_MS = 20_000;

/**
 * Runs a tool of the machine to its end and gives its standard output. Rejects with the tool's own
 * words when it fails, is missing, or takes longer than 20 s.
 */
export function runCommand(file: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { timeout: LIMIT_MS, env: TOOL_ENV }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${[file, ...args].join(' ')}: ${stderr.trim() || error.message}`));
    });
  });
}

/** Nothing of the test's own environment: proxies and DOCKER_* settings would change what is tested. */
export const TOOL_ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
