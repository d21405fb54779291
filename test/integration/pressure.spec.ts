import { expect } from 'chai';
import {
  instanceOf,
  sleeper,
  until,
  useService,
  useStage,
  type Received,
} from '../support/index.js';

describe('A full mailbox', () => {
  const stage = useStage();
  const CAPACITY = 5;
  const WRITES = 60;

  it('is answered 503 with Retry-After, and the service recovers', async () => {
    const service = await stage.start({
      env: { EKIDEN_MAILBOX_CAPACITY: `${CAPACITY}`, EKIDEN_REQUEST_TIMEOUT_SECONDS: '25' },
    });
    await service.api.ask('POST', '/v2/apps', sleeper('/before', 1));
    await service.settled('/before', 1);
    service.home.freezeDatabase();
    const refused: Received[] = [];
    const writes = Array.from({ length: WRITES }, async (_, i) => {
      const answer = await service.api.send('POST', '/v2/apps', sleeper(`/burst/a${i}`, 0));
      if (answer.status === 503) refused.push(answer);
      return answer;
    });
    // A mailbox full may be in the turn that cannot end, another in the one decided meanwhile (ADR
    // 0058), and one waits: all others are refused, and so is who comes later.
    await until(() => refused.length >= WRITES - 3 * CAPACITY, 'refusals');
    refused.push(await service.api.send('POST', '/v2/apps', sleeper('/late', 0)));
    for (const { status, headers, text } of refused) {
      expect(status).to.equal(503);
      expect(Number(headers.get('retry-after'))).to.be.within(1, 60);
      expect(text).to.include(`overloaded: ${CAPACITY} requests are waiting`);
    }
    service.home.thawDatabase();
    const answers = await Promise.all(writes);
    const accepted = answers.filter(({ status }) => status === 201).length;
    expect(accepted).to.be.within(CAPACITY, 3 * CAPACITY);
    expect(accepted + refused.length).to.equal(WRITES + 1);
    expect((await service.api.apps()).length).to.equal(1 + accepted);
    await service.api.ask('POST', '/v2/apps', sleeper('/after', 1));
    await service.settled('/after', 1);
  });
});

describe('An app that cannot run', () => {
  const running = useService();

  it('backs off when it crashes again and again, and says how it ended', async () => {
    const { api } = running();
    const wish = sleeper('/crash', 1, { cmd: 'exit 7', backoffSeconds: 1, backoffFactor: 2 });
    await api.ask('POST', '/v2/apps', wish);
    const item = await until(async () => {
      const now = await api.queueItem('/crash');
      return now !== undefined && now.delay.timeLeftSeconds > 0 && now;
    }, 'a delay in the queue');
    expect(item.delay.overdue).to.equal(false);
    const failure = await until(
      async () => (await api.app('/crash')).lastTaskFailure,
      'a task failure',
    );
    expect(failure.state).to.equal('TASK_FAILED');
    expect(failure.message).to.match(/\b7\b/);
    const begun = performance.now();
    await until(async () => {
      const { lastTaskFailure } = await api.app('/crash');
      return lastTaskFailure !== undefined && instanceOf(lastTaskFailure.taskId).incarnation >= 3;
    }, 'the third crash');
    // 1 s and 2 s of waiting lie between the first crash and the third
    expect(performance.now() - begun).to.be.greaterThan(1_000);
    const { lastTaskFailure } = await api.app('/crash');
    expect(instanceOf(lastTaskFailure?.taskId ?? '').incarnation).to.be.at.most(4);
    await api.ask('DELETE', '/v2/apps/crash');
  });

  it('says which resource is missing when it fits nowhere', async () => {
    const { api } = running();
    await api.ask('POST', '/v2/apps', sleeper('/huge', 1, { cpus: 99, mem: 100_000 }));
    const item = await until(() => api.queueItem('/huge'), 'a queue item');
    expect(item.count).to.equal(1);
    const rows = item.processedOffersSummary.rejectSummaryLastOffers;
    const declined = rows.filter((row) => row.declined > 0).map(({ reason }) => reason);
    // The summary counts an offer once, at its first obstacle; the explanation names all.
    expect(declined).to.deep.equal(['InsufficientCpus']);
    const why = await api.why('/huge');
    expect(why.waiting).to.equal(1);
    const [agent] = why.agents;
    expect(agent?.refusals.join('; ')).to.match(/cpus.*99.*8/);
    expect(agent?.refusals.join('; ')).to.match(/mem.*100000.*8192/);
    expect((await api.deployments()).flatMap(({ affectedApps }) => affectedApps)).to.include(
      '/huge',
    );
    await api.ask('DELETE', '/v2/apps/huge');
  });

  it('fails with the name of a file that cannot be fetched', async () => {
    const { api } = running();
    const fetch = [{ uri: 'examples/hello/no-such-file.mjs' }];
    await api.ask('POST', '/v2/apps', sleeper('/fetches', 1, { fetch }));
    const failure = await until(
      async () => (await api.app('/fetches')).lastTaskFailure,
      'a task failure',
    );
    expect(failure.message).to.include('no-such-file.mjs');
    await api.ask('DELETE', '/v2/apps/fetches');
  });
});
