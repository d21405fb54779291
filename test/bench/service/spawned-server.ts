import { spawn, type ChildProcess } from 'node:child_process';
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../apps/ekiden/testing/free-ports.js';

export interface SpawnOptions {
  /** What Node runs. `--http-port <n>` follows. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly nodeFlags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const LOOK_EVERY_MS = 2;
const ANSWER_LIMIT_MS = 5_000;
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
const LOG_LINES_MAX = 200;

/** As `npm start` does; the same for every server that is compared. */
const NODE_FLAGS = ['--enable-source-maps'];

/** A server in a process of its own, on a free port of this machine. */
export class SpawnedServer {
  readonly url: string;
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly spawnedAt: number;
  private readonly ended: Promise<void>;
  private isOver = false;
  private log: string[] = [];

  private constructor(child: ChildProcess, port: number, spawnedAt: number) {
    this.child = child;
    this.pid = child.pid ?? 0;
    this.spawnedAt = spawnedAt;
    this.url = `http://127.0.0.1:${port}`;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.log = [...this.log, text].slice(-LOG_LINES_MAX);
      });
    }
    this.ended = new Promise((resolve) => {
      child.once('close', () => {
        this.isOver = true;
        resolve();
      });
    });
  }

  static async spawn({ script, args = [], nodeFlags = [], env = {} }: SpawnOptions) {
    const port = await freePort();
    const line = [...NODE_FLAGS, ...nodeFlags, script, '--http-port', String(port), ...args];
    const spawnedAt = performance.now();
    const child = spawn(process.execPath, line, {
      env: { ...kept('PATH', 'HOME', 'TMPDIR', 'LANG'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.on('error', () => undefined); // it shows as an end
    return new SpawnedServer(child, port, spawnedAt);
  }

  /**
   * Asks for `/v2/info` until the answer is 200 and its body is `wanted`. Returns the seconds from
   * the spawn until then.
   */
  async infoWhere(wanted: (body: string) => boolean): Promise<number> {
    while (performance.now() - this.spawnedAt < START_LIMIT_MS) {
      const body = await okBody(`${this.url}/v2/info`);
      if (body !== undefined && wanted(body)) return (performance.now() - this.spawnedAt) / 1_000;
      if (this.isOver) throw new Error(`the server ended:\n${this.logged}`);
      await delay(LOOK_EVERY_MS);
    }
    throw new Error(`no such answer after ${START_LIMIT_MS} ms:\n${this.logged}`);
  }

  /** SIGTERM, and SIGKILL for one that does not go. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const patience = setTimeout(() => this.child.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.ended;
    clearTimeout(patience);
  }

  /** The newest of what it printed. */
  get logged(): string {
    return this.log.join('').slice(-4_000);
  }
}

/** The body of a 200 answer on a connection of its own; `undefined` for anything else. */
function okBody(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: ANSWER_LIMIT_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve(response.statusCode === 200 ? body : undefined));
      response.on('error', () => resolve(undefined));
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', () => resolve(undefined));
  });
}

function kept(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
