export { HttpFront, type Door } from './http-front.js';
export { SharedPort } from './shared-port.js';
