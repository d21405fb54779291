import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * One process of one machine, for good: a pid alone is reused, a pid with its start time and the
 * machine's boot is not. `namespace` tells containers apart, whose pids mean nothing outside.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
  readonly namespace: string;
}

/** The identity of this process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  return {
    pid: process.pid,
    startTime: (await startTimeOf(process.pid)) ?? 'unknown',
    bootId: await readOr('/proc/sys/kernel/random/boot_id', 'unknown'),
    namespace: await readlink('/proc/self/ns/pid').catch(() => 'none'),
  };
}

/** Whether that very process still runs. Only for identities of our own boot and namespace. */
export async function stillRuns(identity: ProcessIdentity): Promise<boolean> {
  const startTime = await startTimeOf(identity.pid);
  return startTime !== undefined && startTime === identity.startTime;
}

/** When the process started, in the platform's own words; undefined when it is gone or a zombie. */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? startTimeOnLinux(pid) : startTimeByPs(pid);
}

/** The command with its arguments; empty when the process is gone. */
export async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return (await readOr(`/proc/${pid}/cmdline`, '')).replaceAll('\0', ' ');
  }
  return ps('command=', pid);
}

async function startTimeOnLinux(pid: number): Promise<string | undefined> {
  const stat = await readOr(`/proc/${pid}/stat`, '');
  // The command name, in parentheses, may itself contain blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTime = fields[19];
  if (state === undefined || startTime === undefined || 'ZXx'.includes(state)) return undefined;
  return startTime;
}

async function startTimeByPs(pid: number): Promise<string | undefined> {
  const line = await ps('stat=,lstart=', pid);
  return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
}

async function ps(columns: string, pid: number): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', columns, '-p', String(pid)]);
    return stdout.trim();
  } catch {
    return '';
  }
}

async function readOr(path: string, fallback: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return fallback;
  }
}
