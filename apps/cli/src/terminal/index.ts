export { ProcessTerminal } from './process-terminal.js';
export type { InputTaker, Terminal } from './terminal.js';
