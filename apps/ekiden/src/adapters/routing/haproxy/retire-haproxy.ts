import type { Log } from '../../../ports/index.js';
import { haproxyPlace } from './haproxy-place.js';
import { isAlive, readJson, type ProcessRecord } from '../process/index.js';

/**
 * Ends the HAProxy that an earlier service of the data directory left, for one that routes by other
 * means: it gives its ports back at once and finishes what it has.
 */
export async function retireHaproxy(dataDir: string, log: Log): Promise<void> {
  const record = await readJson<ProcessRecord>(haproxyPlace(dataDir).record);
  if (record === undefined || !isAlive(record)) return;
  const who = `HAProxy, pid ${record.pid}, is not the router any more`;
  try {
    process.kill(record.pid, 'SIGUSR1');
    log({ level: 'info', event: 'haproxy-retired', message: `${who}: told to end` });
  } catch {
    const message = `${who}, and cannot be told to end: it may keep ports`;
    log({ level: 'warn', event: 'haproxy-retired', message });
  }
}
