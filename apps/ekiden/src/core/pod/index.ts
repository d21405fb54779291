export { buildPod } from './build-pod.js';
export { POD_DEFAULTS } from './pod-defaults.js';
export type { PodWire } from './pod-wire.js';
