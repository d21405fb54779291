import type { Violation } from '../violation.js';
import type { AppDefinition, HealthCheck, ReadinessCheck } from './app-definition.js';
import { declaredPorts, isMesosProbe, probedPortIndex, type DeclaredPort } from './app-facts.js';
import { expected, unless } from './phrases.js';

/** Health checks and readiness checks (marathon-api 5.4, 5.6, 7.2). */
export function validateChecks(app: AppDefinition): readonly Violation[] {
  const ports = declaredPorts(app);
  const mesosChecks = app.healthChecks.filter(isMesosProbe).length;
  const inDocker = app.container?.type === 'DOCKER';
  return [
    ...app.healthChecks.flatMap((check, at) =>
      validateHealthCheck(check, ports, inDocker, `/healthChecks(${at})`),
    ),
    ...unless(mesosChecks <= 1, '/', 'AppDefinition can contain at most one Mesos health check'),
    ...unless(
      app.readinessChecks.length <= 1,
      '/readinessChecks/size',
      expected(app.readinessChecks.length, '1 or less'),
    ),
    ...app.readinessChecks.flatMap((check, at) =>
      validateReadiness(
        check,
        ports.map(({ name }) => name),
        `/readinessChecks(${at})`,
      ),
    ),
  ];
}

function validateHealthCheck(
  check: HealthCheck,
  ports: readonly DeclaredPort[],
  inDocker: boolean,
  at: string,
): readonly Violation[] {
  const index = probedPortIndex(check);
  return [
    // Marathon answers these with a 500 of the same text.
    ...unless(isReadable(check), at, `illegal protocol ${check.protocol}`),
    ...unless(
      index === undefined || index < ports.length,
      at,
      'Health check port indices must address an element of the ports array or container port mappings.',
    ),
    ...validatePortName(check, ports, at),
    ...unless(
      check.service === undefined || check.protocol === 'GRPC',
      `${at}/service`,
      'only checks of protocol GRPC ask for a service',
    ),
    ...unless(
      check.ipProtocol === 'IPv4' || (inDocker && isMesosProbe(check)),
      at,
      'IPv6 can only be used for container type DOCKER and Mesos http/https/tcp health checks',
    ),
  ];
}

/** Beyond Marathon, which knows ports by number only. */
function validatePortName(
  { portName, port, portIndex, protocol }: HealthCheck,
  ports: readonly DeclaredPort[],
  at: string,
): readonly Violation[] {
  if (portName === undefined) return [];
  const path = `${at}/portName`;
  return [
    ...unless(
      ports.some(({ name }) => name === portName),
      path,
      `No port definition reference for portName ${portName}`,
    ),
    ...unless(
      port === undefined && portIndex === undefined && protocol !== 'COMMAND',
      path,
      'a check names its port in one way: portName, portIndex or port',
    ),
  ];
}

function isReadable(check: HealthCheck): boolean {
  if (check.protocol !== 'COMMAND') return check.command === undefined;
  return check.command !== undefined && check.path === undefined && check.port === undefined;
}

function validateReadiness(
  check: ReadinessCheck,
  portNames: readonly (string | undefined)[],
  at: string,
): readonly Violation[] {
  return [
    ...unless(
      portNames.includes(check.portName),
      `${at}/portName`,
      `No port definition reference for portName ${check.portName}`,
    ),
    ...unless(
      check.timeoutSeconds < check.intervalSeconds,
      `${at}/timeoutSeconds`,
      expected(check.timeoutSeconds, `less than ${check.intervalSeconds}`),
    ),
  ];
}
