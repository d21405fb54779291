import { Leadership, TurnStore, openDatabase, tableWrite, type TableWrite } from '@ekiden/store';
import { machineClock } from '../../../libs/store/testing/index.js';
import {
  AGENTS,
  APPS,
  APP_VERSIONS,
  FRAMEWORKS,
  GROUPS,
  GROUP_VERSIONS,
  INSTANCES,
  ROOT_VERSIONS,
  TASKS,
} from '../../../apps/ekiden/src/adapters/persistence/tables.js';
import { FRAMEWORK, type BigState } from './big-state.js';

const ROWS_PER_TURN = 10_000;
const QUERY_TIMEOUT_MS = 60_000;

/** Commits the rows as turns of a leader, who then resigns. */
export async function storeState(url: string, state: BigState): Promise<void> {
  const database = await openDatabase({ at: { url }, entities: [], migrations: [] });
  const turns = new TurnStore({ database, queryTimeoutMs: QUERY_TIMEOUT_MS });
  const leadership = new Leadership({
    database,
    holder: 'benchmark',
    address: 'localhost:0',
    clock: machineClock,
    leaseMs: QUERY_TIMEOUT_MS,
  });
  const term = await leadership.campaign(new AbortController().signal);
  let turn = (await turns.position()).turn;
  try {
    for (const writes of writesOf(state)) {
      turn += 1;
      const done = await turns.commit({ term, turn, writes, events: [] });
      if (!done.ok) throw new Error(`turn ${turn}: ${JSON.stringify(done.error)}`);
    }
  } finally {
    await term.resign();
    await turns.close();
    await database.close();
  }
}

function* writesOf(state: BigState): Generator<readonly TableWrite[]> {
  const info = { id: FRAMEWORK, name: 'marathon', roles: ['*'], failoverTimeout: 604_800_000 };
  const framework = { id: FRAMEWORK, info, connected: false, tearingDown: false };
  yield [
    tableWrite(ROOT_VERSIONS, { upserts: [state.version] }),
    tableWrite(GROUPS, { upserts: state.groups }),
    tableWrite(GROUP_VERSIONS, {
      upserts: state.groups.map((data) => ({ id: data.id, version: state.version, data })),
    }),
    tableWrite(FRAMEWORKS, { upserts: [framework as never] }),
  ];
  for (const agents of portions(state.agents)) yield [tableWrite(AGENTS, { upserts: agents })];
  for (const apps of portions(state.apps)) {
    const history = apps.map((app) => ({ id: app.id, version: app.version, data: app }));
    yield [tableWrite(APPS, { upserts: apps }), tableWrite(APP_VERSIONS, { upserts: history })];
  }
  for (const instances of portions(state.instances)) {
    yield [tableWrite(INSTANCES, { upserts: instances })];
  }
  for (const tasks of portions(state.tasks)) yield [tableWrite(TASKS, { upserts: tasks })];
}

function* portions<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += ROWS_PER_TURN) {
    yield rows.slice(at, at + ROWS_PER_TURN);
  }
}
