import type { AppDefinition } from '../app/index.js';
import { hasPreview, servicePortOwner, tcpServicePorts, twinnedOf } from '../traffic/index.js';
import type { Inquiry } from './inquiry.js';
import type { Cause } from './report.js';

/** Service ports of an app that cannot be opened, or that lead to another app. */
export function closedRoutes(
  { state, closedPorts }: Inquiry,
  app: AppDefinition,
): readonly Cause[] {
  const ownerOf = servicePortOwner(state.root.apps);
  return tcpServicePorts(app).flatMap(({ servicePort }): readonly Cause[] => {
    const owner = ownerOf(servicePort, app.id);
    if (owner !== undefined && owner !== app.id) {
      const message = `service port ${servicePort} leads to ${owner}, which has it too`;
      return [{ kind: 'route', message }];
    }
    const closed = closedPorts.find(({ port }) => port === servicePort);
    if (closed === undefined) return [];
    const message = `service port ${servicePort} cannot be opened on ${closed.address}: ${closed.reason}`;
    return [{ kind: 'route', message }];
  });
}

/** Preview ports of an app that nothing listens on, where Ekiden routes nothing. */
export function unroutedPreviews(
  { state, isRouted }: Inquiry,
  app: AppDefinition,
): readonly Cause[] {
  if (isRouted) return [];
  const twinned = twinnedOf(state.deployments, app.id);
  if (twinned === undefined || !hasPreview(twinned)) return [];
  const ports = (twinned.previewPorts ?? []).filter((port) => port > 0);
  if (ports.length === 0) return [];
  const which = `preview port${ports.length === 1 ? '' : 's'} ${ports.join(', ')}`;
  return [{ kind: 'route', message: `nothing listens on ${which}: EKIDEN_ROUTER=none` }];
}
