import type { HealthCheck } from '../app/index.js';

/** For specs: an HTTP check of the first port, every 10 s, grace 30 s, at most 3 failures. */
export function sampleCheck(overrides: Partial<HealthCheck> = {}): HealthCheck {
  return {
    protocol: 'HTTP',
    portIndex: 0,
    gracePeriodSeconds: 30,
    intervalSeconds: 10,
    timeoutSeconds: 2,
    maxConsecutiveFailures: 3,
    delaySeconds: 15,
    ignoreHttp1xx: false,
    ipProtocol: 'IPv4',
    ...overrides,
  };
}
