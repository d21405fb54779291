import type { Log } from '../../../ports/index.js';
import { retireRouter } from '../process/index.js';
import { routerPlace } from './router-place.js';

/** Ends the embedded router's process of the data directory, if one runs, for another router. */
export function retireEmbedded(dataDir: string, log: Log): Promise<void> {
  const { record } = routerPlace(dataDir);
  const how = { name: 'the embedded router', signal: 'SIGTERM', event: 'router-retired' } as const;
  return retireRouter({ record, ...how }, log);
}
