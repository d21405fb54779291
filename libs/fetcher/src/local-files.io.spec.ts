import { mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { FetchItem } from '@ekiden/host';
import { failureOf, must } from '@ekiden/host/contract';
import { FetchPlace } from '../testing/fetch-place.js';

describe('fetching local files', () => {
  let place: FetchPlace;

  beforeEach(async () => {
    place = await FetchPlace.make();
    const { fetchRoot, root } = place;
    await mkdir(join(fetchRoot, 'scripts'));
    await writeFile(join(fetchRoot, 'scripts', 'run.sh'), 'hello', { mode: 0o644 });
    await writeFile(join(fetchRoot, 'a b.tar.gz'), 'packed');
    await writeFile(join(root, 'outside'), 'secret');
  });

  afterEach(async () => {
    await place.dispose();
  });

  const script = (): string => join(place.fetchRoot, 'scripts/run.sh');
  const good: readonly (readonly [string, () => string, Partial<FetchItem>, string])[] = [
    ['a relative uri', () => 'scripts/run.sh', {}, 'run.sh'],
    ['a relative uri with dots inside', () => './scripts/../scripts/run.sh', {}, 'run.sh'],
    ['an absolute path', script, {}, 'run.sh'],
    ['a file uri', () => pathToFileURL(script()).href, {}, 'run.sh'],
    ['a destination', () => 'scripts/run.sh', { destPath: 'bin/deep/go' }, 'bin/deep/go'],
    ['an archive not to be extracted', () => 'a b.tar.gz', { extract: false }, 'a b.tar.gz'],
    ['a program, whatever it is called', () => 'a b.tar.gz', { executable: true }, 'a b.tar.gz'],
    ['a file to be cached', () => 'scripts/run.sh', { cache: true }, 'run.sh'],
  ];
  for (const [name, uri, changes, target] of good) {
    it(`takes ${name}`, async () => {
      must(await place.fetch(uri(), changes));
      const content = await readFile(join(place.folder, target), 'utf8');
      expect(content).to.be.oneOf(['hello', 'packed']);
      const staged = (await place.found()).filter((path) => path.startsWith('.'));
      expect(staged).to.deep.equal([]);
    });
  }

  it('makes a file executable when asked to', async () => {
    must(await place.fetch('scripts/run.sh', { executable: true }));
    must(await place.fetch('scripts/run.sh', { destPath: 'plain' }));
    expect((await stat(join(place.folder, 'run.sh'))).mode & 0o777).to.equal(0o755);
    expect((await stat(join(place.folder, 'plain'))).mode & 0o111).to.equal(0);
  });

  it('lets a later item replace the file of an earlier one', async () => {
    must(await place.fetch('a b.tar.gz', { extract: false, destPath: 'x' }));
    must(await place.fetch('scripts/run.sh', { destPath: 'x' }));
    expect(await readFile(join(place.folder, 'x'), 'utf8')).to.equal('hello');
  });

  const bad: readonly (readonly [string, string, Partial<FetchItem>, string])[] = [
    ['a missing file', 'nowhere', {}, 'ENOENT'],
    ['a folder', 'scripts', {}, 'not a regular file'],
    ['a way out of the fetch root', '../outside', {}, 'outside the fetch root'],
    ['a hidden way out', 'scripts/../../outside', {}, 'outside the fetch root'],
    ['ftp', 'ftp://127.0.0.1/x', {}, 'over ftp is not supported'],
    ['s3', 's3://bucket/x', {}, 'over s3 is not supported'],
    ['hdfs', 'HDFS://host/x', {}, 'over hdfs is not supported'],
    ['what is no archive', 'a b.tar.gz', {}, 'cannot be extracted'],
    ['a way out of the sandbox', 'scripts/run.sh', { destPath: '../x' }, 'outside the sandbox'],
    ['a hidden way', 'scripts/run.sh', { destPath: 'a/../../x' }, 'outside the sandbox'],
    ['the sandbox itself', 'scripts/run.sh', { destPath: '.' }, 'outside the sandbox'],
    ['an absolute destination', 'scripts/run.sh', { destPath: '/tmp/x' }, 'must be relative'],
    ['the output of the task', 'scripts/run.sh', { destPath: './stdout' }, 'output'],
    ['rotated output of the task', 'scripts/run.sh', { destPath: 'stderr.1' }, 'output'],
    ['a remote file uri', 'file://elsewhere/x', {}, 'host'],
    ['a NUL', 'a\0b', {}, 'NUL'],
  ];
  for (const [name, uri, changes, why] of bad) {
    it(`refuses ${name}, names it, and leaves nothing`, async () => {
      const failure = failureOf(await place.fetch(uri, changes));
      expect(failure.kind).to.equal('fetchFailed');
      expect(failure.message).to.contain('Cannot fetch ').and.to.contain(why);
      expect(failure.message.toLowerCase()).to.contain(uri.toLowerCase());
      expect(await place.found()).to.deep.equal([]);
    });
  }

  it('never writes through a link, nor over a folder', async () => {
    await symlink('..', join(place.folder, 'up'));
    await mkdir(join(place.folder, 'dir'));
    const through = failureOf(await place.fetch('scripts/run.sh', { destPath: 'up/x' }));
    expect(through.message).to.contain('up is in the way');
    const over = failureOf(await place.fetch('scripts/run.sh', { destPath: 'dir' }));
    expect(over.message).to.contain('the folder dir is in the way');
    must(await place.fetch('scripts/run.sh', { destPath: 'up' }));
    expect(await readFile(join(place.folder, 'up'), 'utf8')).to.equal('hello');
    expect(await readdir(place.root)).to.have.members(['cache', 'outside', 'root', 'sandbox']);
  });

  it('sweeps what an earlier life was at when it ended', async () => {
    await mkdir(join(place.folder, '.fetching-abc'));
    await writeFile(join(place.folder, '.fetching-abc', 'file'), 'half');
    must(await place.fetch('scripts/run.sh'));
    expect(await place.found()).to.deep.equal(['run.sh']);
  });
});
