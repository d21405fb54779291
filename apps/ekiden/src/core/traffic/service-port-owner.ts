import type { TableView } from '@ekiden/kernel';
import {
  declaredPorts,
  hostPortDemand,
  usesHostNetwork,
  type AppDefinition,
  type PathId,
} from '../app/index.js';

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

/** The app that a service port leads to. */
export type OwnerOf = (servicePort: number) => PathId | undefined;

/**
 * Several apps may carry the same service port (Marathon accepts it). It leads to the one whose
 * instances take it as their host port, since nothing else can listen there; among equals to the
 * first by id.
 */
export function servicePortOwner(apps: TableView<PathId, AppDefinition>): OwnerOf {
  return (servicePort) => {
    const claims = apps.by('servicePort', `${servicePort}`).flatMap((app) => {
      const claim = tcpServicePorts(app).find((port) => port.servicePort === servicePort);
      return claim === undefined ? [] : [{ id: app.id, isHostPort: claim.isHostPort }];
    });
    const direct = claims.filter(({ isHostPort }) => isHostPort);
    return (direct.length > 0 ? direct : claims).map(({ id }) => id).sort()[0];
  };
}
