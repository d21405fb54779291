import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import { openDatabase, type Database } from '@ekiden/store';
import { testDatabases, type TestDatabase } from '../../../../../libs/store/testing/index.js';
import { migrations } from '../../../../../migrations/index.js';
import { ROOT_ID } from '../../core/app/index.js';
import { readRootAt, readRootVersions } from './root-history.js';
import { VersionPruner } from './version-pruner.js';

type Row = readonly [kind: 'app' | 'group', id: string, version: number, present?: 'removed'];

describe('pruning the history of definitions', () => {
  let stored: TestDatabase;
  let database: Database;
  let pruner: VersionPruner;

  beforeEach(async () => {
    stored = await testDatabases.create();
    database = await openDatabase({ at: { url: stored.url }, entities: [], migrations });
    pruner = new VersionPruner(database);
  });

  afterEach(async () => {
    await database.close();
    await stored.drop();
  });

  async function write(rows: readonly Row[]): Promise<void> {
    for (const [kind, id, version, removed] of rows) {
      const data = removed === undefined ? JSON.stringify({ id, version }) : null;
      await database.query(
        'INSERT INTO root_versions (version, turn) VALUES ($1, 1) ON CONFLICT DO NOTHING',
        [version],
      );
      await database.query(
        `INSERT INTO ${kind}_versions (${kind}_id, version, data, turn) VALUES ($1, $2, $3, 1)`,
        [id, version, data],
      );
    }
  }

  async function prune(versions: number, roots: number): Promise<number> {
    let total = 0;
    for (;;) {
      const { removed, more } = await pruner.step({ versions, roots });
      total += removed;
      if (!more) return total;
    }
  }

  async function left(kind: 'app' | 'group', id: string): Promise<number[]> {
    const rows = await database.query<{ version: string }>(
      `SELECT version FROM ${kind}_versions WHERE ${kind}_id = $1 ORDER BY version`,
      [id],
    );
    return rows.map(({ version }) => Number(version));
  }

  const changes = (id: string, from: number, to: number): Row[] =>
    Array.from({ length: to - from + 1 }, (_, i) => ['app', id, from + i]);

  it('LIM-06: keeps the newest versions of an app beyond those of the root', async () => {
    await write([...changes('/a', 1, 9), ...changes('/b', 10, 12)]);
    await prune(4, 2);
    expect(await left('app', '/a')).to.deep.equal([6, 7, 8, 9]);
    expect(await readRootVersions(database, ROOT_ID)).to.deep.equal([12, 11]);
  });

  it('keeps what a kept version of the root was made of', async () => {
    await write([['group', '/g', 1], ...changes('/g/a', 2, 3), ...changes('/g/b', 4, 9)]);
    const before = await readRootAt(database, ROOT_ID, millis(5));
    await prune(1, 5);
    expect(await left('app', '/g/a')).to.deep.equal([3]);
    expect(await left('app', '/g/b')).to.deep.equal([5, 6, 7, 8, 9]);
    expect(await readRootAt(database, ROOT_ID, millis(5))).to.deep.equal(before);
    expect(await readRootAt(database, ROOT_ID, millis(4))).to.equal(undefined);
  });

  it('LIM-06: keeps what an instance was started from', async () => {
    await write(changes('/a', 1, 9));
    await database.query(
      `INSERT INTO instances (id, app_id, goal, condition, data, turn)
       VALUES ('i', '/a', 'Running', 'Running', '{"appVersion": 3}', 1)`,
    );
    await prune(2, 2);
    expect(await left('app', '/a')).to.deep.equal([3, 8, 9]);
  });

  it('forgets a removed app with the last version of the root that it was in', async () => {
    await write([...changes('/a', 1, 3), ['app', '/a', 4, 'removed'], ...changes('/b', 5, 6)]);
    await prune(50, 4);
    expect(await left('app', '/a')).to.deep.equal([3, 4]);
    await write(changes('/b', 7, 7));
    await prune(50, 4);
    expect(await left('app', '/a')).to.deep.equal([]);
  });

  it('never brings a removed app back', async () => {
    await write([...changes('/a', 1, 1), ['app', '/a', 2, 'removed'], ...changes('/b', 3, 6)]);
    await database.query(
      `INSERT INTO instances (id, app_id, goal, condition, data, turn)
       VALUES ('i', '/a', 'Stopped', 'Running', '{"appVersion": 1}', 1)`,
    );
    await prune(1, 1);
    expect(await left('app', '/a')).to.deep.equal([1, 2]);
    const root = await readRootAt(database, ROOT_ID, millis(6));
    expect(root?.apps.map(({ id }) => id)).to.deep.equal(['/b']);
  });

  it('counts only what an app was since it came anew', async () => {
    await write([...changes('/a', 1, 3), ['app', '/a', 4, 'removed'], ...changes('/a', 5, 6)]);
    await prune(50, 1);
    expect(await left('app', '/a')).to.deep.equal([5, 6]);
  });

  it('drops versions of groups that no kept version of the root has', async () => {
    await write([
      ['group', '/g', 1],
      ['group', '/g', 3],
      ['group', '/h', 2],
      ['group', '/h', 4, 'removed'],
      ...changes('/a', 5, 6),
    ]);
    await prune(50, 2);
    expect([await left('group', '/g'), await left('group', '/h')]).to.deep.equal([[3], []]);
  });

  it('goes on in bounded steps, and has nothing to do until the root changes', async () => {
    await write([...changes('/a', 1, 3)]);
    await database.query(
      `INSERT INTO app_versions (app_id, version, data, turn)
       SELECT '/n' || n, v, '{}', 1 FROM generate_series(1, 450) n, generate_series(1, 3) v`,
    );
    const steps: number[] = [];
    for (;;) {
      const { removed, more } = await pruner.step({ versions: 1, roots: 1 });
      steps.push(removed);
      if (!more) break;
    }
    const first = [2, 400, 400, 102, 0, 0];
    expect(steps.slice(0, first.length)).to.deep.equal(first);
    expect(steps.slice(first.length).every((removed) => removed === 0)).to.equal(true);
    expect(await pruner.step({ versions: 1, roots: 1 })).to.deep.equal({ removed: 0, more: false });
    await write(changes('/a', 4, 4));
    expect(await prune(1, 1)).to.equal(2);
  });
});
