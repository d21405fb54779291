export { MetricsController } from './metrics.controller.js';
export { HomeController } from './home.controller.js';
export { PingController } from './ping.controller.js';
