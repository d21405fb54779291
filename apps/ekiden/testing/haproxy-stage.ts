import { readFile } from 'node:fs/promises';
import type { Socket, Server } from 'node:net';
import { join } from 'node:path';
import { SystemClock } from '../src/adapters/machine/index.js';
import { HaproxyRouter } from '../src/adapters/routing/haproxy/index.js';
import type { Backend, Listen } from '../src/core/traffic/index.js';
import { ForwarderStage } from './forwarder-stage.js';
import type { RouterStage } from './router-contract.js';

/** Debian's. */
export const HAPROXY = '/usr/sbin/haproxy';

/** A HAProxy in a data directory of its own, with real backends and real clients. */
export class HaproxyStage implements RouterStage {
  readonly router: HaproxyRouter;
  private readonly net: ForwarderStage;

  private constructor(net: ForwarderStage) {
    this.net = net;
    this.router = this.anotherRouter();
  }

  static async make(): Promise<HaproxyStage> {
    return new HaproxyStage(await ForwarderStage.make());
  }

  get dataDir(): string {
    return this.net.dataDir;
  }

  /** As a service does that starts on the same data directory. */
  anotherRouter(options: { readonly vhosts?: Listen } = {}): HaproxyRouter {
    const { dataDir } = this;
    const clock = new SystemClock();
    return new HaproxyRouter({
      dataDir,
      executable: HAPROXY,
      clock,
      log: () => undefined,
      ...options,
    });
  }

  freeListen(): Promise<Listen> {
    return this.net.freeListen();
  }

  backend(name: string): Promise<Backend> {
    return this.net.backend(name);
  }

  deadBackend(name: string): Promise<Backend> {
    return this.net.deadBackend(name);
  }

  occupy(listen: Listen): Promise<void> {
    return this.net.occupy(listen);
  }

  ask(listen: Listen): Promise<string | undefined> {
    return this.net.ask(listen);
  }

  serve(port: number, onConnect: (socket: Socket) => void): Promise<Server> {
    return this.net.serve(port, onConnect);
  }

  client(listen: Listen): Promise<Socket> {
    return this.net.client(listen);
  }

  /** The process that was started last; `undefined` when there was none. */
  async pid(): Promise<number | undefined> {
    const text = await readFile(join(this.dataDir, 'haproxy', 'haproxy.json'), 'utf8').catch(
      () => undefined,
    );
    return text === undefined ? undefined : (JSON.parse(text) as { readonly pid: number }).pid;
  }

  /** HAProxy does not end with its data directory. */
  async close(): Promise<void> {
    const pid = await this.pid();
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
    await this.net.close();
  }
}
