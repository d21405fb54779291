import type { ChildProcess } from 'node:child_process';

export type CommandEnd =
  | { readonly kind: 'exited'; readonly code: number | null; readonly output: string }
  | { readonly kind: 'not-started'; readonly reason: string; readonly missing: boolean }
  | { readonly kind: 'too-slow'; readonly output: string };

const OUTPUT_MAX = 8_192;

/** Waits for a short-lived child, kills it at the limit, keeps the end of what it printed. */
export function runToEnd(
  child: ChildProcess,
  limits: { readonly limitMs: number },
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_MAX);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve({ kind: 'too-slow', output });
    }, limits.limitMs);
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve({ kind: 'not-started', reason: error.message, missing: error.code === 'ENOENT' });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ kind: 'exited', code, output });
    });
  });
}
