import { CreateStateTables1795219200000 } from './1795219200000-create-state-tables.js';

/** All migrations, oldest first. A published one is never changed; the next one gets a new file. */
export const migrations = [CreateStateTables1795219200000] as const;
