import { testRun } from '@ekiden/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, NoAnswer } from './client.js';
import { Home } from './home.js';
import { until } from './until.js';
import type { AppJson } from './wire.js';

const BUILT = fileURLToPath(new URL('../../dist/apps/ekiden/src/main.js', import.meta.url));
/** Relative addresses in apps, as in examples/hello.json, start here. */
const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
/** Given to each lane of tests by the runner. */
const PORTS = [
  'EKIDEN_SERVICE_PORT_MIN',
  'EKIDEN_SERVICE_PORT_MAX',
  'EKIDEN_PREVIEW_PORTS',
  'EKIDEN_SCOPE_PORTS',
];
const LOG_LINES_MAX = 500;
/** Long runs go on for hours beside others: one start that takes long is not to end them. */
const START_MS = testRun.long ? 60_000 : 15_000;

/**
 * Host ports of tasks, as `min-max`. Suites that run at the same time have each their own
 * (test/run.mjs): a service offers what it was told, not what others have taken.
 */
export const HOST_PORTS = process.env['EKIDEN_TEST_HOST_PORTS'] ?? '31000-32000';
/** Enough for every test, and the same on every machine. */
const RESOURCES = `cpus:8;mem:8192;disk:20000;ports:[${HOST_PORTS}]`;

export interface ServiceOptions {
  readonly home?: Home;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it listens; without it the system chooses. */
  readonly httpPort?: number;
}

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The built service in a process of its own, on a data directory of its own. */
export class TestService {
  readonly home: Home;
  readonly api: Client;
  private readonly env: Readonly<Record<string, string>>;
  private readonly httpPort: number;
  private child: ChildProcess | undefined;
  private ended: Promise<Ending> = Promise.resolve({ code: null, signal: null });
  private address: string | undefined;
  private lines: string[] = [];

  constructor({ home = new Home(), env = {}, httpPort = 0 }: ServiceOptions = {}) {
    this.home = home;
    this.env = env;
    this.httpPort = httpPort;
    this.api = new Client(() => this.url);
  }

  /** Where it listens; it changes with every start. */
  get url(): string {
    if (this.address === undefined) throw new NoAnswer('the service does not listen');
    return this.address;
  }

  /** Log lines with a text in them. */
  logged(text: string): readonly string[] {
    return this.lines.filter((line) => line.includes(text));
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** The newest log lines, of all lives. */
  get log(): string {
    return this.lines.slice(-80).join('\n');
  }

  /** Resolves as soon as it listens, before it leads. */
  async launch(): Promise<void> {
    this.spawn();
    await until(
      () => this.address !== undefined || this.isOver(),
      'a service that listens',
      START_MS,
    );
    if (this.address === undefined) throw new Error(`the service did not start:\n${this.log}`);
  }

  /** Resolves when it leads. */
  async start(): Promise<this> {
    await this.launch();
    await until(() => this.api.isLeading(), 'a service that leads', START_MS);
    return this;
  }

  /** SIGKILL for the service alone. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.ended;
    this.address = undefined;
  }

  /** SIGKILL for service and database: all that is left are the tasks. */
  async killEverything(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.home.killDatabase();
    await this.kill();
    // A server on its way up when the first look was taken.
    await this.home.killDatabase();
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    this.child?.kill(signal);
    const ending = await this.ended;
    this.address = undefined;
    return ending;
  }

  /** How the process ends by itself. */
  ending(): Promise<Ending> {
    return this.ended;
  }

  /** Waits until no deployment is left and `instances` of the app run; returns it. */
  settled(id: string, instances: number, patienceMs = 15_000): Promise<AppJson> {
    return until(
      async () => {
        const app = await this.api.app(id);
        const running = app.tasks.filter(({ state }) => state === 'TASK_RUNNING').length;
        const done = app.deployments.length === 0 && app.tasks.length === instances;
        if (done && running === instances) return app;
        const states = app.tasks.map((task) => `${task.id} ${task.state}`).join(', ');
        throw new Error(`${app.deployments.length} deployments, tasks: ${states}`);
      },
      `${instances} running instances of ${id}`,
      patienceMs,
    );
  }

  /** Waits until no deployment is left and `instances` of the app are healthy; returns it. */
  allWell(id: string, instances: number, patienceMs = 15_000): Promise<AppJson> {
    return until(
      async () => {
        const app = await this.api.app(id);
        const settled = app.deployments.length === 0 && app.tasks.length === instances;
        if (settled && app.tasksHealthy === instances) return app;
        throw new Error(
          `${app.deployments.length} deployments, ${app.tasksHealthy} of ${app.tasks.length} well`,
        );
      },
      `${instances} healthy instances of ${id}`,
      patienceMs,
    );
  }

  /** Ends everything that runs, and waits for it. Volumes, roles and histories stay. */
  async clear(): Promise<void> {
    await this.api.ask('DELETE', '/v2/groups?force=true');
    const isOver = async (): Promise<boolean> =>
      (await this.api.deployments()).length === 0 && this.home.tasks().length === 0;
    await until(isOver, 'the end of everything that runs', 15_000);
  }

  async dispose(): Promise<void> {
    await this.kill();
    await this.home.dispose();
  }

  /** Starts without waiting for anything. */
  spawn(): void {
    const main = process.env['EKIDEN_TEST_SERVICE'] ?? BUILT;
    if (!existsSync(main)) throw new Error(`there is no ${main}: npm run build`);
    this.address = undefined;
    const own = ['--http-port', `${this.httpPort}`, '--data-dir', this.home.dir];
    const args = ['--enable-source-maps', main, ...own];
    const child = spawn(process.execPath, args, {
      cwd: REPOSITORY,
      env: {
        ...kept('PATH', 'HOME', 'TMPDIR', 'LANG', ...PORTS),
        EKIDEN_AGENT_RESOURCES: RESOURCES,
        ...this.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    if (child.pid !== undefined) this.home.noteService(child.pid);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.read(line, child));
    }
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  private isOver(): boolean {
    return this.child?.exitCode !== null || this.child.signalCode !== null;
  }

  private read(line: string, from: ChildProcess): void {
    this.lines.push(line);
    if (this.lines.length > LOG_LINES_MAX) this.lines = this.lines.slice(-LOG_LINES_MAX / 2);
    if (from !== this.child || !line.includes('"event":"listening"')) return;
    this.address = (JSON.parse(line) as { readonly url: string }).url;
  }
}

function kept(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
