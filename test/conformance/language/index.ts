export type {
  Area,
  Case,
  Exchange,
  Expectation,
  Hear,
  Listen,
  Need,
  ServerKind,
  Step,
} from './case.js';
export { compare, show, type Mismatches } from './compare.js';
export { fillJson, fillText, fillWanted, tellsDifference, type Filling } from './fill.js';
export {
  absent,
  allOf,
  anyOf,
  anything,
  between,
  containing,
  differs,
  each,
  exactly,
  inAnyOrder,
  keysInOrder,
  lengthOf,
  like,
  timestamp,
  uuid,
  without,
  type Wanted,
} from './wanted.js';
