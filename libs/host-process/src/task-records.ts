import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { millis, type Millis } from '@ekiden/kernel';
import type { TaskSpec } from '@ekiden/host';
import { parseStat, type ProcessIdentity } from './proc.js';
import { errorCode } from './world-error.js';

/** Written just before the supervisor is spawned. */
export interface LaunchRecord {
  readonly startedAt: Millis;
  readonly bootId: string;
}

/** Written when the first shutdown is asked for; wall clock, as it must outlast the service. */
export interface KillRecord {
  readonly askedAt: Millis;
  readonly grace: Millis;
}

/** Who claimed a task: its supervisor, or a service that found none. */
export type Claim = ProcessIdentity | 'void' | undefined;

/** The bookkeeping of one task on disk. Each file is written once, whole. */
export class TaskRecords {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async create(spec: TaskSpec): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await this.write('spec.json', JSON.stringify(spec));
  }

  async spec(): Promise<TaskSpec | undefined> {
    const value = parseObject(await this.read('spec.json'));
    return isTaskSpec(value) ? value : undefined;
  }

  async writeScript(text: string): Promise<void> {
    await this.write('run.sh', text);
  }

  async writeLaunch(record: LaunchRecord): Promise<void> {
    await this.write('launch.json', JSON.stringify(record));
  }

  async launch(): Promise<LaunchRecord | undefined> {
    const { startedAt, bootId } = parseObject(await this.read('launch.json')) ?? {};
    if (typeof startedAt !== 'number' || typeof bootId !== 'string') return undefined;
    return { startedAt: millis(startedAt), bootId };
  }

  async writeKill(record: KillRecord): Promise<void> {
    await this.write('kill.json', JSON.stringify(record));
  }

  async kill(): Promise<KillRecord | undefined> {
    const { askedAt, grace } = parseObject(await this.read('kill.json')) ?? {};
    if (typeof askedAt !== 'number' || typeof grace !== 'number') return undefined;
    return { askedAt: millis(askedAt), grace: millis(grace) };
  }

  async supervisor(): Promise<Claim> {
    const line = await this.read('supervisor');
    return line === 'void\n' ? 'void' : identityOf(line);
  }

  /** Claims a task that has no supervisor, so that none starts it later. False when it has one. */
  voidClaim(): Promise<boolean> {
    return this.writeFirst('supervisor');
  }

  /** Keeps a task that has not noted itself from running. False when it has. */
  voidProcess(): Promise<boolean> {
    return this.writeFirst('task');
  }

  /** The task's first process; `undefined` until it has noted itself. */
  async process(): Promise<ProcessIdentity | undefined> {
    return identityOf(await this.read('task'));
  }

  /** Exit status as the shell gives it. */
  async exitStatus(): Promise<number | undefined> {
    const line = await this.read('exit');
    return line !== undefined && /^\d+\n$/.test(line) ? Number(line) : undefined;
  }

  /** Kept because the control group, which knows it, goes before the task is forgotten. */
  async writeOutOfMemory(): Promise<void> {
    await this.write('out-of-memory', '');
  }

  async outOfMemory(): Promise<boolean> {
    return (await this.read('out-of-memory')) !== undefined;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async write(name: string, text: string): Promise<void> {
    const path = join(this.folder, name);
    await writeFile(`${path}.tmp`, text, { mode: 0o600 });
    await rename(`${path}.tmp`, path);
  }

  /** The scripts create these files too, and give up when they are there. */
  private async writeFirst(name: 'supervisor' | 'task'): Promise<boolean> {
    try {
      await writeFile(join(this.folder, name), 'void\n', { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    }
  }

  private async read(name: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.folder, name), 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/** Shells write without a rename; a line is complete with its end. */
function identityOf(line: string | undefined): ProcessIdentity | undefined {
  if (line?.endsWith('\n') !== true) return undefined;
  const stat = parseStat(line.trimEnd());
  return stat === undefined ? undefined : { pid: stat.pid, startTime: stat.startTime };
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** We wrote it ourselves; this only tells a damaged file from a good one. */
function isTaskSpec(value: unknown): value is TaskSpec {
  if (typeof value !== 'object' || value === null) return false;
  const spec = value as Partial<Record<keyof TaskSpec, unknown>>;
  return (
    typeof spec.taskId === 'string' &&
    typeof spec.epoch === 'number' &&
    Array.isArray(spec.ports) &&
    typeof spec.killGracePeriod === 'number'
  );
}
