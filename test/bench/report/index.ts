export { rowsOf, type Row } from './rows.js';
export { tableOf } from './table.js';
