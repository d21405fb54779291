export { changeText, editText, type Change, type Edit } from './change.js';
export { explainWhy, inquireWhy } from './explain-why.js';
export type { ClosedPort, WhyFacts, WhyInput } from './inquiry.js';
export { CAUSE_KINDS, type Cause, type Placement, type WhyReport } from './report.js';
