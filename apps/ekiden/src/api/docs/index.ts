export { DocsController } from './docs.controller.js';
