import type { AppCheck, HealthCheck, ReadinessCheck } from './app-definition.js';
import { APP_DEFAULTS } from './app-defaults.js';
import type {
  AppCheckWire,
  CommandWire,
  HealthCheckWire,
  Maybe,
  ReadinessCheckWire,
} from './app-wire.js';
import { given } from './given.js';

/** Fills the gaps of one health check; its port was settled with the legacy fields (6.4). */
export function normalizeHealthCheck(check: HealthCheckWire): HealthCheck {
  const defaults = APP_DEFAULTS.healthCheck;
  return given({
    protocol: check.protocol ?? defaults.protocol,
    path: check.path,
    portIndex: check.portIndex,
    port: check.port,
    portName: check.portName,
    service: check.service,
    command: check.command ? { value: check.command.value } : undefined,
    gracePeriodSeconds: check.gracePeriodSeconds ?? defaults.gracePeriodSeconds,
    intervalSeconds: check.intervalSeconds ?? defaults.intervalSeconds,
    timeoutSeconds: check.timeoutSeconds ?? defaults.timeoutSeconds,
    maxConsecutiveFailures: check.maxConsecutiveFailures ?? defaults.maxConsecutiveFailures,
    delaySeconds: check.delaySeconds ?? defaults.delaySeconds,
    ignoreHttp1xx: check.ignoreHttp1xx ?? defaults.ignoreHttp1xx,
    ipProtocol: check.ipProtocol ?? defaults.ipProtocol,
  });
}

export function normalizeReadinessCheck(check: ReadinessCheckWire): ReadinessCheck {
  const defaults = APP_DEFAULTS.readinessCheck;
  const codes = check.httpStatusCodesForReady ?? [];
  return {
    name: check.name ?? defaults.name,
    protocol: check.protocol ?? defaults.protocol,
    path: check.path ?? defaults.path,
    portName: check.portName ?? defaults.portName,
    intervalSeconds: check.intervalSeconds ?? defaults.intervalSeconds,
    timeoutSeconds: check.timeoutSeconds ?? defaults.timeoutSeconds,
    httpStatusCodesForReady: codes.length > 0 ? codes : defaults.httpStatusCodesForReady,
    preserveLastResponse: check.preserveLastResponse ?? defaults.preserveLastResponse,
  };
}

/** What the executor runs beside the task; undefined for no check at all. */
export function normalizeCheck(check: Maybe<AppCheckWire>): AppCheck | undefined {
  if (check === null || check === undefined) return undefined;
  const defaults = APP_DEFAULTS.check;
  const { http, tcp, exec } = check;
  return given({
    http: http
      ? given({
          portIndex: http.portIndex,
          port: http.port,
          path: http.path,
          scheme: http.scheme ?? APP_DEFAULTS.httpCheck.scheme,
        })
      : undefined,
    tcp: tcp ? given({ portIndex: tcp.portIndex, port: tcp.port }) : undefined,
    exec: exec ? { command: normalizeCommand(exec.command) } : undefined,
    intervalSeconds: check.intervalSeconds ?? defaults.intervalSeconds,
    timeoutSeconds: check.timeoutSeconds ?? defaults.timeoutSeconds,
    delaySeconds: check.delaySeconds ?? defaults.delaySeconds,
  });
}

export function normalizeCommand({
  shell,
  argv,
}: CommandWire): NonNullable<AppCheck['exec']>['command'] {
  return argv ? { argv } : { shell: shell ?? '' };
}
