import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** What the machine can offer, in plain numbers. */
export interface DetectedResources {
  /** Processors; a fraction under a control-group quota. */
  readonly cpus: number;
  /** MiB left for tasks. */
  readonly mem: number;
  /** MiB left for tasks. */
  readonly disk: number;
  readonly ports: readonly (readonly [number, number])[];
}

/** The machine as the detection sees it; tests bring their own. */
export interface Machine {
  readonly cpus: number;
  readonly memBytes: number;
  readonly freeDiskBytes: number;
  /** Text of a file, `undefined` when it cannot be read. */
  readonly read: (path: string) => string | undefined;
}

const MIB = 1024 * 1024;
const GIB_IN_MIB = 1024;
const CGROUPS = '/sys/fs/cgroup';

export async function detectResources(options: {
  readonly dataDir: string;
}): Promise<DetectedResources> {
  const disk = await statfs(options.dataDir);
  return resourcesOf({
    cpus: availableParallelism(),
    memBytes: totalmem(),
    freeDiskBytes: disk.bavail * disk.bsize,
    read,
  });
}

/**
 * Limits of control groups (both versions) count; as Mesos's agent does, 1 GiB of memory and 5 GiB
 * of disk stay with the machine, or half of it where that is less.
 */
export function resourcesOf(machine: Machine): DetectedResources {
  const limits = cgroupLimits(machine.read);
  const cpus = Math.min(machine.cpus, limits.cpus);
  const mem = Math.min(machine.memBytes, limits.memBytes) / MIB;
  const disk = machine.freeDiskBytes / MIB;
  return {
    cpus: Math.max(0.1, Math.floor(cpus * 1000) / 1000),
    mem: Math.floor(mem - Math.min(GIB_IN_MIB, mem / 2)),
    disk: Math.floor(disk - Math.min(5 * GIB_IN_MIB, disk / 2)),
    ports: [[31_000, 32_000]],
  };
}

interface Limits {
  readonly cpus: number;
  readonly memBytes: number;
}

function cgroupLimits(readText: Machine['read']): Limits {
  let cpus = Number.POSITIVE_INFINITY;
  let memBytes = Number.POSITIVE_INFINITY;
  for (const line of (readText('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const names = controllers.split(',');
    if (controllers === '') {
      for (const folder of foldersUp(CGROUPS, path)) {
        cpus = Math.min(cpus, quotaOf(readText(join(folder, 'cpu.max'))));
        memBytes = Math.min(memBytes, bytesOf(readText(join(folder, 'memory.max'))));
      }
    }
    if (names.includes('cpu')) {
      for (const folder of foldersUp(join(CGROUPS, 'cpu'), path)) {
        const quota = readText(join(folder, 'cpu.cfs_quota_us'))?.trim() ?? '';
        const period = readText(join(folder, 'cpu.cfs_period_us'))?.trim() ?? '';
        cpus = Math.min(cpus, quotaOf(`${quota} ${period}`));
      }
    }
    if (names.includes('memory')) {
      for (const folder of foldersUp(join(CGROUPS, 'memory'), path)) {
        memBytes = Math.min(memBytes, bytesOf(readText(join(folder, 'memory.limit_in_bytes'))));
      }
    }
  }
  return { cpus, memBytes };
}

/** The group's folder and those above it: each may set a limit. */
function foldersUp(root: string, path: string): readonly string[] {
  const folders = [root];
  for (let folder = join('/', path); folder !== '/'; folder = dirname(folder)) {
    folders.push(join(root, folder));
  }
  return folders;
}

/** `<quota> <period>` in microseconds; `max` or a negative quota is none. */
function quotaOf(text: string | undefined): number {
  const [quota, period] = (text ?? '').trim().split(/\s+/).map(Number);
  if (quota === undefined || period === undefined) return Number.POSITIVE_INFINITY;
  return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
}

function bytesOf(text: string | undefined): number {
  const bytes = Number(text?.trim());
  return bytes > 0 ? bytes : Number.POSITIVE_INFINITY;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
