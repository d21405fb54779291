export { TraceFile, type TraceFileOptions } from './trace-file.js';
