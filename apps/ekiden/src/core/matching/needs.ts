import { toMilli, type Milli } from '@ekiden/offers';
import {
  hostPortDemand,
  isPod,
  podNeedsEngine,
  podObstacle,
  type AppDefinition,
  type HostPortDemand,
} from '../app/index.js';
import { localVolumesOf, type LocalVolume } from '../volume/index.js';

export type ExecutorKind = 'process' | 'docker';

/** An image needs Docker; a plain command runs as a process (DESIGN 6). */
export function executorOf(app: AppDefinition): ExecutorKind {
  if (isPod(app)) return podNeedsEngine(app) ? 'docker' : 'process';
  return app.container?.docker === undefined ? 'process' : 'docker';
}

/**
 * Label by which an app decides whether hosts with GPUs that nobody uses are kept for those that
 * use them: `restricted` (they are) or `unrestricted` (marathon-behaviour 4.11).
 */
const GPU_LABEL = 'GPU_SCHEDULING_BEHAVIOR';

export const SCALARS = ['cpus', 'mem', 'disk', 'gpus'] as const;

export type ScalarName = (typeof SCALARS)[number];

/** What one instance of an app asks of a host, read out of its definition once. */
export interface Needs {
  readonly app: AppDefinition;
  /** Why no host can run it: of pods. */
  readonly obstacle: string | undefined;
  readonly executor: ExecutorKind;
  /** Roles whose resources it takes, in the order in which it prefers them. */
  readonly roles: readonly string[];
  readonly scalars: Readonly<Record<ScalarName, Milli>>;
  readonly ports: readonly HostPortDemand[];
  readonly fixedPorts: readonly number[];
  /** Ports that may be any. */
  readonly anyPorts: number;
  /** For data of its own; such an instance takes what is nobody's (marathon-behaviour 4.13). */
  readonly volumes: readonly LocalVolume[];
  /** Free GPUs that it would not use keep it away. */
  readonly sparesGpus: boolean;
}

export function needsOf(app: AppDefinition): Needs {
  const ports = hostPortDemand(app);
  const volumes = localVolumesOf(app);
  const accepted = volumes.length > 0 ? ['*'] : (app.acceptedResourceRoles ?? ['*', app.role]);
  const fixedPorts = [...new Set(ports.flatMap((e) => (e.kind === 'fixed' ? [e.port] : [])))];
  return {
    app,
    obstacle: isPod(app) ? podObstacle(app) : undefined,
    executor: executorOf(app),
    roles: [...new Set(accepted)],
    scalars: {
      cpus: toMilli(app.cpus),
      mem: toMilli(app.mem),
      disk: toMilli(app.disk),
      gpus: toMilli(app.gpus),
    },
    ports,
    fixedPorts,
    anyPorts: ports.filter(({ kind }) => kind === 'any').length,
    volumes,
    sparesGpus: app.gpus === 0 && app.labels[GPU_LABEL] !== 'unrestricted',
  };
}
