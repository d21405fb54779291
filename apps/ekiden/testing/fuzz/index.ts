export { namesPlace } from './places.js';
export { fuzzRequests, type FuzzRequest } from './requests.js';
