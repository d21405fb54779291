export { EngineVolumes } from './local-volumes.js';
export { DockerExecutor, type DockerExecutorOptions } from './docker-executor.js';
export { Engine, ENGINE_DEADLINES, type EngineDeadlines, type EngineInfo } from './engine.js';
export { showEngineAddress, type EngineAddress } from './engine-address.js';
export type { EngineFailure } from './engine-call.js';
export type { ExecOutcome } from './exec-in-container.js';
export type { TaskOutput } from './log-frames.js';
