import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Home } from '../../support/home.js';
import type { RunHow } from '../benchmark.js';
import { SpawnedServer, profileFlags } from '../service/index.js';
import { LoadProcess } from './load/index.js';
import { calm } from './service-calls.js';

const REFERENCE = fileURLToPath(new URL('reference-server.mjs', import.meta.url));
const LOOP_WATCH = fileURLToPath(new URL('loop-watch.mjs', import.meta.url));
const REPORT_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 5;

export interface StageOptions {
  readonly main: string;
  readonly databaseUrl: string;
  readonly agents: number;
}

/** How long the loop was held at a time, in milliseconds of its thread's CPU time. */
export interface LoopSlices {
  readonly count: number;
  readonly p99: number;
  readonly max: number;
  /** Of the longest: what were collections of garbage. */
  readonly maxCollected: number;
  /** The most that the heap grew meanwhile, garbage included. */
  readonly heapMB: number;
}

/** The service on its state, a server to compare with, and clients of both. */
export class Stage {
  readonly load = new LoadProcess();
  readonly reference: SpawnedServer;
  private readonly options: StageOptions;
  private readonly home = new Home();
  private current: SpawnedServer | undefined;

  private constructor(options: StageOptions, reference: SpawnedServer) {
    this.options = options;
    this.reference = reference;
  }

  static async open(options: StageOptions): Promise<Stage> {
    const reference = await SpawnedServer.spawn({ script: REFERENCE });
    const stage = new Stage(options, reference);
    try {
      await reference.infoWhere(() => true);
      await stage.start({});
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  get service(): SpawnedServer {
    if (this.current === undefined) throw new Error('the service does not run');
    return this.current;
  }

  /** As it runs; for a profile a service of its own, which leaves one behind. */
  async as<T>(how: RunHow, use: () => Promise<T>): Promise<T> {
    if (how.profileInto === undefined) return use();
    await this.stop();
    await this.start(how);
    try {
      return await use();
    } finally {
      await this.stop();
      await this.start({});
    }
  }

  /** What the loop did since this was last asked. */
  async loop(): Promise<LoopSlices> {
    rmSync(this.loopFile, { force: true });
    process.kill(this.service.pid, 'SIGUSR2');
    const end = performance.now() + REPORT_LIMIT_MS;
    for (;;) {
      await delay(LOOK_EVERY_MS);
      const told = readIfThere(this.loopFile);
      if (told !== undefined) return JSON.parse(told) as LoopSlices;
      if (performance.now() > end) throw new Error('the service does not tell about its loop');
    }
  }

  async close(): Promise<void> {
    await this.load.end();
    await this.stop();
    await this.reference.stop();
    await this.home.dispose();
  }

  private get loopFile(): string {
    return join(this.home.dir, 'loop.json');
  }

  private async start(how: RunHow): Promise<void> {
    const { main, databaseUrl, agents } = this.options;
    const simulated = ['--simulated-agents', String(agents), '--router', 'none'];
    this.current = await SpawnedServer.spawn({
      script: main,
      args: ['--data-dir', this.home.dir, '--log-level', 'error', ...simulated],
      nodeFlags: ['--import', LOOP_WATCH, ...profileFlags(how)],
      env: { DATABASE_URL: databaseUrl, BENCH_LOOP_FILE: this.loopFile },
    });
    this.home.noteService(this.current.pid);
    await this.current.infoWhere((body) => body.includes('"elected":true'));
    await calm(this.current.url);
  }

  private async stop(): Promise<void> {
    await this.current?.stop();
    this.current = undefined;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
