export { busyboxImage } from './busybox-image.js';
export { busyboxContainer, containerSpec, DockerStage, type StageOptions } from './docker-stage.js';
export { EngineProxy, type Meddle, type SeenRequest } from './engine-proxy.js';
export { serveOnSocket, type UnixServer } from './unix-server.js';
export { TestEngine } from './test-engine.js';
export type { EngineTls, TestEngineOptions } from './engine-settings.js';
