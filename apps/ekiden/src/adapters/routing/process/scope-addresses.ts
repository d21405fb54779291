import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Log, ScopeMemory } from '../../../ports/index.js';
import { readJson, writeWhole } from './process-record.js';

/** A file that says more is none of ours. */
const ADDRESSES_MAX = 1_000;

/** Where tasks look for service ports, in a file of the data directory. */
export async function scopeMemory(dataDir: string, log: Log): Promise<ScopeMemory> {
  const file = join(dataDir, 'scope-addresses.json');
  const forgotten = (error: unknown): void => {
    const message = `${file}: ${String(error)}`;
    log({ level: 'warn', event: 'scope-addresses', message });
  };
  const found = await readJson<unknown>(file).catch(forgotten);
  const addresses: readonly unknown[] = Array.isArray(found) ? found : [];
  let last = Promise.resolve();
  return {
    recalled: addresses
      .slice(0, ADDRESSES_MAX)
      .filter((one): one is string => typeof one === 'string' && isIP(one) !== 0),
    keep(kept) {
      last = last.then(() => writeWhole(file, JSON.stringify(kept))).catch(forgotten);
      return last;
    },
  };
}
