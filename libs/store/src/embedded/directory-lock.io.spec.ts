import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { DirectoryInUse, lockDirectory } from './directory-lock.js';
import { ownIdentity, type ProcessIdentity } from './process-identity.js';

describe('the lock on a data directory', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ekiden-lock-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  const refusal = (waitMs = 0) =>
    lockDirectory(directory, { waitMs }).then(
      () => undefined,
      (error: unknown) => error,
    );
  const leave = (claim: ProcessIdentity): Promise<void> =>
    writeFile(join(directory, `lock-${claim.pid}-left`), JSON.stringify(claim));

  it('refuses a second holder, names the process and says what to do', async () => {
    const lock = await lockDirectory(directory);
    const error = await refusal();
    expect(error).to.be.instanceOf(DirectoryInUse);
    expect(String(error)).to.contain(`process ${process.pid}`).and.to.contain('DATABASE_URL');
    await lock.release();
    await (await lockDirectory(directory)).release();
    expect(await readdir(directory)).to.deep.equal([]);
  });

  it('waits a little for a holder that is just leaving', async () => {
    const lock = await lockDirectory(directory);
    const second = lockDirectory(directory);
    await lock.release();
    await (await second).release();
  });

  it('replaces the claim of a process that is gone, also when its pid is in use again', async () => {
    const self = await ownIdentity();
    await leave({ ...self, pid: 2 ** 22 + 1 });
    await leave({ ...self, startTime: 'long ago' });
    const lock = await lockDirectory(directory, { waitMs: 0 });
    expect((await readdir(directory)).length).to.equal(1);
    await lock.release();
  });

  it('judges a process of another container by its heartbeat', async () => {
    const foreign = { ...(await ownIdentity()), namespace: 'pid:[1]', pid: 7 };
    await leave(foreign);
    expect(await refusal()).to.be.instanceOf(DirectoryInUse);
    await utimes(join(directory, 'lock-7-left'), 1_000, 1_000);
    const lock = await lockDirectory(directory, { waitMs: 0 });
    await lock.release();
  });

  it('ignores a damaged claim', async () => {
    await writeFile(join(directory, 'lock-1-damaged'), '');
    await (await lockDirectory(directory, { waitMs: 0 })).release();
  });

  it('has at most one holder when many come at once', async () => {
    const attempts = Array.from({ length: 8 }, () =>
      lockDirectory(directory, { waitMs: 300 }).catch(() => undefined),
    );
    const locks = (await Promise.all(attempts)).filter((lock) => lock !== undefined);
    expect(locks.length).to.be.at.most(1);
    await Promise.all(locks.map((lock) => lock.release()));
  });
});
