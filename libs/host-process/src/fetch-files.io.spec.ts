import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { FetchItem } from '@ekiden/host';
import { fetchFile } from './fetch-files.js';

describe('fetching files', () => {
  let root: string;
  let sandbox: string;
  let fetchRoot: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'ekiden fetch-'));
    sandbox = join(root, 'sandbox');
    fetchRoot = join(root, 'root');
    await mkdir(sandbox);
    await mkdir(join(fetchRoot, 'scripts'), { recursive: true });
    await writeFile(join(fetchRoot, 'scripts', 'run.sh'), 'hello', { mode: 0o644 });
    await writeFile(join(fetchRoot, 'a b.tar.gz'), 'packed');
    await writeFile(join(root, 'outside'), 'secret');
  });

  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  function fetchOne(uri: string, changes: Partial<FetchItem> = {}): ReturnType<typeof fetchFile> {
    const item = { uri, extract: true, executable: false, cache: false, ...changes };
    return fetchFile(item, { sandbox, fetchRoot });
  }

  const good: readonly (readonly [string, () => string, Partial<FetchItem>, string])[] = [
    ['a relative uri', () => 'scripts/run.sh', {}, 'run.sh'],
    ['a relative uri with dots inside', () => './scripts/../scripts/run.sh', {}, 'run.sh'],
    ['an absolute path', () => join(fetchRoot, 'scripts/run.sh'), {}, 'run.sh'],
    ['a file uri', () => pathToFileURL(join(fetchRoot, 'scripts/run.sh')).href, {}, 'run.sh'],
    ['a destination', () => 'scripts/run.sh', { destPath: 'bin/deep/go' }, 'bin/deep/go'],
    ['an archive not to be extracted', () => 'a b.tar.gz', { extract: false }, 'a b.tar.gz'],
  ];
  for (const [name, uri, changes, target] of good) {
    it(`takes ${name}`, async () => {
      expect(await fetchOne(uri(), changes)).to.deep.equal({ ok: true, value: undefined });
      expect(await readFile(join(sandbox, target), 'utf8')).to.be.oneOf(['hello', 'packed']);
    });
  }

  it('makes a file executable when asked to', async () => {
    await fetchOne('scripts/run.sh', { executable: true });
    await fetchOne('scripts/run.sh', { destPath: 'plain' });
    expect((await stat(join(sandbox, 'run.sh'))).mode & 0o777).to.equal(0o755);
    expect((await stat(join(sandbox, 'plain'))).mode & 0o111).to.equal(0);
  });

  const bad: readonly (readonly [string, string, Partial<FetchItem>, string])[] = [
    ['a missing file', 'nowhere', {}, 'ENOENT'],
    ['a folder', 'scripts', {}, 'not a regular file'],
    ['a way out of the fetch root', '../outside', {}, 'outside the fetch root'],
    ['a hidden way out', 'scripts/../../outside', {}, 'outside the fetch root'],
    ['http', 'http://127.0.0.1/x', {}, 'over http is not supported yet'],
    ['https', 'HTTPS://127.0.0.1/x', {}, 'over https is not supported yet'],
    ['an archive to extract', 'a b.tar.gz', {}, 'archives cannot be extracted yet'],
    ['a way out of the sandbox', 'scripts/run.sh', { destPath: '../x' }, 'outside the sandbox'],
    ['the sandbox itself', 'scripts/run.sh', { destPath: '.' }, 'outside the sandbox'],
    ['an absolute destination', 'scripts/run.sh', { destPath: '/tmp/x' }, 'must be relative'],
    ['the output of the task', 'scripts/run.sh', { destPath: './stdout' }, 'output'],
    ['a remote file uri', 'file://elsewhere/x', {}, 'host'],
    ['a NUL', 'a\0b', {}, 'NUL'],
  ];
  for (const [name, uri, changes, why] of bad) {
    it(`refuses ${name} and names the uri`, async () => {
      const result = await fetchOne(uri, changes);
      if (result.ok) throw new Error('expected a refusal');
      expect(result.error).to.include({ kind: 'fetchFailed', uri });
      expect(result.error.message).to.contain(`Cannot fetch ${uri}`).and.to.contain(why);
    });
  }
});
