import { declaredPorts, type AppDefinition } from '../app/index.js';
import type { RouteMode } from './route-table.js';

/**
 * How connections to a port of an app are passed on. A label says so (`HAPROXY_<n>_MODE`, as
 * marathon-lb reads it); a virtual host (`HAPROXY_<n>_VHOST`), a port named `http` or `http-...`,
 * or an HTTP health check of the port mean `http`; everything else is bytes.
 */
export function routeMode(app: AppDefinition, portIndex: number): RouteMode {
  const said = app.labels[`HAPROXY_${portIndex}_MODE`];
  if (said === 'http' || said === 'tcp') return said;
  if (app.labels[`HAPROXY_${portIndex}_VHOST`] !== undefined) return 'http';
  const name = declaredPorts(app)[portIndex]?.name ?? '';
  if (name === 'http' || name.startsWith('http-')) return 'http';
  return app.healthChecks.some((check) => speaksHttp(check, portIndex)) ? 'http' : 'tcp';
}

type Check = AppDefinition['healthChecks'][number];

function speaksHttp(check: Check, portIndex: number): boolean {
  return (
    (check.protocol === 'HTTP' || check.protocol === 'MESOS_HTTP') && check.portIndex === portIndex
  );
}
