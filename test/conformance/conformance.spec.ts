import { useService } from '../support/index.js';
import { AREAS } from './areas/index.js';
import { runCases, selectCases, type Outcome } from './run/index.js';

const PATIENCE_MS = 15_000;

describe('Conformance', () => {
  const service = useService();
  const server = 'ekiden';
  const { cases } = selectCases(AREAS, { areas: [], only: undefined, server, without: new Set() });
  let outcomes: readonly Promise<Outcome>[] = [];

  before('start all cases', () => {
    const target = { url: service().url, headers: {} };
    outcomes = runCases(cases, { target, server, lanes: 8, patienceMs: PATIENCE_MS, run: 'ci' });
  });

  for (const [index, { id, case: one }] of cases.entries()) {
    it(`${id} (${one.source}) ${one.name}`, async () => {
      const outcome = await outcomes[index];
      if (outcome?.failure !== undefined) throw new Error(outcome.failure);
    });
  }
});
