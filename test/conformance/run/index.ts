export type { Target } from './exchange.js';
export { runCases, sweep, type Outcome, type RunSetting } from './run-cases.js';
export { selectCases, type NumberedCase, type Selected, type Selection } from './select.js';
