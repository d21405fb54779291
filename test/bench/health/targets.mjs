// Web servers to be checked: `node targets.mjs <how many>`, each on a free port of the loopback
// address. Tells the ports as a line of JSON, answers everything with 204, ends with its input.
import { createServer } from 'node:http';

const servers = Array.from({ length: Number(process.argv[2]) }, () =>
  createServer((_request, response) => response.writeHead(204).end()),
);
const ports = await Promise.all(
  servers.map(
    (server) =>
      new Promise((resolve) => {
        server.listen(0, '127.0.0.1', 1_024, () => resolve(server.address().port));
      }),
  ),
);
process.stdout.write(`${JSON.stringify(ports)}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
