export { DatabaseView } from './database-view.js';
export { builtService } from './built-service.js';
export { profileFlags } from './profiling.js';
export { SpawnedServer } from './spawned-server.js';
