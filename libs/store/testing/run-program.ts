import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of `testing/programs/` in a process of its own. */
export interface Program {
  readonly pid: number;
  /** All lines so far. */
  readonly lines: readonly string[];
  /** The first line that begins with the word; rejects when the program ends without one. */
  line(word: string): Promise<string>;
  /** When at least `count` lines begin with the word. */
  lineCount(word: string, count: number): Promise<void>;
  send(line: string): void;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<void>;
}

export function runProgram(name: string, args: readonly string[]): Program {
  const file = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const loader = ['--enable-source-maps', '--import=@swc-node/register/esm-register'];
  const child = spawn(process.execPath, [...loader, file, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return new RunningProgram(name, child);
}

class RunningProgram implements Program {
  readonly pid: number;
  readonly lines: string[] = [];
  readonly ended: Promise<void>;
  private readonly name: string;
  private readonly child: ChildProcessWithoutNullStreams;
  private over = false;
  private complaint = '';
  private readonly wakes = new Set<() => void>();

  constructor(name: string, child: ChildProcessWithoutNullStreams) {
    this.name = name;
    this.child = child;
    this.pid = child.pid ?? 0;
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', (chunk: Buffer) => {
      this.complaint = (this.complaint + chunk.toString('utf8')).slice(-2_000);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.lines.push(line);
      this.wake();
    });
    this.ended = new Promise((resolve) => {
      child.on('close', () => {
        this.over = true;
        this.wake();
        resolve();
      });
    });
  }

  async line(word: string): Promise<string> {
    await this.lineCount(word, 1);
    return this.lines.find((line) => line.startsWith(word)) ?? '';
  }

  async lineCount(word: string, count: number): Promise<void> {
    while (this.lines.filter((line) => line.startsWith(word)).length < count) {
      if (this.over) throw new Error(`${this.name} ended without "${word}": ${this.complaint}`);
      await new Promise<void>((resolve) => this.wakes.add(resolve));
    }
  }

  send(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  private wake(): void {
    for (const resolve of this.wakes) resolve();
    this.wakes.clear();
  }
}
