export { ArrayWriter, type Element, type Elements, type ElementType } from './array-writer.js';
export { JsonTexts, isLongJson } from './json-texts.js';
export { fromSafeJson, fromSafeText, toSafeJson, toSafeText } from './safe-text.js';
