import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import { failureOf, must, until } from '@ekiden/host/contract';
import { FetchPlace } from '../testing/fetch-place.js';
import { FileServer } from '../testing/file-server.js';

describe('fetching over http', () => {
  let place: FetchPlace;
  let server: FileServer;

  beforeEach(async () => {
    server = await FileServer.start();
    place = await FetchPlace.make();
  });

  afterEach(async () => {
    await place.dispose();
    await server.stop();
  });

  const read = (path: string): Promise<string> => readFile(join(place.folder, path), 'utf8');

  it('puts a file into the sandbox, named by the end of the path', async () => {
    server.publish('/files/app%201.txt', 'hello');
    must(await place.fetch(server.uri('/files/app%201.txt?version=3#part')));
    expect(await read('app 1.txt')).to.equal('hello');
    expect(server.requests[0]?.headers['accept-encoding']).to.equal('identity');
    expect(server.requests[0]?.url).to.equal('/files/app%201.txt?version=3');
  });

  it('needs a name: from the path, or given', async () => {
    server.publish('/', 'hello');
    const failure = failureOf(await place.fetch(server.uri('/')));
    expect(failure.message).to.contain('give a destPath');
    must(await place.fetch(server.uri('/'), { destPath: 'x' }));
    for (const path of ['/..%2fx', '/stdout', '/%2e%2e']) {
      expect(failureOf(await place.fetch(server.uri(path))).kind).to.equal('fetchFailed');
    }
    expect(await place.found()).to.deep.equal(['x']);
  });

  it('follows redirects, but not for ever and not to other protocols', async () => {
    server.publish('/end', 'hello');
    server.on('/start', (_, response) => response.writeHead(302, { location: 'end' }).end());
    server.on('/round', (_, response) => response.writeHead(307, { location: '/round' }).end());
    server.on('/ftp', (_, response) => response.writeHead(301, { location: 'ftp://x/y' }).end());
    server.on('/none', (_, response) => response.writeHead(301).end());
    must(await place.fetch(server.uri('/start')));
    expect(await read('start')).to.equal('hello');
    const round = failureOf(await place.fetch(server.uri('/round')));
    expect(round.message).to.contain('redirected more than 10 times');
    expect(server.count('/round')).to.equal(11);
    expect(failureOf(await place.fetch(server.uri('/ftp'))).message).to.contain('ftp:');
    expect(failureOf(await place.fetch(server.uri('/none'))).message).to.contain('cannot be read');
  });

  for (const [status, why] of [
    [404, 'the server answered 404 (Not Found); check the uri'],
    [403, 'the server answered 403 (Forbidden); check the credentials in the uri'],
    [206, 'the server answered 206 (Partial Content)'],
    [418, "the server answered 418 (I'm a Teapot)"],
  ] as const) {
    it(`fails at once when the server answers ${status}`, async () => {
      server.on('/x', (_, response) => response.writeHead(status).end('no'));
      const failure = failureOf(await place.fetch(server.uri('/x')));
      expect(failure.message).to.equal(`Cannot fetch ${server.uri('/x')}: ${why}`);
      expect(server.count('/x')).to.equal(1);
      expect(await place.found()).to.deep.equal([]);
    });
  }

  it('tries again after an answer of 500, and says how often', async () => {
    server.on('/x', (_, response) => {
      if (server.count('/x') < 3) response.writeHead(500).end();
      else response.end('hello');
    });
    server.on('/y', (_, response) => response.writeHead(503).end());
    must(await place.fetch(server.uri('/x')));
    expect(await read('x')).to.equal('hello');
    const failure = failureOf(await place.fetch(server.uri('/y')));
    expect(failure.message).to.contain('503 (Service Unavailable) (3 attempts)');
    expect(server.count('/y')).to.equal(3);
  });

  it('tries again after a body that came cut off', async () => {
    server.on('/x', (_, response) => {
      response.writeHead(200, { 'content-length': 10 });
      if (server.count('/x') > 1) response.end('0123456789');
      else response.write('012', () => response.destroy());
    });
    server.on('/y', (_, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write('012', () => response.destroy());
    });
    must(await place.fetch(server.uri('/x')));
    expect(await read('x')).to.equal('0123456789');
    const failure = failureOf(await place.fetch(server.uri('/y')));
    expect(failure.message).to.contain('it came cut off');
    expect(await place.found()).to.deep.equal(['x']);
  });

  it('tries again when there is no server, and says so', async () => {
    const uri = server.uri('/x');
    await server.stop();
    const failure = failureOf(await place.fetch(uri));
    expect(failure.message).to.contain('cannot be reached (ECONNREFUSED)');
    expect(failure.message).to.contain('3 attempts');
  });

  it('takes no more than the bound, announced or not', async () => {
    await place.reopen({ fileBytesMax: 1000 });
    server.publish('/announced', 'x'.repeat(1001));
    server.on('/endless', (_, response) => {
      writeAgain(response, { bytes: 100, everyMs: 0 });
    });
    server.publish('/just', 'x'.repeat(1000));
    for (const path of ['/announced', '/endless']) {
      const failure = failureOf(await place.fetch(server.uri(path)));
      expect(failure.message).to.contain('larger than 1000 bytes');
      expect(server.count(path)).to.equal(1);
    }
    must(await place.fetch(server.uri('/just')));
    expect(await place.found()).to.deep.equal(['just']);
  });

  it('gives up on a server that falls silent, and on one that takes too long', async () => {
    server.on('/mute', () => undefined);
    server.on('/stalls', (_, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('x');
    });
    server.on('/slow', (_, response) => {
      writeAgain(response, { bytes: 1, everyMs: 10 });
    });
    await place.reopen({ idleTimeout: millis(80), overallTimeout: millis(400), attemptsMax: 1 });
    for (const path of ['/mute', '/stalls']) {
      const failure = failureOf(await place.fetch(server.uri(path)));
      expect(failure.message).to.contain('nothing came for 0.08 s');
    }
    const slow = failureOf(await place.fetch(server.uri('/slow')));
    expect(slow.message).to.contain('it took longer than 0.4 s');
    expect(await place.found()).to.deep.equal([]);
  });

  it('stops in the middle when it is told to', async () => {
    server.on('/x', (_, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('x');
    });
    const controller = new AbortController();
    const fetching = place.fetchInto(place.folder, server.uri('/x'), {}, controller.signal);
    await until(() => Promise.resolve(server.count('/x') === 1), 'the download is under way');
    controller.abort();
    expect(failureOf(await fetching).kind).to.equal('cancelled');
    expect(await place.found()).to.deep.equal([]);
    const again = place.fetch(server.uri('/x'));
    place.fetcher.close();
    expect(failureOf(await again).kind).to.equal('cancelled');
  });

  describe('with credentials', () => {
    const CREDENTIALS = 'us%40er:s3cr%3At@';
    const SECRETS = /us%40er|us@er|s3cr|token|hush|Basic|dXNA/;

    function shows(uri: string, failure: ReturnType<typeof failureOf>): void {
      expect(failure.message).to.contain(`Cannot fetch ${uri}: `);
      expect(JSON.stringify(failure)).to.not.match(SECRETS);
      expect(place.logged.join('\n')).to.not.match(SECRETS);
    }

    it('sends them, to the server they are for and to no other', async () => {
      const other = await FileServer.start();
      other.publish('/far', 'hello');
      server.publish('/near', 'hello');
      server.on('/to-near', (_, response) => response.writeHead(302, { location: 'near' }).end());
      server.on('/to-far', (_, response) =>
        response.writeHead(302, { location: other.uri('/far') }).end(),
      );
      must(await place.fetch(server.uri('/to-near', CREDENTIALS)));
      must(await place.fetch(server.uri('/to-far', CREDENTIALS)));
      const expected = `Basic ${Buffer.from('us@er:s3cr:t').toString('base64')}`;
      expect(server.requests.map(({ headers }) => headers.authorization)).to.deep.equal([
        expected,
        expected,
        expected,
      ]);
      expect(other.requests[0]?.headers.authorization).to.equal(undefined);
      await other.stop();
    });

    it('shows neither them nor the query in any failure', async () => {
      const shown = server.uri('/x?…');
      server.on('/x', (_, response) => response.writeHead(404).end());
      const uri = server.uri('/x?token=hush', CREDENTIALS);
      shows(shown, failureOf(await place.fetch(uri)));
      server.on('/x', (_, response) => response.writeHead(500).end());
      shows(shown, failureOf(await place.fetch(uri, { cache: true })));
      server.publish('/x', 'hello', '"1"');
      must(await place.fetch(uri, { cache: true }));
      await server.stop();
      must(await place.fetch(uri, { cache: true }));
      expect(place.logged.join('\n')).to.contain('cached copy');
      shows(shown, failureOf(await place.fetch(uri)));
      const names = await place.found(place.cacheDir);
      expect(names.join('\n')).to.not.match(SECRETS);
    });

    for (const [uri, shown] of [
      ['ftp://us%40er:s3cr@host/x?token=1', 'ftp://host/x?…'],
      ['s3://us@er:s3cr@bucket/x#token', 's3://bucket/x'],
      ['http://us@er:s3cr@ho st/x', 'http:…'],
      ['http://host:token/s3cr@x', 'http:…'],
    ] as const) {
      it(`shows ${shown} for a uri it cannot use`, async () => {
        shows(shown, failureOf(await place.fetch(uri)));
      });
    }
  });
});

/** Writes on and on until the other side has gone. */
function writeAgain(
  response: ServerResponse,
  pace: { readonly bytes: number; readonly everyMs: number },
): void {
  response.write('x'.repeat(pace.bytes), (error) => {
    if (error) return;
    setTimeout(() => writeAgain(response, pace), pace.everyMs);
  });
}
