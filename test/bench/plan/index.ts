export { planning } from './plan.js';
