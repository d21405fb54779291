import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ManualClock, millis, seconds } from '@ekiden/kernel';
import { failureOf, must, until } from '@ekiden/host/contract';
import { FetchPlace } from '../testing/fetch-place.js';
import { FileServer } from '../testing/file-server.js';
import { tarOf } from '../testing/archives.js';

const CACHED = { cache: true } as const;

describe('the fetch cache', () => {
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
  const files = (): Promise<string[]> => readdir(join(place.cacheDir, 'files'));
  const statuses = (path: string): (string | undefined)[] =>
    server.requests
      .filter(({ url }) => url === path)
      .map(({ headers }) => headers['if-none-match']);

  it('asks whether the file has changed, and downloads it only then', async () => {
    server.publish('/x', 'one', '"1"');
    must(await place.fetch(server.uri('/x'), CACHED));
    must(await place.fetch(server.uri('/x'), { ...CACHED, destPath: 'y' }));
    expect([await read('x'), await read('y')]).to.deep.equal(['one', 'one']);
    server.publish('/x', 'two', '"2"');
    must(await place.fetch(server.uri('/x'), { ...CACHED, destPath: 'z' }));
    expect(await read('z')).to.equal('two');
    expect(statuses('/x')).to.deep.equal([undefined, '"1"', '"1"']);
    expect(await files()).to.have.length(1);
  });

  it('goes by the date where there is no entity tag', async () => {
    const date = 'Tue, 04 Feb 2020 02:02:02 GMT';
    server.on('/x', (request, response) => {
      if (request.headers['if-modified-since'] === date) response.writeHead(304).end();
      else response.writeHead(200, { 'last-modified': date }).end('dated');
    });
    must(await place.fetch(server.uri('/x'), CACHED));
    must(await place.fetch(server.uri('/x'), { ...CACHED, destPath: 'y' }));
    expect(await read('y')).to.equal('dated');
    expect(server.requests[1]?.headers['if-modified-since']).to.equal(date);
  });

  it('is not used without cache: true', async () => {
    server.publish('/x', 'one', '"1"');
    must(await place.fetch(server.uri('/x')));
    must(await place.fetch(server.uri('/x')));
    expect(statuses('/x')).to.deep.equal([undefined, undefined]);
    expect(await files()).to.deep.equal([]);
  });

  it('survives a restart, and sweeps what a crash left behind', async () => {
    server.publish('/x', 'one', '"1"');
    must(await place.fetch(server.uri('/x'), CACHED));
    const kept = await files();
    await writeFile(join(place.cacheDir, 'parts', 'half'), 'on');
    await writeFile(join(place.cacheDir, 'files', 'no-note'), 'one');
    await writeFile(join(place.cacheDir, 'notes', 'broken'), '{"name":"../../x","bytes":3');
    await place.reopen();
    expect(await files()).to.deep.equal(kept);
    expect(await readdir(join(place.cacheDir, 'parts'))).to.deep.equal([]);
    expect(await readdir(join(place.cacheDir, 'notes'))).to.have.length(1);
    must(await place.fetch(server.uri('/x'), CACHED));
    expect(statuses('/x')).to.deep.equal([undefined, '"1"']);
  });

  it('does not trust a copy that was cut off or taken away', async () => {
    server.publish('/x', 'one', '"1"');
    must(await place.fetch(server.uri('/x'), CACHED));
    const [name = ''] = await files();
    await writeFile(join(place.cacheDir, 'files', name), 'on');
    must(await place.fetch(server.uri('/x'), CACHED));
    for (const each of await files()) await rm(join(place.cacheDir, 'files', each));
    await place.reopen();
    must(await place.fetch(server.uri('/x'), CACHED));
    expect(await read('x')).to.equal('one');
    expect(statuses('/x')).to.deep.equal([undefined, undefined, undefined]);
  });

  it('stands in for a server that is away or fails, with a warning', async () => {
    server.publish('/x', 'one', '"1"');
    must(await place.fetch(server.uri('/x'), CACHED));
    server.on('/x', (_, response) => response.writeHead(502).end());
    must(await place.fetch(server.uri('/x'), { ...CACHED, destPath: 'y' }));
    const uri = server.uri('/x');
    await server.stop();
    must(await place.fetch(uri, { ...CACHED, destPath: 'z' }));
    expect([await read('y'), await read('z')]).to.deep.equal(['one', 'one']);
    expect(place.logged).to.have.length(2);
  });

  it('forgets a file that its server no longer has', async () => {
    server.publish('/x', 'one', '"1"');
    must(await place.fetch(server.uri('/x'), CACHED));
    server.on('/x', (_, response) => response.writeHead(404).end());
    const failure = failureOf(await place.fetch(server.uri('/x'), CACHED));
    expect(failure.message).to.contain('404');
    expect(await files()).to.deep.equal([]);
  });

  it('keeps the files of different credentials apart', async () => {
    server.on('/x', (request, response) => response.end(request.headers.authorization));
    must(await place.fetch(server.uri('/x', 'a:1@'), CACHED));
    must(await place.fetch(server.uri('/x', 'b:1@'), { ...CACHED, destPath: 'y' }));
    expect(await read('x')).to.not.equal(await read('y'));
    expect(await files()).to.have.length(2);
  });

  describe('shared by many at once', () => {
    let answer: () => void;

    beforeEach(() => {
      server.on('/x', (_, response) => {
        response.writeHead(200, { 'content-length': 3, etag: '"1"' });
        response.write('o');
        answer = () => response.end('ne');
      });
    });

    const begun = (): Promise<void> =>
      until(() => Promise.resolve(server.count('/x') === 1), 'the download is under way');

    it('downloads once', async () => {
      const folders = await Promise.all([1, 2, 3, 4].map((n) => place.newFolder(`s${n}`)));
      const fetching = folders.map((each) => place.fetchInto(each, server.uri('/x'), CACHED));
      await begun();
      answer();
      for (const each of await Promise.all(fetching)) must(each);
      for (const each of folders) {
        expect(await readFile(join(each, 'x'), 'utf8')).to.equal('one');
      }
      expect(server.count('/x')).to.equal(1);
    });

    it('goes on for the others when one gives up', async () => {
      const controller = new AbortController();
      const other = await place.newFolder('other');
      const first = place.fetchInto(other, server.uri('/x'), CACHED, controller.signal);
      const second = place.fetch(server.uri('/x'), CACHED);
      await begun();
      controller.abort();
      expect(failureOf(await first).kind).to.equal('cancelled');
      answer();
      must(await second);
      expect(await read('x')).to.equal('one');
      expect(server.count('/x')).to.equal(1);
    });

    it('begins anew after all have given up', async () => {
      const controller = new AbortController();
      const first = place.fetchInto(place.folder, server.uri('/x'), CACHED, controller.signal);
      await begun();
      controller.abort();
      server.publish('/x', 'two', '"2"');
      const second = place.fetch(server.uri('/x'), CACHED);
      expect(failureOf(await first).kind).to.equal('cancelled');
      must(await second);
      expect(await read('x')).to.equal('two');
      await until(
        async () => (await readdir(join(place.cacheDir, 'parts'))).length === 0,
        'nothing half done is left',
      );
    });
  });

  it('drops what was used least lately, also across a restart', async () => {
    const clock = new ManualClock(millis(Date.now()));
    const limits = { cacheBytesMax: 250 };
    await place.reopen(limits, clock);
    for (const name of ['a', 'b', 'c']) server.publish(`/${name}`, name.repeat(100), '"1"');
    const get = async (name: string): Promise<void> => {
      clock.advance(seconds(10));
      must(await place.fetch(server.uri(`/${name}`), CACHED));
    };
    await get('a');
    await get('b');
    await get('a');
    await place.reopen(limits, clock);
    await get('c');
    expect(await files()).to.have.length(2);
    await get('a');
    await get('b');
    expect(statuses('/a')).to.deep.equal([undefined, '"1"', '"1"']);
    expect(statuses('/b')).to.deep.equal([undefined, undefined]);
  });

  it('passes on, but does not keep, a file larger than all of it', async () => {
    await place.reopen({ cacheBytesMax: 50 });
    server.publish('/x', 'x'.repeat(100), '"1"');
    must(await place.fetch(server.uri('/x'), CACHED));
    expect(await read('x')).to.equal('x'.repeat(100));
    expect(await files()).to.deep.equal([]);
  });

  it('extracts from its copy, which does not get into the sandbox', async () => {
    server.publish('/x.tar', tarOf([{ path: 'in/side', content: 'one' }]), '"1"');
    must(await place.fetch(server.uri('/x.tar'), CACHED));
    expect(await place.found()).to.deep.equal(['in', 'in/side']);
  });
});
