import { isPod, type AppDefinition, type PathId } from '../app/index.js';

/** The name under which commands of hooks of an app run; no app can have it, as it is upper case. */
export function hookAppId(app: PathId): PathId {
  return `${app}/HOOK` as PathId;
}

/** What a hook takes of an agent at most, beside what runs: cores, MiB. */
const SHARE = { cpus: 0.1, mem: 256 } as const;

/**
 * What the command of a hook is started from: the app's own image, files, user and environment,
 * with the command in place of its own, no ports, no checks and no data, and little of an agent.
 */
export function hookDefinition(
  app: AppDefinition,
  command: readonly string[],
  variables: Readonly<Record<string, string>>,
): AppDefinition {
  const { cmd: _cmd, portDefinitions: _ports, rollout: _rollout, container, ...rest } = app;
  const shared: AppDefinition = {
    ...rest,
    id: hookAppId(app.id),
    instances: 1,
    cpus: Math.min(app.cpus, SHARE.cpus),
    mem: Math.min(app.mem, SHARE.mem),
    disk: 0,
    gpus: 0,
    env: { MARATHON_APP_ID: app.id, ...app.env, ...variables },
    constraints: app.constraints.filter(({ operator }) => PINNING.has(operator)),
    dependencies: [],
    healthChecks: [],
    readinessChecks: [],
  };
  if (isPod(app)) return ofPod(shared, app, command);
  return {
    ...shared,
    args: command,
    ...(container === undefined
      ? {}
      : {
          container: {
            ...container,
            volumes: container.volumes.filter(({ kind }) => kind !== 'persistent'),
            ...(container.portMappings === undefined ? {} : { portMappings: [] }),
          },
        }),
  };
}

/** These name hosts that will do; the others count instances, of which there is one. */
const PINNING: ReadonlySet<string> = new Set(['LIKE', 'UNLIKE', 'IS', 'CLUSTER']);

/** Of a pod: its first container, alone. */
function ofPod(
  shared: AppDefinition,
  { pod }: AppDefinition & { readonly pod: NonNullable<AppDefinition['pod']> },
  command: readonly string[],
): AppDefinition {
  const [first] = pod.containers;
  if (first === undefined) return shared;
  const { healthCheck: _health, check: _check, ...container } = first;
  const resources = { ...first.resources, cpus: shared.cpus, mem: shared.mem, disk: 0, gpus: 0 };
  return {
    ...shared,
    pod: {
      containers: [
        {
          ...container,
          exec: { command: { argv: command } },
          resources,
          endpoints: [],
          volumeMounts: [],
        },
      ],
      volumes: [],
    },
  };
}
