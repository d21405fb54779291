import { existsSync } from 'node:fs';
import { readFile, readdir, rm, rmdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { removeNetwork } from './engine-network.js';
import type { EngineSlot } from './engine-slot.js';
import { runCommand } from './run-command.js';

const ROUNDS_MAX = 200;
const ROUND_MS = 50;
const DAEMONS = ['dockerd', 'containerd'];

/**
 * Ends whatever runs in a slot and removes what it has left on the machine: processes, mounts,
 * control groups, sockets, network, folder. Needs no engine that answers, so it also clears up after
 * runs that were killed. The folder goes last: as long as it is there, the slot is known to be dirty.
 */
export async function clearSlot(slot: EngineSlot): Promise<void> {
  await endProcesses(slot);
  await unmountBelow(slot.root);
  await removeNetwork(slot);
  await rm(slot.root, { recursive: true, force: true, maxRetries: 10 });
}

/**
 * Daemons, shims and port proxies are the processes in the slot's network namespace, and containers
 * are their descendants. Containers die before the shims that hold them: the other way round they
 * would be nobody's children.
 */
async function endProcesses({ namespace }: EngineSlot): Promise<void> {
  if (!existsSync(`/run/netns/${namespace}`)) return;
  const cgroups = new Set<string>();
  const sockets = new Set<string>();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const table = await processTable();
    const pids = (await runCommand('ip', 'netns', 'pids', namespace)).split('\n').map(Number);
    const members = table.filter(({ pid }) => pids.includes(pid));
    if (members.length === 0) {
      for (const path of cgroups) await rmdir(path).catch(() => undefined);
      for (const path of sockets) await rm(path, { force: true });
      return;
    }
    const outsiders = descendantsOf(members, table);
    for (const { pid } of [...members, ...outsiders]) {
      for (const path of await cgroupsOf(pid)) cgroups.add(path);
    }
    for (const path of await shimSocketsOf(members)) sockets.add(path);
    const daemons = members.filter(({ name }) => DAEMONS.includes(name));
    for (const { pid } of outsiders.length > 0 ? [...daemons, ...outsiders] : members) kill(pid);
    await delay(ROUND_MS);
  }
  throw new Error(`processes in ${namespace} do not end`);
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

/** All processes but zombies. */
async function processTable(): Promise<readonly ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => textOf(`/proc/${pid}/stat`)));
  return stats.flatMap((stat) => {
    const [, pid, name, state, parent] = /^(\d+) \((.*)\) (\S) (\d+)/s.exec(stat) ?? [];
    if (name === undefined || state === 'Z') return [];
    return [{ pid: Number(pid), parent: Number(parent), name }];
  });
}

function descendantsOf(
  members: readonly ProcessEntry[],
  table: readonly ProcessEntry[],
): readonly ProcessEntry[] {
  const family = new Set(members.map(({ pid }) => pid));
  const found: ProcessEntry[] = [];
  for (let before = -1; before !== found.length;) {
    before = found.length;
    for (const entry of table) {
      if (!family.has(entry.parent) || family.has(entry.pid)) continue;
      family.add(entry.pid);
      found.push(entry);
    }
  }
  return found;
}

/** Folders of the control groups that were made for the process's container, if it is in one. */
async function cgroupsOf(pid: number): Promise<readonly string[]> {
  const lines = (await textOf(`/proc/${pid}/cgroup`)).split('\n');
  const paths = new Set(lines.map((line) => line.split(':')[2] ?? ''));
  const own = [...paths].filter((path) => /[0-9a-f]{64}/.test(path));
  const hierarchies = ['', ...(await readdir('/sys/fs/cgroup'))];
  const all = own.flatMap((path) => hierarchies.map((name) => `/sys/fs/cgroup/${name}${path}`));
  return all.filter((path) => existsSync(path));
}

/** Shims listen outside of the slot's folder, in a place that all engines of a machine share. */
async function shimSocketsOf(members: readonly ProcessEntry[]): Promise<readonly string[]> {
  const [first] = members;
  const open = first === undefined ? '' : await textOf(`/proc/${first.pid}/net/unix`);
  return open.match(/\/run\/containerd\/s\/[0-9a-f]{64}/g) ?? [];
}

async function unmountBelow(root: string): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
    const points = lines.map((line) => line.split(' ')[4] ?? '');
    const last = points.findLast((point) => point.startsWith(`${root}/`));
    if (last === undefined) return;
    await runCommand('umount', '--lazy', last);
  }
  throw new Error(`mounts below ${root} do not end`);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}

/** Empty when the process is gone. */
function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
