export { busyboxImage } from './busybox-image.js';
export { busyboxContainer, containerSpec, DockerStage } from './docker-stage.js';
export { TestEngine } from './test-engine.js';
export type { EngineTls, TestEngineOptions } from './engine-settings.js';
