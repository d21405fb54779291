export { durable } from './durable.js';
