export { HttpHookCaller } from './http-hook-caller.js';
