export { HealthScheduler } from './health-scheduler.js';
export type { Traffic } from './route-keeper.js';
export { Service, type ServiceOptions } from './service.js';
