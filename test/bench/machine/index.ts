export { cpuSecondsOf, nameOf, parentOf } from './cpu-time.js';
export { load, machineFacts, type MachineFacts } from './facts.js';
