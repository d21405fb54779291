import { createServer, isIP } from 'node:net';
import type { Listen } from '../../../core/traffic/index.js';

/**
 * Why an address cannot be listened on now; `undefined` = it can. HAProxy takes all addresses of a
 * configuration or none, so each new one is tried before it is asked to.
 */
export function unservable({ address, port }: Listen): Promise<string | undefined> {
  if (isIP(address) === 0 || address.includes('%')) {
    return Promise.resolve(`${address} is no IP address`);
  }
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(PROBLEMS.get(error.code) ?? error.message);
    });
    server.listen({ port, host: address, ipv6Only: false }, () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
}

const PROBLEMS: ReadonlyMap<string | undefined, string> = new Map([
  ['EADDRINUSE', 'another process listens there'],
  ['EACCES', 'this user may not listen there'],
  ['EADDRNOTAVAIL', 'this machine does not have the address'],
]);
