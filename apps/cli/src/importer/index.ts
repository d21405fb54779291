export { readImport, type Findings, type ImportSource } from './read-import.js';
export {
  changeOf,
  reportImport,
  selectFrom,
  type ImportContext,
  type ImportedPod,
} from './report-import.js';
export { reportMarkdown } from './report-markdown.js';
export { reportText } from './report-text.js';
export { countsOf, withoutDefinitions, type ImportReport } from './report.js';
