import type { AppWire, PathId } from '../../../apps/ekiden/src/core/app/index.js';

const VARIABLES = 12;
/** Above those that the service gives to other apps. */
const FIRST_SERVICE_PORT = 20_000;

/** A document of about 1.7 kB as teams write them: container, port, environment, labels. */
export function wireOf(id: PathId, n: number): AppWire {
  const name = id.slice(id.lastIndexOf('/') + 1);
  const env = Object.fromEntries(
    Array.from({ length: VARIABLES }, (_, k) => [
      `SETTING_${k}_OF_SERVICE`,
      `value-${k} of ${name}, as production has it`,
    ]),
  );
  return {
    id,
    cmd: `exec ./bin/${name} --listen 0.0.0.0:8080 --config /etc/${name}.yaml`,
    cpus: 0.1,
    mem: 64,
    instances: 1,
    env,
    labels: {
      team: `team-${n % 100}`,
      tier: n % 3 === 0 ? 'backend' : 'frontend',
      HAPROXY_GROUP: 'external',
      HAPROXY_0_VHOST: `${name}.example.com`,
    },
    networks: [{ mode: 'container/bridge' }],
    container: {
      type: 'DOCKER',
      docker: { image: `registry.example.com/teams/${name}:1.${n % 50}.0`, forcePullImage: false },
      portMappings: [
        { containerPort: 8_080, hostPort: 0, servicePort: FIRST_SERVICE_PORT + n, name: 'http' },
      ],
    },
    upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0.5 },
  };
}
