import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../src/adapters/machine/index.js';
import { HaproxyRouter } from '../src/adapters/routing/haproxy/index.js';
import type { Listen } from '../src/core/traffic/index.js';
import { SocketStage } from './socket-stage.js';

/** Debian's. */
export const HAPROXY = '/usr/sbin/haproxy';

/** A HAProxy in a data directory of its own, with real backends and real clients. */
export class HaproxyStage extends SocketStage<HaproxyRouter> {
  readonly dataDir: string;

  private constructor(dataDir: string) {
    super(haproxyOn(dataDir));
    this.dataDir = dataDir;
  }

  static async make(): Promise<HaproxyStage> {
    return new HaproxyStage(await realpath(await mkdtemp(join(tmpdir(), 'ekiden-haproxy-'))));
  }

  /** As a service does that starts on the same data directory. */
  anotherRouter(options: { readonly vhosts?: Listen } = {}): HaproxyRouter {
    return haproxyOn(this.dataDir, options);
  }

  /** The process that was started last; `undefined` when there was none. */
  async pid(): Promise<number | undefined> {
    const text = await readFile(join(this.dataDir, 'haproxy', 'haproxy.json'), 'utf8').catch(
      () => undefined,
    );
    return text === undefined ? undefined : (JSON.parse(text) as { readonly pid: number }).pid;
  }

  /**
   * Ends its own direction when it has been answered: a client that has nothing to say and ends it
   * before HAProxy has reached an instance is closed unanswered (docs/haproxy.md).
   */
  override ask(listen: Listen): Promise<string | undefined> {
    return new Promise((resolve) => {
      const socket = connect(listen.port, listen.address);
      let answer = '';
      socket.on('data', (chunk: Buffer) => {
        answer += chunk.toString('utf8');
        socket.end();
      });
      socket.once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code === 'ECONNREFUSED' ? undefined : `broken: ${error.message}`);
      });
      socket.once('end', () => {
        resolve(answer);
      });
    });
  }

  /** HAProxy does not end with its data directory. */
  override async close(): Promise<void> {
    const pid = await this.pid();
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
    await super.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

function haproxyOn(dataDir: string, options: { readonly vhosts?: Listen } = {}): HaproxyRouter {
  const clock = new SystemClock();
  const log = (): void => undefined;
  return new HaproxyRouter({ dataDir, executable: HAPROXY, clock, log, ...options });
}
