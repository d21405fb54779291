import { readFileSync, readdirSync } from 'node:fs';

/** Ticks per second of the times in /proc (USER_HZ: 100 on every Linux there is a Node for). */
const TICKS_PER_SECOND = 100;

interface Times {
  readonly parent: number;
  /** Its own, and that of its children that ended. */
  readonly ticks: number;
}

/**
 * CPU seconds that a process has used so far, with all its descendants, living or ended. Take the
 * difference of two calls. 0 when there is no such process.
 */
export function cpuSecondsOf(pid: number): number {
  const all = new Map<number, Times>();
  for (const name of readdirSync('/proc')) {
    const times = /^\d+$/.test(name) ? timesOf(name) : undefined;
    if (times !== undefined) all.set(Number(name), times);
  }
  const belongs = (candidate: number): boolean => {
    if (candidate === pid) return true;
    const parent = all.get(candidate)?.parent ?? 0;
    return parent > 1 && belongs(parent);
  };
  const family = [...all].filter(([candidate]) => belongs(candidate));
  return family.reduce((sum, [, { ticks }]) => sum + ticks, 0) / TICKS_PER_SECOND;
}

/** The name the kernel knows a process by, or `undefined` when there is none. */
export function nameOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'latin1').trim();
  } catch {
    return undefined;
  }
}

export function parentOf(pid: number): number {
  return timesOf(String(pid))?.parent ?? 0;
}

function timesOf(pid: string): Times | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may hold anything; after it come state, parent, and so on: proc(5).
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const times = fields.slice(11, 15).map(Number);
    return { parent: Number(fields[1]), ticks: times.reduce((sum, time) => sum + time, 0) };
  } catch {
    return undefined; // gone meanwhile
  }
}
