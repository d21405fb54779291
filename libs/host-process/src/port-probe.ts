import { createServer } from 'node:net';
import { errorCode } from './world-error.js';

/** The ports somebody listens on, on any address of this machine. */
export async function portsInUse(ports: readonly number[]): Promise<readonly number[]> {
  const inUse: number[] = [];
  for (const port of ports) {
    // A listener on one address keeps the wildcard of its family from being bound.
    const taken =
      (await isTaken({ port, host: '0.0.0.0' })) ||
      (await isTaken({ port, host: '::', ipv6Only: true }));
    if (taken) inUse.push(port);
  }
  return inUse;
}

interface Address {
  readonly port: number;
  readonly host: string;
  readonly ipv6Only?: boolean;
}

/** Only "in use" counts: no such address family, or no right to bind, says nothing about others. */
function isTaken(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(errorCode(error) === 'EADDRINUSE'));
    server.listen({ ...address, exclusive: true }, () => server.close(() => resolve(false)));
  });
}
