export { Service, type ServiceOptions } from './service.js';
