import { chmod, lstat, mkdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { failureOf, must } from '@ekiden/host/contract';
import { tarOf, zipOf, type TestEntry } from '../testing/archives.js';
import { FetchPlace } from '../testing/fetch-place.js';

const GOOD: readonly TestEntry[] = [
  { path: './bin/', type: 'Directory' },
  { path: './bin/run', content: '#!/bin/sh\n', mode: 0o6775 },
  { path: 'lib/deep/data', content: 'data', mode: 0o444 },
  { path: 'lib/here', type: 'SymbolicLink', linkpath: '../bin/./run' },
  { path: 'dangling', type: 'SymbolicLink', linkpath: 'no/where' },
];

const FORMATS = {
  tar: { name: 'x.tar', pack: tarOf },
  'tar.gz': { name: 'x.tar.gz', pack: (entries: readonly TestEntry[]) => gzipSync(tarOf(entries)) },
  zip: { name: 'x.zip', pack: zipOf },
} as const;

describe('extracting archives', () => {
  let place: FetchPlace;

  beforeEach(async () => {
    place = await FetchPlace.make({ extractedBytesMax: 100_000, entriesMax: 50 });
  });

  afterEach(async () => {
    await place.dispose();
  });

  async function unpack(name: string, content: Buffer | string): ReturnType<FetchPlace['fetch']> {
    await writeFile(join(place.fetchRoot, name), content);
    return place.fetch(name);
  }

  const read = (path: string): Promise<string> => readFile(join(place.folder, path), 'utf8');

  for (const [format, { name, pack }] of Object.entries(FORMATS)) {
    describe(`of the kind ${format}`, () => {
      it('puts files, folders, links and modes in place, and keeps the archive', async () => {
        must(await unpack(name, pack(GOOD)));
        expect(await place.found()).to.deep.equal([
          ...['bin', 'bin/run', 'dangling', 'lib', 'lib/deep', 'lib/deep/data'],
          'lib/here',
          name,
        ]);
        expect(await read('lib/here')).to.equal('#!/bin/sh\n');
        expect(await readlink(join(place.folder, 'lib/here'))).to.equal('../bin/./run');
        expect((await stat(join(place.folder, 'bin/run'))).mode & 0o7777).to.equal(0o755);
        expect((await stat(join(place.folder, 'lib/deep/data'))).mode & 0o777).to.equal(0o644);
      });

      const hostile: readonly (readonly [string, readonly TestEntry[], string])[] = [
        ['a way up', [{ path: '../evil', content: 'x' }], '../evil'],
        ['a hidden way up', [{ path: 'a/../../evil', content: 'x' }], 'a/../../evil'],
        ['an absolute path', [{ path: '/tmp/evil', content: 'x' }], '/tmp/evil'],
        ['an absolute link', [link('l', '/etc/passwd')], 'leads out of the sandbox'],
        ['a link up', [link('a/l', '../../outside')], 'leads out of the sandbox'],
        ['a link up by a detour', [link('l', 'a/../../outside')], 'leads out of the sandbox'],
        [
          'links that lead out only together',
          [link('a/b/c/s', '../../..'), link('l', 'a/b/c/s/../outside')],
          'leads out of the sandbox',
        ],
        [
          'a file under a link',
          [link('l', '.'), { path: 'l/evil', content: 'x' }],
          'twice, once as a link',
        ],
        [
          'a link under a link',
          [{ path: 'd/f' }, link('s', 'd'), link('s/deep/l', '../../outside')],
          's is in the way',
        ],
        ['the output of the task', [{ path: 'stdout', content: 'x' }], 'kept for the task'],
        ['a file that is also a folder', [{ path: 'a' }, { path: 'a/b' }], 'a is in the way'],
        ['too many entries', many(51), 'more than 50 entries'],
        ['too much', [{ path: 'big', content: Buffer.alloc(100_001) }], 'more than 100001 bytes'],
      ];
      for (const [what, entries, why] of hostile) {
        it(`refuses one with ${what}, and leaves nothing`, async () => {
          const failure = failureOf(await unpack(name, pack(entries)));
          expect(failure.kind).to.equal('fetchFailed');
          expect(failure.message).to.contain(`Cannot fetch ${name}: `);
          if (!what.includes('way up') && what !== 'an absolute path' && what !== 'too much') {
            expect(failure.message).to.contain(why);
          }
          expect(await place.found()).to.deep.equal([]);
          expect((await place.found(place.root)).join(' ')).to.not.match(/evil|outside/);
        });
      }

      it('refuses one that is cut off, or none at all', async () => {
        const whole = pack([{ path: 'a', content: Buffer.alloc(5000, 'x') }]);
        const half = whole.subarray(0, Math.floor(whole.length / 2));
        for (const content of [half, Buffer.from('<html>not found</html>'), Buffer.alloc(0)]) {
          const failure = failureOf(await unpack(name, content));
          expect(failure.message).to.contain('cannot be extracted');
          expect(await place.found()).to.deep.equal([]);
        }
      });
    });
  }

  describe('of tar files alone', () => {
    it('knows hard links, to files of the archive only', async () => {
      const first = { path: 'a/f', content: 'data' };
      must(await unpack('x.tar', tarOf([first, hard('g', 'a/f')])));
      expect(await read('g')).to.equal('data');
      const symlink = link('a/b/l', '../../x.tar');
      for (const entries of [
        [hard('g', '/etc/passwd')],
        [hard('g', '../outside')],
        [hard('g', 'nowhere')],
        [symlink, hard('g', 'a/b/l')],
        [link('s', 'a'), first, hard('g', 's/f')],
      ]) {
        expect(failureOf(await unpack('y.tar', tarOf(entries))).kind).to.equal('fetchFailed');
      }
    });

    for (const type of ['CharacterDevice', 'FIFO'] as const) {
      it(`refuses a ${type}`, async () => {
        const failure = failureOf(await unpack('x.tar', tarOf([{ path: 'dev', type }])));
        expect(failure.message).to.contain('neither a file nor a folder nor a link');
      });
    }

    it('goes by the content where the name tells another compression', async () => {
      must(await unpack('x.tgz', tarOf([{ path: 'plain', content: 'x' }])));
      must(await unpack('y.tar', gzipSync(tarOf([{ path: 'packed', content: 'x' }]))));
      expect(await place.found()).to.deep.equal(['packed', 'plain', 'x.tgz', 'y.tar']);
    });

    it('bounds what a small file unpacks to', async () => {
      const bomb = gzipSync(tarOf([{ path: 'zeros', content: Buffer.alloc(2_000_000) }]));
      expect(bomb.length).to.be.lessThan(10_000);
      const failure = failureOf(await unpack('x.tgz', bomb));
      expect(failure.message).to.contain('the bound for an archive');
      const padding = gzipSync(Buffer.concat([tarOf([]), Buffer.alloc(5_000_000)]));
      expect(failureOf(await unpack('y.tgz', padding)).kind).to.equal('fetchFailed');
      expect(await place.found()).to.deep.equal([]);
    });

    it('keeps the times of files', async () => {
      must(await unpack('x.tar', tarOf([{ path: 'a' }])));
      const { mtime } = await stat(join(place.folder, 'a'));
      expect(mtime.toISOString()).to.equal('2020-02-02T02:02:02.000Z');
    });
  });

  describe('that are single files', () => {
    it('unpacks them beside the archive', async () => {
      must(await unpack('notes.txt.gz', gzipSync('hello')));
      expect(await read('notes.txt')).to.equal('hello');
      expect(await place.found()).to.deep.equal(['notes.txt', 'notes.txt.gz']);
    });

    it('bounds them, and refuses what is none', async () => {
      const bomb = gzipSync(Buffer.alloc(1_000_000));
      expect(failureOf(await unpack('x.gz', bomb)).message).to.contain('the bound for an archive');
      expect(failureOf(await unpack('y.gz', 'plain')).message).to.contain('cannot be extracted');
      expect(failureOf(await unpack('stdout.gz', gzipSync('x'))).message).to.contain('output');
      expect(await place.found()).to.deep.equal([]);
    });
  });

  describe('that need a program of the machine', () => {
    const path = process.env['PATH'];
    let tools: string;

    beforeEach(async () => {
      tools = join(place.root, 'tools');
      await mkdir(tools);
    });

    afterEach(() => {
      process.env['PATH'] = path;
    });

    async function provide(tool: string, script: string): Promise<void> {
      await writeFile(join(tools, tool), `#!/bin/sh\n${script}\n`);
      await chmod(join(tools, tool), 0o755);
    }

    const packed = (magic: string): Buffer =>
      Buffer.concat([Buffer.from(magic, 'latin1'), tarOf([{ path: 'inside', content: 'x' }])]);

    for (const [name, tool, magic] of [
      ['x.tar.bz2', 'bzip2', 'BZh9'],
      ['x.tbz2', 'bzip2', 'BZh9'],
      ['x.tar.xz', 'xz', '\xfd7zXZ\0'],
      ['x.txz', 'xz', '\xfd7zXZ\0'],
    ] as const) {
      it(`takes ${name} through ${tool}`, async () => {
        await provide(tool, `test "$*" = -dc && exec tail -c +${magic.length + 1}`);
        process.env['PATH'] = `${tools}:${path ?? ''}`;
        must(await unpack(name, packed(magic)));
        expect(await place.found()).to.deep.equal(['inside', name]);
      });
    }

    it('names the one that is missing', async () => {
      process.env['PATH'] = tools;
      const failure = failureOf(await unpack('x.tar.xz', packed('\xfd7zXZ\0')));
      expect(failure.message).to.contain('needs the program xz, which this machine lacks');
      expect(await place.found()).to.deep.equal([]);
    });

    it('passes on what the program complains about', async () => {
      await provide('bzip2', 'echo "data is damaged" >&2; exit 2');
      process.env['PATH'] = `${tools}:${path ?? ''}`;
      const failure = failureOf(await unpack('x.tbz2', packed('BZh9')));
      expect(failure.message).to.contain('bzip2 fails on it: data is damaged');
    });

    it('bounds what it gives', async () => {
      await provide('xz', 'exec yes');
      process.env['PATH'] = `${tools}:${path ?? ''}`;
      const failure = failureOf(await unpack('x.txz', packed('\xfd7zXZ\0')));
      expect(failure.kind).to.equal('fetchFailed');
    });
  });

  it('merges folders, and leaves all as it was when something is in the way', async () => {
    must(await unpack('one.tar', tarOf([{ path: 'a/one', content: '1' }])));
    must(await unpack('two.tar', tarOf([{ path: 'a/one', content: '2' }, { path: 'a/two' }])));
    expect(await read('a/one')).to.equal('2');
    const clash = tarOf([{ path: 'a/new' }, { path: 'a/one/deep' }]);
    expect(failureOf(await unpack('three.tar', clash)).message).to.contain('a/one is in the way');
    expect(await place.found()).to.deep.equal(['a', 'a/one', 'a/two', 'one.tar', 'two.tar']);
    must(await unpack('four.tar', tarOf([link('l', 'a')])));
    expect(failureOf(await unpack('five.tar', tarOf([{ path: 'l/x' }]))).message).to.contain(
      'l is',
    );
    expect((await lstat(join(place.folder, 'l'))).isSymbolicLink()).to.equal(true);
    await rm(join(place.folder, 'l'));
  });
});

function link(path: string, linkpath: string): TestEntry {
  return { path, type: 'SymbolicLink', linkpath };
}

function hard(path: string, linkpath: string): TestEntry {
  return { path, type: 'Link', linkpath };
}

function many(count: number): readonly TestEntry[] {
  return Array.from({ length: count }, (_, index) => ({ path: `f${index}` }));
}
