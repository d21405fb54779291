import { expect } from 'chai';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOnDisk } from './disk-use.js';

const KIB = 1_024;

describe('What a folder takes on its disk', () => {
  let folder: string;
  let empty: number;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ekiden-use-'));
    empty = (await bytesOnDisk(folder)) ?? -1;
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is what is written, also in folders below', async () => {
    expect(empty).to.be.within(0, 64 * KIB);
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    writeFileSync(join(folder, 'a', 'b', 'data'), Buffer.alloc(512 * KIB, 1));
    writeFileSync(join(folder, 'more'), Buffer.alloc(256 * KIB, 1));
    expect(await bytesOnDisk(folder)).to.be.within(768 * KIB, 768 * KIB + empty + 64 * KIB);
  });

  it('counts hard links once, symbolic ones as themselves, and of sparse files what there is', async () => {
    writeFileSync(join(folder, 'data'), Buffer.alloc(512 * KIB, 1));
    const before = (await bytesOnDisk(folder)) ?? 0;
    linkSync(join(folder, 'data'), join(folder, 'again'));
    symlinkSync('/usr', join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'sparse'), '');
    truncateSync(join(folder, 'sparse'), 1_024 * 1_024 * KIB);
    expect((await bytesOnDisk(folder)) ?? 0).to.be.within(before, before + 64 * KIB);
  });

  it('is unknown where there is no folder', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await bytesOnDisk(join(folder, 'nothing'))).to.equal(undefined);
    expect(await bytesOnDisk(join(folder, 'file'))).to.equal(undefined);
  });

  it('is measured up to a bound', async () => {
    for (let n = 0; n < 8; n += 1) {
      writeFileSync(join(folder, String(n)), Buffer.alloc(64 * KIB, 1));
    }
    const all = (await bytesOnDisk(folder)) ?? 0;
    expect(await bytesOnDisk(folder, 4)).to.be.within(1, all - 4 * 64 * KIB);
  });
});
