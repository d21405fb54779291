import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  commandOf,
  environmentOf,
  family,
  lives,
  lookAt,
  processIds,
  signal,
  type ProcessMark,
} from './processes.js';
import { until } from './until.js';
import { watchOver, type Watcher } from './watcher.js';

/** A process of a task, found by the sandbox in its environment. */
export interface TaskProcess extends ProcessMark {
  readonly taskId: string;
}

/** One data directory, and everything that runs on it: database, supervisors, tasks. */
export class Home {
  readonly dir: string;
  private readonly watcher: Watcher;

  constructor() {
    this.dir = realpathSync(mkdtempSync(join(tmpdir(), 'ekiden-blackbox-')));
    // A database that runs as another user must come through.
    chmodSync(this.dir, 0o755);
    this.watcher = watchOver(this.dir);
  }

  /** For the watcher, should this whole run be killed. */
  noteService(pid: number): void {
    writeFileSync(join(this.dir, 'service.pid'), `${pid}\n`);
  }

  /** The postmaster, or `undefined` when none runs. */
  postmaster(): ProcessMark | undefined {
    try {
      const file = join(this.dir, 'postgres', 'cluster', 'postmaster.pid');
      const pid = Number(readFileSync(file, 'latin1').split('\n', 1)[0]);
      const look = lookAt(pid);
      return look !== undefined && lives(look) && isOurs(pid, this.dir) ? look : undefined;
    } catch {
      return undefined;
    }
  }

  /** The master process of HAProxy, which does not end with its data directory. */
  private haproxy(): ProcessMark | undefined {
    try {
      const text = readFileSync(join(this.dir, 'haproxy', 'haproxy.json'), 'utf8');
      const { pid } = JSON.parse(text) as { readonly pid: number };
      const look = lookAt(pid);
      return look !== undefined && lives(look) && isOurs(pid, this.dir) ? look : undefined;
    } catch {
      return undefined;
    }
  }

  signalPostmaster(name: NodeJS.Signals): void {
    const postmaster = this.postmaster();
    if (postmaster !== undefined) signal(postmaster, name);
  }

  /** SIGKILL to postmaster and backends at once. */
  async killDatabase(): Promise<void> {
    const postmaster = this.postmaster();
    if (postmaster === undefined) return;
    const all = family(postmaster.pid);
    for (const one of all) signal(one, 'SIGKILL');
    await until(() => !all.some(lives), 'the end of the database');
  }

  /** Stops postmaster and backends, so that connections stay open and nobody answers. */
  freezeDatabase(): void {
    this.signalDatabase('SIGSTOP');
  }

  thawDatabase(): void {
    this.signalDatabase('SIGCONT');
  }

  /** What runs of the tasks, without their supervisors; one process each for tasks that exec. */
  tasks(): readonly TaskProcess[] {
    return this.marked().filter(({ pid }) => !commandOf(pid).includes('/scripts/supervise-'));
  }

  /** Ends everything on the directory but the service, and removes it. */
  async dispose(): Promise<void> {
    const postmaster = this.postmaster();
    if (postmaster !== undefined) {
      this.thawDatabase();
      // immediate shutdown: unlike a kill it leaves no shared memory behind
      signal(postmaster, 'SIGQUIT');
    }
    await until(() => {
      for (const one of this.marked()) signal(one, 'SIGKILL');
      return this.marked().length === 0;
    }, 'the end of all tasks');
    await until(() => {
      for (const one of this.proxies()) signal(one, 'SIGKILL');
      return this.proxies().length === 0;
    }, 'the end of HAProxy');
    await until(() => {
      const now = this.postmaster();
      // A new server may have been on its way up when the service was killed.
      if (now !== undefined) signal(now, 'SIGQUIT');
      return now === undefined;
    }, 'the end of the database');
    const haproxy = this.haproxy();
    if (haproxy !== undefined) signal(haproxy, 'SIGKILL');
    this.watcher.dismiss();
    this.removeSocketDirectory();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** It lies outside; the next start on this directory would have swept it. */
  private removeSocketDirectory(): void {
    const record = join(this.dir, 'postgres', 'socket-directory');
    if (!existsSync(record)) return;
    const directory = readFileSync(record, 'utf8').trim();
    if (basename(directory).startsWith('ekiden-pg-')) {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  /** Task ids that have records. */
  recorded(): readonly string[] {
    return readdirSync(join(this.dir, 'tasks'));
  }

  sandbox(taskId: string): string {
    return join(this.dir, 'sandboxes', taskId);
  }

  private signalDatabase(name: 'SIGSTOP' | 'SIGCONT'): void {
    const postmaster = this.postmaster();
    if (postmaster === undefined) return;
    for (const one of family(postmaster.pid)) signal(one, name);
  }

  /** Masters and workers of HAProxy on this directory; the embedded router ends with the folder. */
  private proxies(): readonly ProcessMark[] {
    const folder = `${join(this.dir, 'haproxy')}/`;
    return processIds().flatMap((pid) => {
      const look = commandOf(pid).includes(folder) ? lookAt(pid) : undefined;
      return look !== undefined && lives(look) ? [look] : [];
    });
  }

  private marked(): readonly TaskProcess[] {
    const start = `${join(this.dir, 'sandboxes')}/`;
    return processIds().flatMap((pid) => {
      const sandbox = environmentOf(pid).get('MESOS_SANDBOX');
      const look = lookAt(pid);
      if (sandbox?.startsWith(start) !== true || look === undefined || !lives(look)) return [];
      return [{ pid, startTime: look.startTime, taskId: sandbox.slice(start.length) }];
    });
  }
}

/** The number in the file may meanwhile belong to anybody. */
function isOurs(pid: number, dir: string): boolean {
  return commandOf(pid).includes(dir);
}
