import { expect } from 'chai';
import fc from 'fast-check';
import { testRun } from '@ekiden/testkit';
import { fuzzRequests, namesPlace } from '../../apps/ekiden/testing/fuzz/index.js';
import { useService } from '../support/index.js';

/** The rest is done in memory (definitions-fuzz.spec.ts). */
const REQUESTS = testRun.long ? 2_000 : 150;
const SEED = testRun.seed;

interface Problem {
  readonly details?: string | readonly { readonly path: string }[];
}

describe('A service that gets nearly sound definitions', () => {
  const service = useService({
    env: {
      EKIDEN_SIMULATED_AGENTS: '3',
      EKIDEN_UNKNOWN_DEPENDENCY: 'warn',
      EKIDEN_FEATURES: 'secrets,gpu_resources,external_volumes',
    },
  });

  it('answers none with a fault of its own, and shows what it has taken', async () => {
    const { api } = service();
    for (const { method, url, document } of fc.sample(fuzzRequests(), {
      numRuns: REQUESTS,
      seed: SEED,
    })) {
      const { status, body, text } = await api.send(method, url, document);
      const story = `${method} ${url} ${JSON.stringify(document)}\n${text}`;
      expect(status, story).to.be.lessThan(500);
      const { details } = (body ?? {}) as Problem;
      if (!Array.isArray(details)) continue;
      for (const { path } of details as readonly { readonly path: string }[]) {
        expect(namesPlace(document, path), `${path}\n${story}`).to.equal(true);
      }
    }
    const root = (await api.ask('GET', '/v2/groups')).body;
    const { body } = await api.ask('PUT', '/v2/groups?force=true&dryRun=true', root);
    expect(body).to.have.deep.property('steps', []);
  });
});
