export { describeProfiles } from './top-functions.js';
