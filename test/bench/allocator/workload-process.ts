import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Order } from './messages.js';
import type { WorkloadSpec } from './specs.js';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** V8's own defaults otherwise. */
const FLAGS = ['--expose-gc', '--import=@swc-node/register/esm-register'];

/** A workload in a process of its own. */
export class WorkloadProcess {
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  /** Resolves when it is set up. */
  static async start(spec: WorkloadSpec): Promise<WorkloadProcess> {
    const child = fork(WORKER, [JSON.stringify(spec)], { execArgv: FLAGS });
    await answerOf(child);
    return new WorkloadProcess(child);
  }

  round(): Promise<Answer> {
    return this.order({ kind: 'round' });
  }

  async profile(file: string, rounds: number): Promise<void> {
    await this.order({ kind: 'profile', file, rounds });
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }

  private order(order: Order): Promise<Answer> {
    const answer = answerOf(this.child);
    this.child.send(order);
    return answer;
  }
}

/** Rejects when the process ends instead; what it complained of went to our own output. */
function answerOf(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settled = (): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const onMessage = (message: Answer): void => {
      settled();
      resolve(message);
    };
    const onExit = (code: number | null, signal: string | null): void => {
      settled();
      reject(new Error(`the workload's process ended with ${code ?? signal ?? 'nothing'}`));
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
