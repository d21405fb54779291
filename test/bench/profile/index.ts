export { profiled } from './profiled.js';
export { describeProfiles } from './top-functions.js';
