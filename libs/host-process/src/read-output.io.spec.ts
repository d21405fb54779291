import { expect } from 'chai';
import { appendFile, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { millis } from '@ekiden/kernel';
import { until } from '@ekiden/host/contract';
import { OutputTimes, type SeenOutput } from './output-times.js';
import { readOutput, type ReadOutputOptions } from './read-output.js';
import { rotateFile } from './rotate-file.js';

describe('reading the output of a task', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ekiden-read-'));
    path = join(folder, 'stdout');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  function options(changes: Partial<ReadOutputOptions> = {}): ReadOutputOptions {
    const { signal } = new AbortController();
    const isOver = (): boolean => true;
    return { path, files: 3, tail: undefined, follow: false, signal, isOver, ...changes };
  }

  async function read(changes: Partial<ReadOutputOptions> = {}): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const part of readOutput(options(changes))) parts.push(part);
    return Buffer.concat(parts).toString('utf8');
  }

  it('begins with the oldest part', async () => {
    await writeFile(`${path}.2`, 'a\nb\n');
    await writeFile(`${path}.1`, 'c\nd');
    await writeFile(path, 'd\ne\n');
    expect(await read()).to.equal('a\nb\nc\ndd\ne\n');
  });

  const tails: readonly (readonly [lines: number, text: string])[] = [
    [0, ''],
    [1, 'e\n'],
    [2, 'dd\ne\n'],
    [3, 'c\ndd\ne\n'],
    [4, 'b\nc\ndd\ne\n'],
    [5, 'a\nb\nc\ndd\ne\n'],
    [50, 'a\nb\nc\ndd\ne\n'],
  ];
  for (const [lines, text] of tails) {
    it(`finds the last ${lines} lines over its parts`, async () => {
      await writeFile(`${path}.2`, 'a\nb\n');
      await writeFile(`${path}.1`, 'c\nd');
      await writeFile(path, 'd\ne\n');
      expect(await read({ tail: lines })).to.equal(text);
    });
  }

  it('counts a last line without an end', async () => {
    await writeFile(path, 'a\nb\nc');
    expect(await read({ tail: 2 })).to.equal('b\nc');
  });

  it('finds lines that lie far back', async () => {
    const lines = Array.from({ length: 50_000 }, (_, n) => `line ${n}\n`);
    await writeFile(path, lines.join(''));
    expect(await read({ tail: 30_000 })).to.equal(lines.slice(20_000).join(''));
  });

  it('is nothing when the task has written nothing', async () => {
    expect(await read()).to.equal('');
    expect(await read({ tail: 5 })).to.equal('');
  });

  it('goes on over a rotation while it is followed', async () => {
    let over = false;
    let heard = '';
    await writeFile(path, 'one\n');
    const reading = (async (): Promise<void> => {
      for await (const part of readOutput(options({ follow: true, isOver: () => over }))) {
        heard += Buffer.from(part).toString('utf8');
      }
    })();
    await until(() => Promise.resolve(heard === 'one\n'), 'the first line');
    await appendFile(path, 'two\n');
    await rotateFile(path, { maxBytes: 7, files: 3 });
    await appendFile(path, 'x\n');
    await until(() => Promise.resolve(heard.endsWith('x\n')), 'the line after the rotation');
    over = true;
    await reading;
    expect(heard).to.match(/^one\n(wo\n|o\n|two\n)?.*x\n$/s);
  });

  it('never follows a link to somewhere else', async () => {
    const secret = join(folder, 'secret');
    await writeFile(secret, 'root:x');
    await symlink(secret, path);
    expect(await read()).to.equal('');
    expect(await read({ tail: 3 })).to.equal('');
  });
});

describe('times of output', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ekiden-times-'));
    path = join(folder, 'stdout');
    await writeFile(`${path}.1`, 'c\nd\n');
    await writeFile(path, 'e\nf\ng');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** `a`, `b` are rotated away; `c` is behind four bytes, `e` begins the present file at eight. */
  const seen: readonly SeenOutput[] = [
    { at: millis(1_000), total: 4, base: 0 },
    { at: millis(2_000), total: 6, base: 0 },
    { at: millis(3_000), total: 8, base: 8 },
    { at: millis(4_000), total: 10, base: 8 },
  ];

  async function read(changes: Partial<ReadOutputOptions>): Promise<string> {
    const { signal } = new AbortController();
    const isOver = (): boolean => true;
    const fixed = { path, files: 2, tail: undefined, follow: false, signal, isOver, seen };
    const parts: Uint8Array[] = [];
    for await (const part of readOutput({ ...fixed, ...changes })) parts.push(part);
    return Buffer.concat(parts).toString('utf8');
  }

  const moments: readonly (readonly [since: number, text: string])[] = [
    [500, 'c\nd\ne\nf\ng'],
    [1_500, 'c\nd\ne\nf\ng'],
    [2_000, 'c\nd\ne\nf\ng'],
    [2_001, 'd\ne\nf\ng'],
    [3_500, 'e\nf\ng'],
    [4_500, 'f\ng'],
    [Date.now() + 1e9, ''],
  ];
  for (const [since, text] of moments) {
    it(`leave out what was written before ${since}`, async () => {
      expect(await read({ since: millis(since) })).to.equal(text);
    });
  }

  it('and a number of lines: the fewer lines win', async () => {
    expect(await read({ since: millis(3_500), tail: 1 })).to.equal('g');
    expect(await read({ since: millis(3_500), tail: 99 })).to.equal('e\nf\ng');
  });

  it('stand before each line: when it was seen, or for the last when the file was written', async () => {
    await utimes(path, 9, 9);
    const lines = (await read({ stamped: true })).split('\n');
    expect(lines).to.deep.equal([
      '1970-01-01T00:00:02.000Z c',
      '1970-01-01T00:00:03.000Z d',
      '1970-01-01T00:00:04.000Z e',
      '1970-01-01T00:00:09.000Z f',
      '1970-01-01T00:00:09.000Z g',
    ]);
  });

  it('without any, the file alone tells whether anything is new', async () => {
    expect(await read({ since: millis(5), seen: [] })).to.equal('c\nd\ne\nf\ng');
    await utimes(path, 9, 9);
    expect(await read({ since: millis(9_001), seen: [] })).to.equal('');
  });

  it('are remembered in a bounded record', async () => {
    const times = new OutputTimes(join(folder, 'times'));
    for (let at = 1; at <= 4_100; at += 1) {
      await times.note('stdout', { at: millis(at), total: at * 10, base: 0 });
    }
    const kept = await new OutputTimes(join(folder, 'times')).read('stdout');
    expect(kept.length).to.be.within(2_000, 4_001);
    expect([kept[0]?.total, kept.at(-1)?.total]).to.deep.equal([10, 41_000]);
    await times.remove();
    expect(await times.read('stdout')).to.deep.equal([]);
  });
});
