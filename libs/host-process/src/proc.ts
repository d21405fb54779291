import { readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/**
 * A process that cannot be mistaken for a later one with the same number: start time in clock
 * ticks since boot, as the kernel prints it.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** The part of `/proc/<pid>/stat` that matters here (proc(5)). */
export interface ProcStat extends ProcessIdentity {
  /** One letter; `Z` and `X` are dead. */
  readonly state: string;
  readonly group: number;
  readonly session: number;
}

/** `undefined` when the line is not complete. */
export function parseStat(line: string): ProcStat | undefined {
  const open = line.indexOf('(');
  // The name in parentheses may itself hold spaces and parentheses.
  const close = line.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const pid = Number(line.slice(0, open));
  const fields = line.slice(close + 2).split(' ');
  const [state, , group, session] = fields;
  const startTime = fields[19];
  if (state === undefined || startTime === undefined || !/^\d+$/.test(startTime)) return undefined;
  // Numbers below 2 would address init or whole groups in kill(2).
  if (!Number.isInteger(pid) || pid < 2) return undefined;
  return { pid, startTime, state, group: Number(group), session: Number(session) };
}

/** Synchronous on purpose: the kernel answers from memory in microseconds. */
export function readStat(pid: number): ProcStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}

/** A zombie is dead, though `kill -0` finds it. */
export function isDead(stat: ProcStat): boolean {
  return stat.state === 'Z' || stat.state === 'X';
}

export function isAlive(identity: ProcessIdentity): boolean {
  const stat = readStat(identity.pid);
  return stat?.startTime === identity.startTime && !isDead(stat);
}

/** The identity of this very process. */
export function ownIdentity(): ProcessIdentity {
  return readStat(process.pid) ?? { pid: process.pid, startTime: '0' };
}

export function processIds(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** Changes with each start of the machine: process numbers of another boot mean nothing. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}

/** Whether a process was started with this sandbox in its environment: a task's mark. */
export async function carriesMark(pid: number, sandbox: string): Promise<boolean> {
  try {
    const environ = await readFile(`/proc/${pid}/environ`, 'utf8');
    return environ.split('\0').includes(`MESOS_SANDBOX=${sandbox}`);
  } catch {
    // Gone meanwhile, or somebody else's.
    return false;
  }
}
