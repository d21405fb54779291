import {
  LONG_MS,
  QUICK_CHECK,
  losesNothing,
  type AppBody,
  type AppJson,
} from '../support/index.js';
import { containerApp } from './container-apps.js';
import { containersOf } from './containers.js';
import { useDocker } from './engines.js';

/**
 * Ends at once when it is told to, whatever it is doing. `/cgi-bin/long` answers half at once and
 * the rest later; after `/cgi-bin/ill` it is not healthy any more.
 */
const SERVER = [
  'mkdir -p /tmp/www/cgi-bin; cd /tmp/www; echo $VERSION > index.html; echo well > health',
  script('long', `echo half; sleep ${LONG_MS / 1_000}; echo rest`, 10),
  script('ill', 'rm /tmp/www/health', 0),
  `trap 'kill $!; exit 0' TERM`,
  'httpd -f -p 8080 -h /tmp/www & wait $!',
].join('; ');

function script(name: string, does: string, bytes: number): string {
  // Twice in quotes: what the script prints ends its lines as HTTP has them.
  const head = `printf "Content-Length: ${bytes}\\\\r\\\\n\\\\r\\\\n"`;
  const text = `#!/bin/sh\\n${head}; ${does}\\n`;
  return `printf '${text}' > cgi-bin/${name}; chmod +x cgi-bin/${name}`;
}

function web(servicePort: number, version: string, instances: number): AppBody {
  return containerApp('/web', instances, {
    cmd: SERVER,
    env: { VERSION: version },
    backoffSeconds: 0,
    container: { portMappings: [{ containerPort: 8080, hostPort: 0, servicePort, name: 'http' }] },
    healthChecks: [{ protocol: 'HTTP', path: '/health', portIndex: 0, ...QUICK_CHECK }],
    upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 0.5 },
  });
}

/** As an app in containers shows it. */
interface Mapped extends AppJson {
  readonly container: { readonly portMappings: readonly { readonly servicePort: number }[] };
}

for (const router of ['embedded', 'haproxy'] as const) {
  describe(`Under load on containers no request is lost, through ${router}`, () => {
    const { engine, service } = useDocker({}, { EKIDEN_ROUTER: router });
    losesNothing(
      {
        start: () => Promise.resolve(service()),
        web,
        servicePortOf: (app) => (app as Mapped).container.portMappings[0]?.servicePort ?? 0,
        addressOf: ({ ports }) => `http://${engine().address}:${ports[0] ?? 0}`,
        longPath: '/cgi-bin/long',
        illPath: '/cgi-bin/ill',
        living: async (one) => (await containersOf(engine().docker, one)).filter(isRunning).length,
      },
      router === 'embedded' ? ['update'] : [],
    );
  });
}

function isRunning({ state }: { readonly state: string }): boolean {
  return state === 'running';
}
