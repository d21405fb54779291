import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { EventsResult, LoadOrder, LoadResult, Order, Reply } from './messages.js';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
const FLAGS = ['--import=@swc-node/register/esm-register'];

/** Clients in a process of their own; several loads may be under way at a time. */
export class LoadProcess {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private sent = 0;

  constructor() {
    this.child = fork(WORKER, [], { execArgv: FLAGS });
    this.child.on('message', (reply: Reply) => this.waiting.get(reply.id)?.(reply));
    this.child.on('exit', (code) => {
      const fault = `the clients' process ended with ${code ?? 'a signal'}`;
      for (const [id, settle] of this.waiting) settle({ id, fault });
    });
  }

  rate(load: LoadOrder): Promise<LoadResult> {
    return this.sound({ kind: 'rate', load });
  }

  latency(load: LoadOrder): Promise<LoadResult> {
    return this.sound({ kind: 'latency', load });
  }

  async followEvents(url: string, subscribers: number, type: string): Promise<void> {
    await this.obey({ kind: 'events', url, subscribers, type });
  }

  async endEvents(): Promise<EventsResult> {
    return (await this.obey({ kind: 'endEvents' })) as EventsResult;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
  }

  private async sound(order: Extract<Order, { load: LoadOrder }>): Promise<LoadResult> {
    const result = (await this.obey(order)) as LoadResult;
    const { failures, requests } = result;
    if (failures > 0 || requests === 0) {
      throw new Error(`${failures} of ${requests} requests to ${order.load.paths[0] ?? ''} failed`);
    }
    return result;
  }

  private async obey(order: Order): Promise<LoadResult | EventsResult | undefined> {
    const id = (this.sent += 1);
    const reply = await new Promise<Reply>((resolve) => {
      this.waiting.set(id, resolve);
      this.child.send({ id, order });
    });
    this.waiting.delete(id);
    if ('fault' in reply) throw new Error(reply.fault);
    return reply.result;
  }
}
