export type {
  Backend,
  Listen,
  Route,
  RouteConflict,
  RouteKind,
  RouteTable,
  Routing,
} from './route-table.js';
export { RouteBook, type RoutedState } from './route-book.js';
export { ServiceDirectory } from './service-directory.js';
export type { ServiceVariables, ServiceWarning } from './service-variables.js';
