import type { DataSourceOptions } from 'typeorm';

import { clientSettings, type ConnectionLimits } from './client-settings.js';
import type { ConnectionTarget } from './connection-target.js';

/** TypeORM over a node-postgres pool with all our limits; nothing is created or synchronised. */
export function dataSourceOptions(
  target: ConnectionTarget,
  limits: ConnectionLimits,
  pool: { readonly poolMax: number; readonly onPoolError: (error: unknown) => void },
): DataSourceOptions & { readonly type: 'postgres' } {
  return {
    type: 'postgres',
    // `extra` reaches pg-pool unchanged and wins over TypeORM's own, shorter list of settings.
    extra: { ...clientSettings(target, limits), max: pool.poolMax },
    poolErrorHandler: pool.onPoolError,
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    logging: false,
  };
}
