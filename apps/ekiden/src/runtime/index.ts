export { HealthScheduler } from './health-scheduler.js';
export type { Traffic } from './route-keeper.js';
export { Service } from './service.js';
export type { ServiceOptions } from './service-options.js';
