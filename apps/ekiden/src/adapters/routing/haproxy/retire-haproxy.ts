import type { Log } from '../../../ports/index.js';
import { retireRouter } from '../process/index.js';
import { haproxyPlace } from './haproxy-place.js';

/** Ends the HAProxy of the data directory, if one runs, for another router. */
export function retireHaproxy(dataDir: string, log: Log): Promise<void> {
  const { record } = haproxyPlace(dataDir);
  const how = { name: 'HAProxy', signal: 'SIGUSR1', event: 'haproxy-retired' } as const;
  return retireRouter({ record, ...how }, log);
}
