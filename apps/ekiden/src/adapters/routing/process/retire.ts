import type { Log } from '../../../ports/index.js';
import { isAlive, readJson, type ProcessRecord } from './process-record.js';

export interface Retirement {
  /** File with the record of the process. */
  readonly record: string;
  /** As people know it. */
  readonly name: string;
  /** Has it give its ports back at once and finish what it has. */
  readonly signal: NodeJS.Signals;
  readonly event: string;
}

/**
 * Ends the router that an earlier service of the data directory left, for a service that routes by
 * other means: its ports are wanted.
 */
export async function retireRouter(
  { record: file, name, signal, event }: Retirement,
  log: Log,
): Promise<void> {
  const record = await readJson<ProcessRecord>(file);
  if (record === undefined || !isAlive(record)) return;
  const who = `${name}, pid ${record.pid}, is not the router any more`;
  try {
    process.kill(record.pid, signal);
    log({ level: 'info', event, message: `${who}: told to end` });
  } catch {
    const message = `${who}, and cannot be told to end: it may keep ports`;
    log({ level: 'warn', event, message });
  }
}
