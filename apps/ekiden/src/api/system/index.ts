export { ConfigController } from './config.controller.js';
export { LoggingController } from './logging.controller.js';
export { MetricsController } from './metrics.controller.js';
export { HomeController } from './home.controller.js';
export { PingController } from './ping.controller.js';
