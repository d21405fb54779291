export { Backoff, eventually, pause } from './backoff.js';
export { errorText } from './error-text.js';
