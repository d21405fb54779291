import { CreateStateTables1795219200000 } from './1795219200000-create-state-tables.js';
import { CreateRoles1795300000000 } from './1795300000000-create-roles.js';
import { CheapenFrequentWrites1795310000000 } from './1795310000000-cheapen-frequent-writes.js';
import { CreateVolumes1795320000000 } from './1795320000000-create-volumes.js';
import { CreateUnknownTasks1795330000000 } from './1795330000000-create-unknown-tasks.js';
import { KeepPlansApart1795340000000 } from './1795340000000-keep-plans-apart.js';
import { DateTurns1795350000000 } from './1795350000000-date-turns.js';

/** All migrations, oldest first. A published one is never changed; the next one gets a new file. */
export const migrations = [
  CreateStateTables1795219200000,
  CreateRoles1795300000000,
  CheapenFrequentWrites1795310000000,
  CreateVolumes1795320000000,
  CreateUnknownTasks1795330000000,
  KeepPlansApart1795340000000,
  DateTurns1795350000000,
] as const;
