import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { millis, type Clock, type TaskId } from '@ekiden/kernel';
import { ProcessExecutor, type HostLog, type ProcessExecutorOptions } from '@ekiden/host-process';
import { must } from '@ekiden/host/contract';

export const realClock: Clock = {
  now: () => millis(Date.now()),
  monotonic: () => millis(performance.now()),
};

/** A place for tasks of one test, in a folder with an awkward name. */
export class ProcessHost {
  readonly root: string;
  readonly dataDir: string;
  readonly fetchRoot: string;
  readonly warnings: string[] = [];
  private readonly log: HostLog = {
    info: () => undefined,
    warn: (facts, event) => this.warnings.push(`${event} ${JSON.stringify(facts)}`),
  };

  private constructor(root: string) {
    this.root = root;
    this.dataDir = join(root, "data dir with 'quotes' $HOME & ünïcode", 'x'.repeat(180));
    this.fetchRoot = join(root, 'fetch');
  }

  static async make(): Promise<ProcessHost> {
    return new ProcessHost(await mkdtemp(join(tmpdir(), 'ekiden-host-')));
  }

  open(changes: Partial<ProcessExecutorOptions> = {}): Promise<ProcessExecutor> {
    return ProcessExecutor.open({
      dataDir: this.dataDir,
      fetchRoot: this.fetchRoot,
      clock: realClock,
      log: this.log,
      baseEnv: { PATH: '/usr/bin:/bin', TZ: 'UTC', SECRET: 'of the service' },
      portLeaseDir: join(this.root, 'ports'),
      pollEvery: millis(200),
      ...changes,
    });
  }

  sandbox(taskId: string): string {
    return join(this.dataDir, 'sandboxes', taskId);
  }

  record(taskId: string, name: string): string {
    return join(this.dataDir, 'tasks', taskId, name);
  }

  async read(taskId: string, name = 'stdout'): Promise<string> {
    return readFile(join(this.sandbox(taskId), name), 'utf8').catch(() => '');
  }

  output(taskId: TaskId): Promise<string> {
    return this.read(taskId);
  }

  async pidOf(taskId: string): Promise<number> {
    return Number.parseInt(await readFile(this.record(taskId, 'task'), 'utf8'), 10);
  }

  async dispose(): Promise<void> {
    const executor = await this.open();
    for (const task of must(await executor.adopt())) {
      must(await executor.shutdown(task.taskId, millis(0)));
    }
    await executor.close();
    // Supervisors of tasks just killed may still be writing.
    await rm(this.root, { recursive: true, force: true, maxRetries: 10 });
  }
}
