import { readFileSync, readdirSync } from 'node:fs';

/** A process that is not mistaken for a later one with the same number. */
export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks since the start of the machine, as the kernel prints them. */
  readonly startTime: string;
}

interface ProcessLook extends ProcessMark {
  readonly state: string;
  readonly parent: number;
}

/** `undefined` when there is none. */
export function lookAt(pid: number): ProcessLook | undefined {
  const line = read(pid, 'stat');
  if (line === undefined) return undefined;
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state = 'X', parent] = fields;
  return { pid, startTime: fields[19] ?? '', state, parent: Number(parent) };
}

/** A zombie is dead. */
export function lives({ pid, startTime }: ProcessMark): boolean {
  const look = lookAt(pid);
  return look?.startTime === startTime && look.state !== 'Z' && look.state !== 'X';
}

/** The process and its direct children: a postmaster and its backends. */
export function family(pid: number): readonly ProcessMark[] {
  const looks = processIds().flatMap((one) => lookAt(one) ?? []);
  return looks.filter((look) => look.pid === pid || look.parent === pid);
}

/** Sends a signal to exactly this process; nothing happens when it is gone. */
export function signal(mark: ProcessMark, name: NodeJS.Signals): void {
  if (!lives(mark)) return;
  try {
    process.kill(mark.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function environmentOf(pid: number): ReadonlyMap<string, string> {
  const pairs = (read(pid, 'environ') ?? '').split('\0').filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

export function commandOf(pid: number): string {
  return (read(pid, 'cmdline') ?? '').replaceAll('\0', ' ').trim();
}

export function processIds(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function read(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    // gone meanwhile, or somebody else's
    return undefined;
  }
}
