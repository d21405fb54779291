export { ProcessTerminal } from './process-terminal.js';
export type { Terminal } from './terminal.js';
