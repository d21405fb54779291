export { readDocuments } from './read-documents.js';
export { readFolders } from './read-folders.js';
