export { MetricsRegistry } from './metrics-registry.js';
export { measureProcess } from './measure-process.js';
