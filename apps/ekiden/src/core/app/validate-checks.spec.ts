import { expect } from 'chai';
import { violationsOf, type RuleCase } from './sample-app.js';

const image = 'nginx:1.25';

const checks: readonly RuleCase[] = [
  [
    'refuses health checks of ports that are not there',
    { ports: [0], healthChecks: [{}, { portIndex: 1 }] },
    '/healthChecks(1)',
    'Health check port indices must address an element of the ports array or container port mappings.',
  ],
  [
    'refuses a command under another protocol',
    { healthChecks: [{ command: { value: 'true' } }] },
    '/healthChecks(0)',
    'illegal protocol HTTP',
  ],
  [
    'refuses IPv6 outside Docker',
    { healthChecks: [{ protocol: 'MESOS_TCP', ipProtocol: 'IPv6' }] },
    '/healthChecks(0)',
    'IPv6 can only be used for container type DOCKER and Mesos http/https/tcp health checks',
  ],
  [
    'refuses the name of a port that is not there',
    { healthChecks: [{ portName: 'gone' }] },
    '/healthChecks(0)/portName',
    'No port definition reference for portName gone',
  ],
  [
    'refuses a port told twice',
    { healthChecks: [{ portName: 'default', portIndex: 0 }] },
    '/healthChecks(0)/portName',
    'a check names its port in one way: portName, portIndex or port',
  ],
  [
    'refuses a gRPC service under another protocol',
    { healthChecks: [{ service: 'shop.Cart' }] },
    '/healthChecks(0)/service',
    'only checks of protocol GRPC ask for a service',
  ],
  [
    'refuses a second Mesos health check',
    { healthChecks: [{ protocol: 'MESOS_TCP' }, { protocol: 'MESOS_HTTP' }] },
    '/',
    'AppDefinition can contain at most one Mesos health check',
  ],
  [
    'refuses a second readiness check',
    { readinessChecks: [{ portName: 'default' }, { portName: 'default' }] },
    '/readinessChecks/size',
    'got 2, expected 1 or less',
  ],
  [
    'refuses readiness checks of unknown ports',
    { readinessChecks: [{}] },
    '/readinessChecks(0)/portName',
    'No port definition reference for portName http-api',
  ],
  [
    'wants readiness checks to time out before the next',
    { readinessChecks: [{ portName: 'default', timeoutSeconds: 30 }] },
    '/readinessChecks(0)/timeoutSeconds',
    'got 30, expected less than 30',
  ],
  [
    'refuses checks under Docker',
    { check: { tcp: {} }, container: { docker: { image } } },
    '/',
    "AppDefinition must not use 'checks' if using docker",
  ],
  [
    'refuses checks of ports that are not there',
    { check: { tcp: { portIndex: 4 } } },
    '/',
    'check port index must address an element of the ports array or container port mappings.',
  ],
  [
    'refuses a check of two kinds',
    { check: { tcp: {}, exec: { command: { shell: 'true' } } } },
    '/check',
    'Only one of http, tcp, or command may be specified',
  ],
];

describe('the rules of checks', () => {
  for (const [name, wire, path, message, overrides] of checks) {
    it(name, () => {
      expect(violationsOf(wire, overrides)).to.deep.include({ path, message });
    });
  }
});
