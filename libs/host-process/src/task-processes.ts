import { setTimeout as delay } from 'node:timers/promises';
import { carriesMark, isAlive, type ProcStat, type ProcessIdentity } from './proc.js';
import type { ProcessTable } from './process-table.js';

/** What tells the processes of a task from all others. */
export interface TaskProcesses {
  /** The task's first process, leader of its session and group. */
  readonly leader: ProcessIdentity;
  readonly supervisor: ProcessIdentity | undefined;
  readonly sandbox: string;
}

const ROUNDS_MAX = 100;
const ROUND_MS = 50;

/** Living members of the task's session, whoever their parent is now. */
export async function sessionMembers(
  task: TaskProcesses,
  table: ProcessTable,
): Promise<readonly ProcStat[]> {
  const { pid, startTime } = task.leader;
  const all = await table.list();
  // The number may have been given away when the whole session was gone: then all is foreign.
  if (all.some((stat) => stat.pid === pid && stat.startTime !== startTime)) return [];
  return all.filter((stat) => stat.session === pid);
}

/** SIGTERM to the task's process group. A stopped process must go on to be able to end. */
export function terminateGroup(task: TaskProcesses): void {
  if (!isAlive(task.leader)) return;
  send(-task.leader.pid, 'SIGTERM');
  send(-task.leader.pid, 'SIGCONT');
}

/** SIGKILL to the group and to all of the session. */
export async function killSession(task: TaskProcesses, table: ProcessTable): Promise<void> {
  if (isAlive(task.leader)) send(-task.leader.pid, 'SIGKILL');
  for (const member of await sessionMembers(task, table)) killOne(member);
}

/**
 * Kills whatever an ended task has left: its session, and processes that made a session of their
 * own but carry the task's mark. `doubtful`: the end was not seen as it happened, so numbers may
 * have been reused and only marked processes are touched. False when something would not die.
 */
export async function killLeftovers(
  task: TaskProcesses,
  table: ProcessTable,
  doubtful: boolean,
): Promise<boolean> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const session = doubtful ? [] : await sessionMembers(task, table);
    const left = [...session, ...(await marked(task, table, session))];
    if (left.length === 0) return true;
    for (const stat of left) killOne(stat);
    await delay(ROUND_MS);
  }
  return false;
}

async function marked(
  task: TaskProcesses,
  table: ProcessTable,
  except: readonly ProcStat[],
): Promise<readonly ProcStat[]> {
  const known = new Set(except.map(({ pid }) => pid));
  const found: ProcStat[] = [];
  for (const stat of await table.list()) {
    if (known.has(stat.pid) || Number(stat.startTime) < Number(task.leader.startTime)) continue;
    if (stat.pid === process.pid || stat.session === task.supervisor?.pid) continue;
    if (await carriesMark(stat.pid, task.sandbox)) found.push(stat);
  }
  return found;
}

function killOne(stat: ProcStat): void {
  if (isAlive(stat)) send(stat.pid, 'SIGKILL');
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // Gone meanwhile; a process that may not be signalled stays visible to the caller's scan.
  }
}
