import {
  endpointsOf,
  type HealthCheck,
  type HealthCheckProtocol,
  type PodCommand,
  type PodContainer,
  type PodHealthCheck,
  type PodPart,
} from '../app/index.js';

/**
 * The health checks of a pod as those of an app, one per container that has one, in their order:
 * what is asked, how often, and what follows is then the same for both. Endpoints are the ports.
 */
export function checksOf(pod: Pick<PodPart, 'containers' | 'volumes'>): readonly HealthCheck[] {
  const ports = endpointsOf(pod).map(({ endpoint }) => endpoint.name);
  return pod.containers.flatMap((container) => {
    const { healthCheck } = container;
    return healthCheck === undefined ? [] : [checkOf(container, healthCheck, ports)];
  });
}

function checkOf(
  { name }: PodContainer,
  check: PodHealthCheck,
  ports: readonly string[],
): HealthCheck {
  const { http, tcp, exec } = check;
  const { gracePeriodSeconds, intervalSeconds, timeoutSeconds } = check;
  const { maxConsecutiveFailures, delaySeconds } = check;
  const endpoint = http?.endpoint ?? tcp?.endpoint;
  return {
    protocol: protocolOf(check),
    container: name,
    ...(http?.path === undefined ? {} : { path: http.path }),
    ...(endpoint === undefined ? {} : { portIndex: Math.max(0, ports.indexOf(endpoint)) }),
    ...(exec === undefined ? {} : { command: { value: shellText(exec.command) } }),
    gracePeriodSeconds,
    intervalSeconds,
    timeoutSeconds,
    maxConsecutiveFailures,
    delaySeconds,
    ignoreHttp1xx: false,
    ipProtocol: 'IPv4',
  };
}

function protocolOf({ http, tcp }: PodHealthCheck): HealthCheckProtocol {
  if (http !== undefined) return http.scheme === 'HTTPS' ? 'MESOS_HTTPS' : 'MESOS_HTTP';
  return tcp === undefined ? 'COMMAND' : 'MESOS_TCP';
}

/** A command as one for a shell: each word in quotes, so that it stays a word. */
function shellText(command: PodCommand): string {
  if ('shell' in command) return command.shell;
  return command.argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}
