import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { until } from '../support/index.js';

const BUILT = fileURLToPath(new URL('../../dist/apps/cli/src/main.js', import.meta.url));
const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** What the command said and how it ended. */
export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What it may read: this text through a pipe, or a file as the shell's `<` gives it. */
type Input = string | { readonly file: string };

/** The built command in a process of its own. */
export class CliProcess {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Said>;
  private readonly child: ChildProcess;

  constructor(url: string, args: readonly string[], input: Input = '') {
    if (!existsSync(BUILT)) throw new Error(`there is no ${BUILT}: npm run build`);
    const file = typeof input === 'string' ? undefined : openSync(input.file, 'r');
    const child = spawn(process.execPath, ['--enable-source-maps', BUILT, ...args], {
      cwd: REPOSITORY,
      env: { PATH: process.env['PATH'], EKIDEN_URL: url },
      stdio: [file ?? 'pipe', 'pipe', 'pipe'],
    });
    if (file !== undefined) closeSync(file);
    this.child = child;
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString('utf8')));
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString('utf8')));
    // It may end without having read anything.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** Waits until it has said this, on either stream. */
  async says(text: string): Promise<void> {
    await until(
      () => {
        const said = this.stdout + this.stderr;
        if (said.includes(text)) return true;
        throw new Error(said);
      },
      `the command to say "${text}"`,
      15_000,
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

export function runCli(url: string, args: readonly string[], input: Input = ''): Promise<Said> {
  return new CliProcess(url, args, input).ended;
}
