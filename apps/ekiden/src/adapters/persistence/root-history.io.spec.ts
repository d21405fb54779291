import { expect } from 'chai';
import { millis, type Millis } from '@ekiden/kernel';
import { openDatabase, type Database } from '@ekiden/store';
import { testDatabases, type TestDatabase } from '../../../../../libs/store/testing/index.js';
import { migrations } from '../../../../../migrations/index.js';
import type { PathId } from '../../core/app/index.js';
import { readRootAt, readRootVersions } from './root-history.js';

describe('the history of the root', () => {
  let stored: TestDatabase;
  let database: Database;

  before(async function () {
    this.timeout(60_000);
    stored = await testDatabases.create();
    database = await openDatabase({ at: { url: stored.url }, entities: [], migrations });
    for (const version of [1, 2, 3, 4]) {
      await database.query('INSERT INTO root_versions (version, turn) VALUES ($1, 1)', [version]);
    }
    // 1: /g with a and /g/x with b; 2: a changes; 3: /g/x goes; 4: /g goes, /gg comes
    await write('group', '/g', 1, { id: '/g' });
    await write('group', '/g/x', 1, { id: '/g/x' });
    await write('app', '/g/a', 1, { id: '/g/a', cmd: 'one' });
    await write('app', '/g/x/b', 1, { id: '/g/x/b' });
    await write('app', '/g/a', 2, { id: '/g/a', cmd: 'two' });
    await write('group', '/g/x', 3, null);
    await write('app', '/g/x/b', 3, null);
    await write('group', '/g', 4, null);
    await write('app', '/g/a', 4, null);
    await write('group', '/gg', 4, { id: '/gg' });
    await write('app', '/gg/c', 4, { id: '/gg/c' });
  });

  after(async () => {
    await database.close();
    await stored.drop();
  });

  async function write(kind: 'app' | 'group', id: string, version: number, data: object | null) {
    await database.query(
      `INSERT INTO ${kind}_versions (${kind}_id, version, data, turn) VALUES ($1, $2, $3, 1)`,
      [id, version, data === null ? null : JSON.stringify(data)],
    );
  }

  async function at(group: string, version: number): Promise<string[] | undefined> {
    const snapshot = await readRootAt(database, group as PathId, millis(version));
    const ids = snapshot && [...snapshot.groups, ...snapshot.apps].map(({ id }) => id as string);
    return ids?.sort();
  }

  for (const [group, version, ids] of [
    ['/', 1, ['/g', '/g/a', '/g/x', '/g/x/b']],
    ['/', 3, ['/g', '/g/a']],
    ['/', 4, ['/gg', '/gg/c']],
    ['/g', 2, ['/g', '/g/a', '/g/x', '/g/x/b']],
    ['/g/x', 2, ['/g/x', '/g/x/b']],
    ['/g/x', 3, undefined],
    ['/g', 4, undefined],
    ['/gg', 3, undefined],
    ['/none', 1, undefined],
    ['/', 5, undefined],
  ] as const) {
    it(`has ${ids?.join(' ') ?? 'nothing'} of ${group} in version ${version}`, async () => {
      expect(await at(group, version)).to.deep.equal(ids);
    });
  }

  it('has each node as it was', async () => {
    const commands = await Promise.all(
      [1, 2, 3].map(async (version) => {
        const snapshot = await readRootAt(database, '/g' as PathId, millis(version));
        return snapshot?.apps.find(({ id }) => id === '/g/a')?.cmd;
      }),
    );
    expect(commands).to.deep.equal(['one', 'two', 'two']);
  });

  for (const [group, versions] of [
    ['/', [4, 3, 2, 1]],
    ['/g', [3, 2, 1]],
    ['/g/x', [2, 1]],
    ['/gg', [4]],
    ['/none', []],
  ] satisfies [string, number[]][]) {
    it(`lists the versions that have ${group}`, async () => {
      const found: readonly Millis[] = await readRootVersions(database, group as PathId);
      expect(found).to.deep.equal(versions);
    });
  }
});
