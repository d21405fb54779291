import { expect } from 'chai';
import { appendFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@ekiden/host/contract';
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
