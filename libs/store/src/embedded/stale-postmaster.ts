import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { StoreLog } from '../log/index.js';
import { eventually } from '../retry/index.js';
import { commandLineOf, startTimeOf } from './process-identity.js';

/** Gentle to rude: fast shutdown, immediate shutdown, then what even a stuck process obeys. */
const STEPS: readonly { readonly signal: NodeJS.Signals; readonly limitMs: number }[] = [
  { signal: 'SIGINT', limitMs: 20_000 },
  { signal: 'SIGQUIT', limitMs: 8_000 },
  { signal: 'SIGKILL', limitMs: 5_000 },
];

/**
 * Ends the server that a killed owner left behind on this cluster. Only under the directory lock:
 * otherwise it would stop the server of a live service. The process is asked by signal (what
 * `pg_ctl stop` sends) after looking whether it is a Postgres at all, since pids are reused.
 */
export async function stopStalePostmaster(cluster: string, log: StoreLog): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number(text.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !(await isPostgresOn(pid, cluster))) {
    // Without this Postgres would refuse to start for the sake of an unrelated process.
    await rm(file, { force: true });
    return;
  }
  log({
    level: 'warn',
    event: 'postgres-stale',
    message: `stopping Postgres ${pid}, which a killed service left behind on ${cluster}`,
  });
  await stopProcess(pid);
}

/** Stops a postmaster within about half a minute, whatever state it is in. True when it is gone. */
export async function stopProcess(pid: number): Promise<boolean> {
  const startTime = await startTimeOf(pid);
  const gone = async (): Promise<boolean> => {
    const now = await startTimeOf(pid);
    return now === undefined || now !== startTime;
  };
  if (startTime === undefined) return true;
  for (const step of STEPS) {
    // A stopped (frozen) process takes no other signal.
    send(pid, 'SIGCONT');
    send(pid, step.signal);
    if (await eventually(gone, { limitMs: step.limitMs, everyMs: 20 })) return true;
  }
  return false;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended; the caller looks.
  }
}

async function isPostgresOn(pid: number, cluster: string): Promise<boolean> {
  if ((await startTimeOf(pid)) === undefined) return false;
  const commandLine = await commandLineOf(pid);
  return commandLine.includes('postgres') && commandLine.includes(`-D ${cluster} `);
}
