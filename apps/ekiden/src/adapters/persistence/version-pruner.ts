import { assert } from '@ekiden/kernel';
import type { Database } from '@ekiden/store';
import type { VersionsKept } from '../../ports/index.js';

export interface PruneStep {
  readonly removed: number;
  /** The round is not over. */
  readonly more: boolean;
}

/** Root versions removed, and nodes of the tree looked at, per step. */
const ROOTS_PER_STEP = 1_000;
const NODES_PER_STEP = 200;

/** The histories of the tree's nodes, in the order in which a round goes through them. */
const HISTORIES = [
  {
    table: 'app_versions',
    id: 'app_id',
    /** The newest of each count on their own; what an instance was started from stays. */
    isOwn: true,
    inUse: `EXISTS (SELECT 1 FROM instances i
             WHERE i.app_id = h.id AND (i.data->>'appVersion')::bigint = h.version)`,
  },
  // A group is shown and restored as a part of root versions only.
  { table: 'group_versions', id: 'group_id', isOwn: false, inUse: 'false' },
] as const;

/** Where a round is: `tip` is the root version it began at. */
interface Round {
  readonly tip: string;
  readonly removed: number;
  /** `undefined`: the root's own versions come first. */
  readonly at: { readonly history: number; readonly after: string } | undefined;
}

/**
 * Removes old versions in small steps. First root versions beyond the newest ones go; then, node by
 * node, what is neither among the node's own newest, nor part of a root version that is kept, nor
 * what an instance was started from. Deployments carry the definitions they need themselves.
 *
 * A removed app has no versions of its own: what it was goes with the last root version it was in.
 * Without a change of the root there is nothing to do but to see that.
 */
export class VersionPruner {
  private readonly database: Database;
  private round: Round | undefined;
  /** The root version at which a round found nothing left to remove. */
  private doneAt: string | undefined;

  constructor(database: Database) {
    this.database = database;
  }

  async step(kept: VersionsKept): Promise<PruneStep> {
    assert(kept.versions >= 1 && kept.roots >= 1, 'something has to be kept');
    const round = this.round ?? { tip: await this.tip(), removed: 0, at: undefined };
    if (round.tip === this.doneAt) return { removed: 0, more: false };
    const { removed, at } = await this.advance(round, kept);
    const total = round.removed + removed;
    this.round = at === 'over' ? undefined : { tip: round.tip, removed: total, at };
    // One round may make room for the next: a removal is forgotten after what it removed.
    if (at === 'over' && total === 0) this.doneAt = round.tip;
    return { removed, more: at !== 'over' || total > 0 };
  }

  private async advance(
    round: Round,
    kept: VersionsKept,
  ): Promise<{ readonly removed: number; readonly at: Round['at'] | 'over' }> {
    if (round.at === undefined) {
      const removed = await this.pruneRoots(kept);
      const at = removed < ROOTS_PER_STEP ? { history: 0, after: '' } : undefined;
      return { removed, at };
    }
    const { history, after } = round.at;
    const { removed, last } = await this.pruneNodes(history, after, kept);
    if (last !== undefined) return { removed, at: { history, after: last } };
    const next = history + 1;
    return { removed, at: next < HISTORIES.length ? { history: next, after: '' } : 'over' };
  }

  private async tip(): Promise<string> {
    const rows = await this.database.query<{ tip: string | null }>(
      'SELECT max(version) AS tip FROM root_versions',
    );
    return rows[0]?.tip ?? '';
  }

  private async pruneRoots({ roots }: VersionsKept): Promise<number> {
    const rows = await this.database.query<{ removed: number }>(
      `WITH removed AS (
         DELETE FROM root_versions WHERE version IN (
           SELECT version FROM root_versions
            WHERE version < (SELECT min(version) FROM
                              (SELECT version FROM root_versions ORDER BY version DESC LIMIT $1) k)
            ORDER BY version LIMIT $2)
         RETURNING 1)
       SELECT count(*)::int AS removed FROM removed`,
      [roots, ROOTS_PER_STEP],
    );
    return rows[0]?.removed ?? 0;
  }

  /**
   * Looks at the nodes behind `after`. Of a node, a row is what it was until the next one: a row is
   * part of a kept root version unless the next one is as old as the oldest of these. A removal
   * goes when nothing is left before it, or what was removed would be back.
   */
  private async pruneNodes(
    at: number,
    after: string,
    { versions, roots }: VersionsKept,
  ): Promise<{ readonly removed: number; readonly last: string | undefined }> {
    const history = HISTORIES[at];
    assert(history !== undefined, `no history ${at}`);
    const { table, id, isOwn, inUse } = history;
    const rows = await this.database.query<{ removed: number; last: string | null }>(
      `WITH nodes AS (
         SELECT DISTINCT ${id} AS id FROM ${table} WHERE ${id} > $1 ORDER BY 1 LIMIT $2
       ), oldest AS (
         SELECT min(version) AS version
           FROM (SELECT version FROM root_versions ORDER BY version DESC LIMIT $3) k
       ), history AS (
         SELECT v.${id} AS id, v.version, v.data IS NULL AS is_removal,
                lead(v.version) OVER upwards AS next,
                row_number() OVER upwards AS age,
                row_number() OVER downwards AS rank,
                count(*) FILTER (WHERE v.data IS NULL) OVER downwards AS removals
           FROM ${table} v JOIN nodes ON nodes.id = v.${id}
         WINDOW upwards AS (PARTITION BY v.${id} ORDER BY v.version),
                downwards AS (PARTITION BY v.${id} ORDER BY v.version DESC)
       ), spare AS (
         SELECT h.id, h.version FROM history h, oldest
          WHERE CASE WHEN h.is_removal THEN h.age = 1 AND h.version <= oldest.version
                     ELSE h.next <= oldest.version
                      AND NOT (h.removals = 0 AND h.rank <= $4)
                      AND NOT ${inUse} END
       ), removed AS (
         DELETE FROM ${table} t USING spare
          WHERE t.${id} = spare.id AND t.version = spare.version RETURNING 1)
       SELECT (SELECT count(*)::int FROM removed) AS removed, (SELECT max(id) FROM nodes) AS last`,
      [after, NODES_PER_STEP, roots, isOwn ? versions : 0],
    );
    return { removed: rows[0]?.removed ?? 0, last: rows[0]?.last ?? undefined };
  }
}
