/**
 * A leader to be frozen: leads the database given by URL with the lease given in milliseconds and
 * prints `leading <epoch>`. On `commit` from its input it tries one turn twice, as an honest
 * leader and as one that does not look at its clock, and prints `outcome <honest> <blind>`.
 */
import { createInterface } from 'node:readline';

import { Leadership, TurnStore, openDatabase, type Term } from '../../src/index.js';
import { machineClock } from '../machine-clock.js';

const [url, leaseMs] = process.argv.slice(2);
if (url === undefined) throw new Error('usage: freezable-leader <url> <lease in ms>');

const database = await openDatabase({ at: { url }, entities: [], migrations: [] });
const leadership = new Leadership({
  database,
  holder: `freezable ${process.pid}`,
  address: 'frozen',
  clock: machineClock,
  leaseMs: Number(leaseMs),
});
const term = await leadership.campaign(new AbortController().signal);
const store = new TurnStore({ database });
process.stdout.write(`leading ${term.epoch}\n`);

const blind: Term = {
  epoch: term.epoch,
  leaseMs: term.leaseMs,
  lost: term.lost,
  stillHeld: () => true,
  beginRenewal: () => () => undefined,
  resign: () => Promise.resolve(),
};

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'commit') continue;
  const outcomes: string[] = [];
  for (const under of [term, blind]) {
    const result = await store.commit({ term: under, turn: 1, writes: [], events: [] });
    outcomes.push(result.ok ? 'committed' : result.error.kind);
  }
  process.stdout.write(`outcome ${outcomes.join(' ')}\n`);
}
