import { randomInt } from 'node:crypto';
import { Client } from 'pg';
import type { DatabaseView } from '../service/index.js';

const ROWS = 100_000;
/** As large as pgbench's was when the goal was set. */
const ROW_BYTES = 900;
export const CONNECTIONS = 8;
const SECONDS = 3;

/**
 * Durable commits per second where each changes one row, on eight connections: the anchor of goal
 * 2c, as pgbench measures it, from node-postgres.
 */
export async function singleRowCommits(url: string, view: DatabaseView): Promise<number> {
  const data = JSON.stringify({ text: 'x'.repeat(ROW_BYTES) });
  await view.client.query('CREATE TABLE single_rows (id integer PRIMARY KEY, data jsonb)');
  await view.client.query(
    'INSERT INTO single_rows SELECT id, $1::jsonb FROM generate_series(1, $2::integer) AS id',
    [data, ROWS],
  );
  const clients = Array.from({ length: CONNECTIONS }, () => new Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  let commits = 0;
  const begun = performance.now();
  const end = begun + SECONDS * 1_000;
  const update = async (client: Client): Promise<void> => {
    while (performance.now() < end) {
      const text = 'UPDATE single_rows SET data = $2 WHERE id = $1';
      await client.query({ name: 'update', text, values: [randomInt(1, ROWS + 1), data] });
      commits += 1;
    }
  };
  await Promise.all(clients.map(update));
  const seconds = (performance.now() - begun) / 1_000;
  await Promise.all(clients.map((client) => client.end()));
  await view.client.query('DROP TABLE single_rows');
  return commits / seconds;
}
