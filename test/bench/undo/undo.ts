import { ShopStage, ended } from '../../integration/shop-stage.js';
import { TestService, until } from '../../support/index.js';
import type { Benchmark, Case, Sample } from '../benchmark.js';
import { cpuSecondsOf } from '../machine/index.js';
import { builtService } from '../service/index.js';
import { PageReaders } from './page-readers.js';

const OLD = '1 1';
const NEW = '2 2';
const HOLD_SECONDS = 600;
const PATIENCE_MS = 60_000;

/** So long there must be nothing but old pages: what comes later than that is no answer of before. */
const CALM_MS = 1_000;

/**
 * How long an undo takes for clients: the shop's group is rolled out blue/green on processes, and is
 * undone while blue is held. The reference is a write that starts nothing.
 */
export const undo: Benchmark = {
  name: 'undo',
  about: 'undo of the shop that was rolled out blue/green, as its clients see it',
  goals: ['undoSeen', 'undoLost'],
  rounds: 5,
  async prepare({ say }) {
    process.env['EKIDEN_TEST_SERVICE'] = builtService(say);
    const service = new TestService();
    try {
      await service.start();
      say('bringing up the shop');
      const rollout = { promotion: 'automatic', holdSeconds: HOLD_SECONDS };
      const shop = await ShopStage.of(service, rollout);
      return { cases: [caseOf(service, shop)], dispose: () => service.dispose() };
    } catch (error) {
      await service.dispose();
      throw error;
    }
  },
};

function caseOf(service: TestService, shop: ShopStage): Case {
  const config = 'the shop, embedded router';
  return {
    name: config,
    reference: { about: 'PUT of an app that starts nothing', run: () => plainPut(service) },
    subject: { about: 'POST of the undo', run: () => undone(service, shop) },
    rows: [
      { measure: 'answered', config: `${config}: undo answered`, unit: 's' },
      { measure: 'first', config: 'the same: first old page', unit: 's', goal: 'undoSeen' },
      { measure: 'last', config: 'the same: last new page', unit: 's', goal: 'undoSeen' },
      { measure: 'lost', config: 'the same: pages lost or mixed', unit: '', goal: 'undoLost' },
    ],
  };
}

async function plainPut(service: TestService): Promise<Sample> {
  const before = cpuSecondsOf(service.pid);
  const begun = performance.now();
  await service.api.ask('PUT', '/v2/apps/beside', {
    cmd: 'sleep 1000',
    instances: 0,
    labels: { at: `${begun}` },
  });
  const time = (performance.now() - begun) / 1_000;
  return {
    measures: { answered: time, first: time, last: time },
    cpuSeconds: cpuSecondsOf(service.pid) - before,
  };
}

async function undone(service: TestService, shop: ShopStage): Promise<Sample> {
  const id = await shop.deploy();
  await ended(service, id);
  const readers = new PageReaders(shop.web);
  try {
    await until(() => readers.first(NEW) !== undefined, 'pages of the new version', PATIENCE_MS);
    readers.forget();
    const before = cpuSecondsOf(service.pid);
    const begun = performance.now();
    await service.api.ask('POST', `/v2/deployments/${id}/undo`);
    const answered = performance.now();
    const first = await until(() => readers.first(OLD), 'a page of the old version', PATIENCE_MS);
    await until(
      () => performance.now() > Math.max(first, readers.last(NEW) ?? 0) + CALM_MS,
      'nothing but pages of the old version',
      PATIENCE_MS,
    );
    const cpuSeconds = cpuSecondsOf(service.pid) - before;
    await allDone(service);
    await readers.end();
    const since = (at: number): number => (at - begun) / 1_000;
    return {
      measures: {
        answered: since(answered),
        first: since(first),
        last: since(readers.last(NEW) ?? begun),
        lost: readers.problems.length + readers.others(OLD, NEW),
      },
      cpuSeconds,
    };
  } finally {
    await readers.end();
  }
}

/** The next round finds the first version alone. */
async function allDone(service: TestService): Promise<void> {
  await until(
    async () => {
      const { body } = await service.api.ask('GET', '/v2/tasks?generation=all');
      const { tasks } = body as { readonly tasks: readonly object[] };
      const deployments = await service.api.deployments();
      return deployments.length === 0 && tasks.length === TASKS;
    },
    'the end of the undo',
    PATIENCE_MS,
  );
}

/** Of store, api, web and worker. */
const TASKS = 6;
