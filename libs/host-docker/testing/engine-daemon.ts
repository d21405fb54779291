import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineSlot } from './engine-slot.js';
import { TOOL_ENV } from './run-command.js';

const LOG_TAIL = 1_500;

/** A daemon of the engine: a child process in the slot's network namespace, its output in a file. */
export class EngineDaemon {
  readonly name: string;
  /** When the process is gone. */
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private readonly logFile: string;
  private over = false;
  private trouble = '';

  /** `nsenter` becomes the program, so the child's pid is the daemon's. */
  constructor(slot: EngineSlot, name: string, args: readonly string[]) {
    this.name = name;
    this.logFile = join(slot.root, `${name}.log`);
    const log = openSync(this.logFile, 'a');
    this.child = spawn('nsenter', [`--net=/run/netns/${slot.namespace}`, name, ...args], {
      stdio: ['ignore', log, log],
      env: TOOL_ENV,
    });
    closeSync(log);
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.over = true;
        resolve();
      };
      this.child.once('exit', end);
      this.child.once('error', (error) => {
        this.trouble = error.message;
        end();
      });
    });
  }

  get isRunning(): boolean {
    return !this.over;
  }

  /** Sends a signal to the daemon, and to nothing else, and waits until it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL', limitMs: number): Promise<void> {
    if (!this.over) this.child.kill(signal);
    const timer = new AbortController();
    await Promise.race([
      this.ended,
      delay(limitMs, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
    timer.abort();
    if (!this.over) throw this.complaint(`does not end within ${limitMs} ms of ${signal}`);
  }

  /** What went wrong, with the end of the daemon's log. */
  complaint(what: string): Error {
    const log = readFileSync(this.logFile, 'utf8').slice(-LOG_TAIL);
    return new Error(`${this.name} of a test engine ${what}. ${this.trouble}\n${log}`);
  }
}
