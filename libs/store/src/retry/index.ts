export { Backoff, eventually, pause, type BackoffPolicy } from './backoff.js';
export { errorText } from './error-text.js';
