import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { startLoad, type LoadResult } from './load.js';

describe('load over kept connections', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** What one client tells of a server that behaves so until it has answered often enough. */
  async function loaded(behaviour: RequestListener): Promise<LoadResult> {
    const made = createServer(behaviour);
    server = made;
    await new Promise<void>((resolve) => {
      made.listen(0, '127.0.0.1', resolve);
    });
    const { port } = made.address() as AddressInfo;
    const load = startLoad({ url: `http://127.0.0.1:${port}`, connections: 1 });
    while (load.answers < 20) await new Promise((resolve) => setImmediate(resolve));
    return load.stop();
  }

  it('finds nothing lost where each answer comes', async () => {
    const result = await loaded((_, response) => response.end('well'));
    expect(result).to.deep.include({ errors: 0, bad: 0, lost: [] });
  });

  it('counts what is asked when the connection ends without a word, or in the middle', async () => {
    for (const begun of ['', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nha']) {
      let count = 0;
      const result = await loaded((_, response) => {
        count += 1;
        if (count === 3) response.socket?.end(begun);
        else response.end('well');
      });
      expect(result.errors, begun).to.be.greaterThan(0);
      expect(result.lost.join(), begun).to.contain('the connection ended before the answer did');
      server?.closeAllConnections();
      server?.close();
    }
  });

  it('does not count what is asked after the answer that closes the connection', async () => {
    let count = 0;
    const result = await loaded((_, response) => {
      count += 1;
      if (count % 3 === 0) response.setHeader('Connection', 'close');
      response.end('well');
    });
    expect(result).to.deep.include({ errors: 0, bad: 0, lost: [] });
  });
});
