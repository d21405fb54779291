export { DirectoryInUse, lockDirectory, type DirectoryLock } from './directory-lock.js';
export { stopStalePostmaster } from './stale-postmaster.js';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './start-embedded-postgres.js';
export { EmbeddedPostgresUnavailable } from './unavailable.js';
