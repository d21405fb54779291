export { arrayLiteral, jsonArrayLiteral } from './array-literal.js';
export { fromSafeJson, fromSafeText, toSafeJson, toSafeText } from './safe-text.js';
