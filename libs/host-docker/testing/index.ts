export { busyboxImage } from './busybox-image.js';
export { TestEngine } from './test-engine.js';
export type { EngineTls, TestEngineOptions } from './engine-settings.js';
