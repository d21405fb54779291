/**
 * A service in miniature, to be killed: starts Postgres on the directory given as argument, leads,
 * and commits one instance and one event per turn. Prints `postgres <pid>` once and `ack <turn>`
 * after each commit, never before.
 */
import { millis } from '@ekiden/kernel';

import { migrations } from '../../../../migrations/index.js';
import {
  Leadership,
  TurnStore,
  openDatabase,
  silentLog,
  startEmbeddedPostgres,
  tableWrite,
} from '../../src/index.js';
import { machineClock } from '../machine-clock.js';
import { DELAY_TABLE } from '../sample-tables.js';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: acknowledging-writer <data directory>');

const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
const database = await openDatabase({ at: postgres.connection, entities: [], migrations });
const leadership = new Leadership({
  database,
  holder: `writer ${process.pid}`,
  address: '',
  clock: machineClock,
});
const term = await leadership.campaign(new AbortController().signal);
const store = new TurnStore({ database });
const start = await store.position();
process.stdout.write(`postgres ${postgres.serverPid() ?? 0}\n`);

for (let turn = start.turn + 1; ; turn += 1) {
  const committed = await store.commit({
    term,
    turn,
    writes: [tableWrite(DELAY_TABLE, { upserts: [{ id: `row-${turn}`, data: { turn } }] })],
    events: [{ number: turn, type: 'written', at: millis(turn), payload: { turn } }],
  });
  if (!committed.ok) throw new Error(committed.error.kind);
  process.stdout.write(`ack ${turn}\n`);
}
