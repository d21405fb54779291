import { seconds, type AgentId, type Millis, type TaskId } from '@ekiden/kernel';
import {
  declaredPorts,
  probedPortIndex,
  type AppDefinition,
  type HealthCheck,
  type ReadinessCheck,
} from '../app/index.js';
import { hostOf, placeOfPort, type InstanceTask, type TaskPlace } from '../instance/index.js';

/** Where and how to ask a task whether it is well. */
export type ProbeTarget =
  | (NetworkTarget & {
      readonly kind: 'http';
      readonly https: boolean;
      readonly path: string;
      /** Hand the answer back too, for `body` with what it holds; absent = only the verdict. */
      readonly answerWanted?: 'head' | 'body';
    })
  | (NetworkTarget & { readonly kind: 'tcp' })
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
 * others. `undefined` while the task has no address to ask at.
 */
export function probeTargetOf(
  check: HealthCheck,
  app: AppDefinition,
  task: ProbedTask,
): ProbeTarget | undefined {
  const timeout = timeoutOf(check);
  const { protocol, ipProtocol, path = '/' } = check;
  if (protocol === 'COMMAND') {
    const { value = '' } = check.command ?? {};
    return { kind: 'command', agentId: task.agentId, taskId: task.id, value, timeout };
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
      return { kind: 'http', https: false, path: absolute(path), ...network };
    case 'HTTPS':
    case 'MESOS_HTTPS':
      return { kind: 'http', https: true, path: absolute(path), ...network };
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

function placeOf(
  check: HealthCheck,
  app: AppDefinition,
  task: Pick<InstanceTask, 'host' | 'hostAddress' | 'hostPorts' | 'ipAddresses'>,
): TaskPlace | undefined {
  const wanted = check.ipProtocol === 'IPv6';
  const address = task.ipAddresses.find((ip) => ip.includes(':') === wanted);
  const index = probedPortIndex(check);
  if (index !== undefined) return placeOfPort(app, index, task, address);
  return check.port === undefined
    ? undefined
    : { host: hostOf(app, task, address), port: check.port };
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
