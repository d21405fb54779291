export {
  absoluteId,
  allApps,
  findApp,
  findGroup,
  isBelow,
  isGroup,
  parentOf,
  rootUpdate,
  withoutRuntime,
  type Document,
  type PresentGroup,
  type TreeChange,
} from './root-update.js';
