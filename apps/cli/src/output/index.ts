export { appFacts, appTable, podFacts, podTable, taskTable } from './app-text.js';
export {
  deploymentFacts,
  deploymentTable,
  historyTable,
  isSwitched,
  planText,
  previewsOf,
  queueReasons,
  queueTable,
} from './deployment-text.js';
export { failureText } from './failure-text.js';
export { groupTree } from './group-text.js';
export { paint, type Paint } from './paint.js';
export { whyReasons, whyText } from './why-text.js';
export { table, type Column } from './table.js';
