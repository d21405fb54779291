import { millis, type Millis } from '@ekiden/kernel';
import type { Database } from '@ekiden/store';
import { ROOT_ID, type AppDefinition, type PathId } from '../../core/app/index.js';
import type { Group, RootSnapshot } from '../../core/group/index.js';

/** Versions listed at most. */
const VERSIONS_MAX = 1_000;

/** Root versions in which the group existed, newest first. The root always did. */
export async function readRootVersions(
  database: Database,
  group: PathId,
): Promise<readonly Millis[]> {
  const rows = await database.query<{ version: string }>(
    `SELECT r.version FROM root_versions r
      WHERE $1 = '/' OR (
        SELECT g.data IS NOT NULL FROM group_versions g
         WHERE g.group_id = $1 AND g.version <= r.version
         ORDER BY g.version DESC LIMIT 1)
      ORDER BY r.version DESC LIMIT $2`,
    [group, VERSIONS_MAX],
  );
  return rows.map(({ version }) => millis(Number(version)));
}

/**
 * The group and everything below it as of a version of the root: of each node the newest row that
 * is not younger, unless that says it was removed. Undefined if there is no such root version or
 * the group was not part of it.
 */
export async function readRootAt(
  database: Database,
  group: PathId,
  version: Millis,
): Promise<RootSnapshot | undefined> {
  const known = await database.query('SELECT 1 FROM root_versions WHERE version = $1', [version]);
  if (known.length === 0) return undefined;
  const below = group === ROOT_ID ? ROOT_ID : `${group}/`;
  const groups = await database.query<{ data: Group | null }>(
    `SELECT DISTINCT ON (group_id) data FROM group_versions
      WHERE version <= $1 AND (group_id = $2 OR starts_with(group_id, $3))
      ORDER BY group_id, version DESC`,
    [version, group, below],
  );
  const apps = await database.query<{ data: AppDefinition | null }>(
    `SELECT DISTINCT ON (app_id) data FROM app_versions
      WHERE version <= $1 AND starts_with(app_id, $2)
      ORDER BY app_id, version DESC`,
    [version, below],
  );
  const snapshot: RootSnapshot = { groups: present(groups), apps: present(apps) };
  const existed = group === ROOT_ID || snapshot.groups.some(({ id }) => id === group);
  return existed ? snapshot : undefined;
}

function present<T>(rows: readonly { readonly data: T | null }[]): T[] {
  return rows.flatMap(({ data }) => (data === null ? [] : [data]));
}
