import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface UnixServer {
  readonly socketPath: string;
  /** Cuts all connections and removes the socket. */
  close(): Promise<void>;
}

/** An HTTP server on a unix socket of its own: an engine that answers as a test wants it to. */
export async function serveOnSocket(answer: RequestListener): Promise<UnixServer> {
  const folder = await mkdtemp(join(tmpdir(), 'ekiden-socket-'));
  const socketPath = join(folder, 'engine.sock');
  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return {
    socketPath,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
