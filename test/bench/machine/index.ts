export { calibrate, CALIBRATION_OF_CPP_MS } from './calibrate.js';
export { cpuSecondsOf, nameOf, parentOf } from './cpu-time.js';
export { load, machineFacts, type MachineFacts } from './facts.js';
