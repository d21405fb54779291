import { createServer } from 'node:net';

/**
 * The port to listen on. For 0 the system names a free one now, because the leader's address must
 * be known before the service listens; should somebody take it in between, listening fails.
 */
export function choosePort(wanted: number, address: string): Promise<number> {
  if (wanted !== 0) return Promise.resolve(wanted);
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, address, () => {
      const bound = server.address();
      server.close(() => {
        if (bound === null || typeof bound === 'string') reject(new Error('no port to listen on'));
        else resolve(bound.port);
      });
    });
  });
}
