import { LONG_MS, checkedServer, losesNothing, useStage, type AppBody } from '../support/index.js';

/**
 * A server that ends at once when it is told to, whatever it is doing. `/long` answers half at once
 * and the rest later; after `/ill` it is not healthy any more.
 */
const SERVER = `
let ill = false;
require('http').createServer((q, r) => {
  if (q.url === '/ill') ill = true;
  if (q.url === '/health' && ill) r.writeHead(500);
  if (q.url !== '/long') return r.end(process.env.VERSION);
  r.write('half');
  setTimeout(() => r.end(), ${LONG_MS});
}).listen(process.env.PORT0)`.replace(/\s+/g, ' ');

function web(servicePort: number, version: string, instances: number): AppBody {
  return checkedServer('/web', instances, {
    cmd: `exec node -e "${SERVER}"`,
    env: { VERSION: version },
    backoffSeconds: 0,
    portDefinitions: [{ port: servicePort, name: 'http' }],
    upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 0.5 },
  });
}

/** Processes behind a router; see `losesNothing`. */
export function losesNothingOnProcesses(
  router: 'embedded' | 'haproxy',
  parts: Parameters<typeof losesNothing>[1],
): void {
  const stage = useStage();
  losesNothing(
    {
      start: () => stage.start({ env: { EKIDEN_ROUTER: router } }),
      web,
      servicePortOf: ({ portDefinitions }) => portDefinitions[0]?.port ?? 0,
      addressOf: ({ ports }) => `http://127.0.0.1:${ports[0] ?? 0}`,
      longPath: '/long',
      illPath: '/ill',
      living: (service) => Promise.resolve(service.home.tasks().length),
    },
    parts,
  );
}
