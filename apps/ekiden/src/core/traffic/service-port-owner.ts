import type { TableView } from '@ekiden/kernel';
import {
  declaredPorts,
  hostPortDemand,
  usesHostNetwork,
  type AppDefinition,
  type PathId,
} from '../app/index.js';
import { servedTogether } from './served-together.js';

/** One port of an app that clients connect to. */
export interface ServicePort {
  readonly portIndex: number;
  readonly servicePort: number;
  /** The instance itself answers on this port of its host, so nobody else can listen there. */
  readonly isHostPort: boolean;
}

/** The app's allocated service ports that speak TCP, in order. */
export function tcpServicePorts(app: AppDefinition): readonly ServicePort[] {
  const demands = hostPortDemand(app);
  const protocols = usesHostNetwork(app.networks)
    ? (app.portDefinitions ?? []).map(({ protocol }) => protocol)
    : (app.container?.portMappings ?? []).map(({ protocol }) => protocol);
  return declaredPorts(app).flatMap(({ servicePort }, portIndex) => {
    if (servicePort === 0 || protocols[portIndex] === 'udp') return [];
    const demand = demands[portIndex];
    const isHostPort = demand?.kind === 'fixed' && demand.port === servicePort;
    return [{ portIndex, servicePort, isHostPort }];
  });
}

/**
 * The app that a service port leads to. Where that is one service with the app that asks, it leads
 * to that one as well, so the answer is that one.
 */
export type OwnerOf = (servicePort: number, asking?: PathId) => PathId | undefined;

interface PortClaim extends ServicePort {
  readonly app: AppDefinition;
}

/**
 * Several apps may carry the same service port (Marathon accepts it). It leads to the one whose
 * instances take it as their host port, since nothing else can listen there; among equals to the
 * first by id. Apps of one deployment group share it, if it is the same of their ports.
 */
export function servicePortOwner(apps: TableView<PathId, AppDefinition>): OwnerOf {
  const claimsOf = (servicePort: number): readonly PortClaim[] =>
    apps.by('servicePort', `${servicePort}`).flatMap((app) => {
      const claim = tcpServicePorts(app).find((port) => port.servicePort === servicePort);
      return claim === undefined ? [] : [{ app, ...claim }];
    });
  return (servicePort, asking) => {
    const claims = [...claimsOf(servicePort)].sort((a, b) => (a.app.id < b.app.id ? -1 : 1));
    const direct = claims.find(({ isHostPort }) => isHostPort);
    const owner = direct ?? claims[0];
    if (direct !== undefined || owner === undefined || asking === undefined) return owner?.app.id;
    const other = claims.find(({ app }) => app.id === asking);
    const isShared =
      other?.portIndex === owner.portIndex &&
      servedTogether(apps, other.app).some(({ id }) => id === owner.app.id);
    return isShared ? asking : owner.app.id;
  };
}
