import { seconds, type AgentId, type Millis, type TaskId } from '@ekiden/kernel';
import {
  declaredPorts,
  isMesosProbe,
  probedPortIndex,
  usesHostNetwork,
  type AppDefinition,
  type HealthCheck,
  type ReadinessCheck,
} from '../app/index.js';
import {
  containerTaskIdOf,
  hostOf,
  placeOfPort,
  type InstanceTask,
  type TaskPlace,
} from '../instance/index.js';

/** Where and how to ask a task whether it is well. */
export type ProbeTarget =
  | (NetworkTarget & {
      readonly kind: 'http';
      readonly https: boolean;
      readonly path: string;
      /** Answers 100 to 199 say nothing. */
      readonly ignore1xx: boolean;
      /** Hand the answer back too, for `body` with what it holds; absent = only the verdict. */
      readonly answerWanted?: 'head' | 'body';
    })
  | (NetworkTarget & { readonly kind: 'tcp' })
  /** `service`: empty = the server as a whole. */
  | (NetworkTarget & { readonly kind: 'grpc'; readonly service: string })
  /** Run on the task's host, in its sandbox. */
  | {
      readonly kind: 'command';
      readonly agentId: AgentId;
      readonly taskId: TaskId;
      /** For `/bin/sh -c`. */
      readonly value: string;
      readonly timeout: Millis;
    };

interface NetworkTarget {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  readonly ipProtocol: 'IPv4' | 'IPv6';
  /** From 1 s to 1 h. */
  readonly timeout: Millis;
}

/** An answer that takes longer than this is of no use to anybody. */
const TIMEOUT_MAX_SECONDS = 3_600;

type ProbedTask = Pick<
  InstanceTask,
  'id' | 'agentId' | 'host' | 'hostAddress' | 'hostPorts' | 'ipAddresses'
>;

/**
 * What a check asks of a task. Agent-side kinds (MESOS_*) are asked over the network like the
 * others, at the task's own address where it has a network of its own. `undefined` while the task
 * has no address to ask at.
 */
export function probeTargetOf(
  check: HealthCheck,
  app: AppDefinition,
  task: ProbedTask,
): ProbeTarget | undefined {
  const timeout = timeoutOf(check);
  const { protocol, ipProtocol, path = '/', ignoreHttp1xx: ignore1xx } = check;
  if (protocol === 'COMMAND') {
    const { command: { value } = { value: '' }, container } = check;
    const taskId = container === undefined ? task.id : containerTaskIdOf(task.id, container);
    return { kind: 'command', agentId: task.agentId, taskId, value, timeout };
  }
  const place = placeOf(check, app, task);
  if (place === undefined) return undefined;
  const network = { ...place, ipProtocol, timeout };
  switch (protocol) {
    case 'TCP':
    case 'MESOS_TCP':
      return { kind: 'tcp', ...network };
    case 'HTTP':
    case 'MESOS_HTTP':
      return { kind: 'http', https: false, path: absolute(path), ignore1xx, ...network };
    case 'HTTPS':
    case 'MESOS_HTTPS':
      return { kind: 'http', https: true, path: absolute(path), ignore1xx, ...network };
    case 'GRPC':
      return { kind: 'grpc', service: check.service ?? '', ...network };
  }
}

/** What a readiness check asks of a task: its port goes by name (marathon-api 5.6). */
export function readinessTargetOf(
  check: ReadinessCheck,
  app: AppDefinition,
  task: ProbedTask,
): ProbeTarget | undefined {
  const index = declaredPorts(app).findIndex(({ name }) => name === check.portName);
  const address = task.ipAddresses.find((ip) => !ip.includes(':'));
  const place = index < 0 ? undefined : placeOfPort(app, index, task, address);
  return (
    place && {
      kind: 'http',
      https: check.protocol === 'HTTPS',
      path: absolute(check.path),
      ignore1xx: false,
      ...place,
      ipProtocol: 'IPv4',
      timeout: timeoutOf(check),
      answerWanted: check.preserveLastResponse ? 'body' : 'head',
    }
  );
}

function timeoutOf({ timeoutSeconds }: { readonly timeoutSeconds: number }): Millis {
  return seconds(Math.min(Math.max(1, timeoutSeconds), TIMEOUT_MAX_SECONDS));
}

type PlacedTask = Pick<InstanceTask, 'host' | 'hostAddress' | 'hostPorts' | 'ipAddresses'>;

function placeOf(check: HealthCheck, app: AppDefinition, task: PlacedTask): TaskPlace | undefined {
  const address = addressOf(check, task);
  const inside = isMesosProbe(check) && !usesHostNetwork(app.networks);
  const index = portIndexOf(check, app, inside);
  if (inside && address !== undefined && isOnThisMachine(task)) {
    const port = index === undefined ? check.port : declaredPorts(app)[index]?.requested;
    if (port !== undefined && port !== 0) return { host: address, port };
  }
  if (index !== undefined) return placeOfPort(app, index, task, address);
  if (check.port === undefined) return undefined;
  return { host: inside && address ? address : hostOf(app, task, address), port: check.port };
}

/** Networks of containers are reached from their own machine only. */
function isOnThisMachine({ hostAddress = LOOPBACK }: PlacedTask): boolean {
  return hostAddress === LOOPBACK || hostAddress === LOOPBACK_6;
}

/** `inside`: a fixed port is one of the container's, and may be mapped (marathon-behaviour 6.1). */
function portIndexOf(check: HealthCheck, app: AppDefinition, inside: boolean): number | undefined {
  const { portName, port } = check;
  const found =
    portName !== undefined
      ? declaredPorts(app).findIndex(({ name }) => name === portName)
      : inside && port !== undefined
        ? declaredPorts(app).findIndex(({ requested }) => requested === port)
        : (probedPortIndex(check) ?? -1);
  return found < 0 ? undefined : found;
}

/** The task's own address of the wanted kind. */
function addressOf({ ipProtocol }: HealthCheck, { ipAddresses }: PlacedTask): string | undefined {
  const six = ipProtocol === 'IPv6';
  const found = ipAddresses.find((ip) => ip.includes(':') === six);
  // A task in the network of this machine answers at both kinds of loopback address.
  return found === undefined && six && ipAddresses.includes(LOOPBACK) ? LOOPBACK_6 : found;
}

const LOOPBACK = '127.0.0.1';
const LOOPBACK_6 = '::1';

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
