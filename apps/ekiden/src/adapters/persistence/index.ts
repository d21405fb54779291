export { serviceEntities } from './entities/index.js';
export { PostgresStateStore, type PostgresStateStoreOptions } from './postgres-state-store.js';
