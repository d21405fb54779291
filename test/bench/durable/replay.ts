import type { DatabaseView } from '../service/index.js';
import type { SentStatement } from './frontend-messages.js';
import { RUNNING_INSTANCES, type Placed } from './place-instances.js';

/** Every turn of a run, as it was sent to the database. */
export interface Recording {
  readonly statements: readonly SentStatement[];
  /** So many of them came before the request: agents that registered. */
  readonly prelude: number;
  /** The leader's, which the statements assert. */
  readonly epoch: number;
  readonly instances: number;
}

/**
 * Sends the same statements again, one after the other on one connection, to a fresh database:
 * what the database itself takes for the turns. Only what follows the prelude is timed.
 */
export async function replay(view: DatabaseView, recording: Recording): Promise<Placed> {
  const { statements, prelude, epoch, instances } = recording;
  await view.client.query('UPDATE lease SET epoch = $1', [epoch]);
  await send(view, statements.slice(0, prelude));
  const databaseBefore = view.cpuSeconds();
  const clientBefore = process.cpuUsage();
  const begun = performance.now();
  await send(view, statements.slice(prelude));
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(clientBefore);
  const databaseCpuSeconds = view.cpuSeconds() - databaseBefore;
  const running = await view.number(RUNNING_INSTANCES);
  if (running !== instances) throw new Error(`${running} of ${instances} run after the replay`);
  return {
    seconds,
    turns: statements.length - prelude,
    serviceCpuSeconds: (user + system) / 1e6,
    databaseCpuSeconds,
  };
}

async function send({ client }: DatabaseView, statements: readonly SentStatement[]): Promise<void> {
  for (const [index, { name, text, values }] of statements.entries()) {
    const statement = { text, values: [...values], ...(name === undefined ? {} : { name }) };
    const { rows } = await client.query<{ fenced: number; advanced: number }>(statement);
    const [row] = rows;
    if (row?.fenced !== 1 || row.advanced !== 1) {
      throw new Error(`statement ${index} of ${statements.length} did not advance the turn`);
    }
  }
}
