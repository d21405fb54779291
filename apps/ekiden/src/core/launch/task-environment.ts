import { formatTimestamp, type Chance, type TaskId } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import { labelVariables } from './label-variables.js';
import { portVariables } from './port-variables.js';

export interface TaskLaunch {
  readonly app: AppDefinition;
  readonly taskId: TaskId;
  /** Hostname of the agent. */
  readonly host: string;
  /** One per declared port, in order; undefined where none was allocated. */
  readonly hostPorts: readonly (number | undefined)[];
  /** Put before `HOST` and all port variables, and before nothing else (`env_vars_prefix`). */
  readonly envVarsPrefix?: string;
  /** `enforceRole` of the app's top-level group. */
  readonly enforceRole: boolean;
  /** Number of the instance, where they have one. */
  readonly slot?: number;
  /** Addresses of what the app depends on (`SERVICE_*`). */
  readonly serviceVariables: Readonly<Record<string, string>>;
  /** Draws the ports of container networks that nobody named. */
  readonly chance: Chance;
}

/**
 * The environment of one task of an app (marathon-api 10.1). The user's own variables win over
 * everything else; those that refer to a secret are left out, for whoever holds the secrets.
 */
export function taskEnvironment(launch: TaskLaunch): Readonly<Record<string, string>> {
  const { app, host, taskId, envVarsPrefix = '' } = launch;
  const placed: Readonly<Record<string, string>> = { HOST: host, ...portVariables(launch) };
  return {
    // A field first: what begins with a spread gets a hidden class of its own (ADR 0062).
    MESOS_TASK_ID: taskId,
    ...contextVariables(launch),
    ...labelVariables(app.labels),
    ...launch.serviceVariables,
    ...(envVarsPrefix === '' ? placed : withPrefix(placed, envVarsPrefix)),
    ...plainVariables(app.env),
  };
}

function withPrefix(
  variables: Readonly<Record<string, string>>,
  prefix: string,
): Readonly<Record<string, string>> {
  const named = Object.entries(variables).map(([name, value]) => [prefix + name, value]);
  return Object.fromEntries(named) as Record<string, string>;
}

function plainVariables(env: AppDefinition['env']): Readonly<Record<string, string>> {
  const plain = Object.entries(env).filter(([, value]) => typeof value === 'string');
  return plain.length === 0 ? {} : (Object.fromEntries(plain) as Record<string, string>);
}

function contextVariables({ app, enforceRole, slot }: TaskLaunch): Record<string, string> {
  const { container } = app;
  return {
    MARATHON_APP_ID: app.id,
    MARATHON_APP_VERSION: formatTimestamp(app.version),
    ...(container?.type === 'DOCKER' && container.docker
      ? { MARATHON_APP_DOCKER_IMAGE: container.docker.image }
      : {}),
    MARATHON_APP_RESOURCE_CPUS: resourceText(app.cpus),
    MARATHON_APP_RESOURCE_MEM: resourceText(app.mem),
    MARATHON_APP_RESOURCE_DISK: resourceText(app.disk),
    MARATHON_APP_RESOURCE_GPUS: String(app.gpus),
    MARATHON_APP_ENFORCE_GROUP_ROLE: enforceRole ? 'TRUE' : 'FALSE',
    ...slotVariable(slot),
  };
}

/** For apps whose instances are replaced one by one; a name of our own. */
export function slotVariable(slot: number | undefined): Record<string, string> {
  return slot === undefined ? {} : { EKIDEN_SLOT: String(slot) };
}

/** `0.5`, `128.0`: scripts rely on the decimal point. */
export function resourceText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
