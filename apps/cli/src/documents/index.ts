export {
  parseJson,
  readDocuments,
  readSources,
  type Input,
  type Source,
} from './read-documents.js';
