import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { access, constants, mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TaskSpec } from '@ekiden/host';
import { limitsOf } from './cgroup-limits.js';
import { findCgroupMounts, type CgroupMounts } from './cgroup-mounts.js';
import type { HostLog } from './host-log.js';
import { errorCode, messageOf } from './world-error.js';

/** `cgroups`: tasks are held to what they were promised. `none`: nobody is (Mesos's default). */
export type Isolation = 'cgroups' | 'none';

export interface TaskCgroupsOptions {
  readonly isolation: Isolation;
  /** Tells the groups of this service from those of others on the machine. */
  readonly dataDir: string;
  readonly log: HostLog;
  /** In place of `/proc/self/mountinfo`. */
  readonly mountInfo?: string;
}

const ROOT = 'ekiden';
const ROUNDS_MAX = 40;
const ROUND_MS = 25;

/**
 * A control group for each task, `<mount>/ekiden/<digest of the data directory>.<folder>`. Groups of
 * earlier lives are cleared up whatever the isolation is now.
 */
export class TaskCgroups {
  private readonly options: TaskCgroupsOptions;
  private readonly found: CgroupMounts | undefined;
  private readonly prefix: string;
  private enabled: boolean;
  private told = false;

  private constructor(options: TaskCgroupsOptions, found: CgroupMounts | undefined) {
    this.options = options;
    this.found = found;
    this.enabled = options.isolation === 'cgroups' && found !== undefined;
    const digest = createHash('sha256').update(options.dataDir).digest('hex');
    this.prefix = `${digest.slice(0, 8)}.`;
  }

  /** Looks what the machine permits; where it does not, it says so once and does nothing. */
  static async open(options: TaskCgroupsOptions): Promise<TaskCgroups> {
    const found = findCgroupMounts(options.mountInfo ?? ownMountInfo(), controllersOf);
    const groups = new TaskCgroups(options, found);
    if (options.isolation === 'none') return groups;
    if (found === undefined) groups.giveUp('cpu and memory are not controlled on this machine');
    try {
      await groups.makeRoots();
    } catch (error) {
      groups.giveUp(messageOf(error));
    }
    return groups;
  }

  /** Makes the groups of a task. */
  async create(folder: string, spec: TaskSpec): Promise<void> {
    if (!this.enabled || this.found === undefined) {
      this.mention(spec);
      return;
    }
    const { version, mounts } = this.found;
    for (const { path, controllers } of mounts) {
      const group = this.group(path, folder);
      await makeGroup(group);
      for (const { controller, file, value } of limitsOf(spec, version)) {
        if (controllers.includes(controller)) await writeFile(join(group, file), String(value));
      }
    }
  }

  /** Files a process writes 0 to in order to join the groups of a task; none where it has none. */
  doors(folder: string): readonly string[] {
    return this.groups(folder).filter(existsSync).map(doorOf);
  }

  /** How many processes of the task the kernel killed because its memory was used up. */
  async outOfMemoryKills(folder: string): Promise<number> {
    let kills = 0;
    for (const { path, controllers } of this.found?.mounts ?? []) {
      if (!controllers.includes('memory')) continue;
      const file = this.found?.version === 2 ? 'memory.events' : 'memory.oom_control';
      const text = await readFile(join(this.group(path, folder), file), 'utf8').catch(() => '');
      kills += Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
    }
    return kills;
  }

  /** Kills whatever is still in the groups of an ended task and takes them away. */
  async remove(folder: string): Promise<void> {
    for (const group of this.groups(folder)) {
      if (!(await removeGroup(group))) {
        this.options.log.warn({ group }, 'a control group cannot be removed');
      }
    }
  }

  /** Takes away the groups of tasks that are not among `folders`, if nobody is in them. */
  async sweep(folders: ReadonlySet<string>): Promise<void> {
    for (const { path } of this.found?.mounts ?? []) {
      const names = await readdir(join(path, ROOT)).catch(() => []);
      for (const name of names.filter((each) => each.startsWith(this.prefix))) {
        if (folders.has(name.slice(this.prefix.length))) continue;
        await rmdir(join(path, ROOT, name)).catch(() => undefined);
      }
    }
  }

  private async makeRoots(): Promise<void> {
    for (const { path } of this.found?.mounts ?? []) {
      const root = join(path, ROOT);
      if (this.found?.version === 2) await passOn(path);
      await makeGroup(root);
      await access(doorOf(root), constants.W_OK);
      if (this.found?.version === 2) await passOn(root);
    }
  }

  private giveUp(reason: string): void {
    if (!this.enabled && this.told) return;
    this.enabled = false;
    this.told = true;
    this.options.log.warn({ reason }, 'tasks run without limits: control groups cannot be used');
  }

  /** Limits were asked for by name: that they do not count should not be a surprise. */
  private mention({ limits, taskId }: TaskSpec): void {
    if (limits === undefined || this.told) return;
    this.told = true;
    this.options.log.warn({ taskId }, 'limits of plain tasks need the isolation cgroups');
  }

  private groups(folder: string): readonly string[] {
    return (this.found?.mounts ?? []).map(({ path }) => this.group(path, folder));
  }

  private group(mount: string, folder: string): string {
    return join(mount, ROOT, this.prefix + folder);
  }
}

function doorOf(group: string): string {
  return join(group, 'cgroup.procs');
}

async function makeGroup(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o755 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Version 2: lets the groups below use the controllers. */
async function passOn(group: string): Promise<void> {
  const file = join(group, 'cgroup.subtree_control');
  const already = (await readFile(file, 'utf8')).trim().split(' ');
  const missing = ['cpu', 'memory'].filter((each) => !already.includes(each));
  if (missing.length > 0) await writeFile(file, missing.map((each) => `+${each}`).join(' '));
}

/** A group can go when its last process is quite gone, which takes a moment. */
async function removeGroup(group: string): Promise<boolean> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    try {
      await rmdir(group);
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return true;
    }
    await killAll(group);
    await delay(ROUND_MS);
  }
  return false;
}

async function killAll(group: string): Promise<void> {
  const text = await readFile(doorOf(group), 'utf8').catch(() => '');
  for (const pid of text.split('\n').map(Number)) {
    if (pid < 2 || pid === process.pid) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone meanwhile.
    }
  }
}

function ownMountInfo(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}

function controllersOf(mount: string): string {
  try {
    return readFileSync(join(mount, 'cgroup.controllers'), 'utf8');
  } catch {
    return '';
  }
}
