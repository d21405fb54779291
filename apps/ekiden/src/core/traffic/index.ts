export { PREVIEW_NAME, askedPreview } from './asked-preview.js';
export type {
  Backend,
  ClientAddress,
  Listen,
  PreviewRoute,
  Route,
  RouteConflict,
  RouteKind,
  RouteMode,
  RouteTable,
  Routing,
} from './route-table.js';
export { hasPreview, twinnedOf } from './generations.js';
export { scopeGroupOf, scopeIdOf } from './scopes.js';
export { drainTime } from './drain-time.js';
export { RouteBook, type RoutedState } from './route-book.js';
export { servicePortOwner, tcpServicePorts } from './service-port-owner.js';
export { ServiceDirectory } from './service-directory.js';
export {
  serviceVariables,
  type ServiceVariables,
  type ServiceWarning,
} from './service-variables.js';
