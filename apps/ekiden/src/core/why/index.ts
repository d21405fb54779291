export { changeText, editText, type Change, type Edit } from './change.js';
export { explainWhy } from './explain-why.js';
export type { ClosedPort, WhyInput } from './inquiry.js';
export { CAUSE_KINDS, type Cause, type Placement, type WhyReport } from './report.js';
