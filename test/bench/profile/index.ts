export { profiled } from './profiled.js';
export { describeProfiles, topFunctions } from './top-functions.js';
