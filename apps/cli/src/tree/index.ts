export {
  absoluteId,
  allApps,
  findApp,
  findGroup,
  isBelow,
  parentOf,
  rootUpdate,
  withoutRuntime,
  RUNTIME_FIELDS,
  type Document,
  type PresentGroup,
  type TreeChange,
} from './root-update.js';
