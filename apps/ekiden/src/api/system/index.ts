export { MetricsController } from './metrics.controller.js';
export { PingController } from './ping.controller.js';
