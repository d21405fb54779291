import { useService } from '../support/index.js';
import { AREAS } from './areas/index.js';
import { runCases, selectCases, type Outcome } from './run/index.js';

const PATIENCE_MS = 15_000;
/** For all of them, in lanes side by side; each case bounds its own waiting. */
const ALL_MS = 300_000;

describe('Conformance', () => {
  const service = useService();
  const server = 'ekiden';
  const { cases } = selectCases(AREAS, { areas: [], only: undefined, server, without: new Set() });
  let outcomes: readonly Outcome[] = [];

  // Before the tests that report them: one that waited for others would be told as slow.
  before('run all cases', async function run() {
    this.timeout(ALL_MS);
    const target = { url: service().url, headers: {} };
    outcomes = await Promise.all(
      runCases(cases, { target, server, lanes: 8, patienceMs: PATIENCE_MS, run: 'ci' }),
    );
  });

  for (const [index, { id, case: one }] of cases.entries()) {
    it(`${id} (${one.source}) ${one.name}`, () => {
      const outcome = outcomes[index];
      if (outcome === undefined) throw new Error('it was not run');
      if (outcome.failure !== undefined) throw new Error(outcome.failure);
    });
  }
});
