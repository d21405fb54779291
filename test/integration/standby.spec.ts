import { request } from 'node:http';
import { expect } from 'chai';
import { testRun } from '@ekiden/testkit';
import { createParser } from 'eventsource-parser';
import { Client } from 'pg';
import { testDatabases } from '../../libs/store/testing/index.js';
import {
  lives,
  problemOf,
  sleeper,
  until,
  TestService,
  useStage,
  type Received,
} from '../support/index.js';
import { CliProcess, runCli } from '../cli/run-cli.js';

const MB = 1024 * 1024;
/** How often leadership is given up and taken. */
const TERMS = testRun.long ? 10 : 3;

function via({ headers }: Received): string | null {
  return headers.get('x-marathon-via');
}

function addressOf(service: TestService): string {
  return new URL(service.url).host;
}

function epochIn(line: string): number {
  return (JSON.parse(line) as { readonly epoch: number }).epoch;
}

/** Events of a stream as they come, until `stop`. */
async function listen(
  service: TestService,
  seen: string[],
): Promise<{ readonly stop: () => void; readonly via: string | null }> {
  const ending = new AbortController();
  const response = await fetch(`${service.url}/v2/events`, {
    headers: { accept: 'text/event-stream' },
    signal: ending.signal,
  });
  const parser = createParser({ onEvent: ({ event }) => seen.push(event ?? '') });
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
    }
  };
  read().catch(() => undefined);
  return { stop: () => ending.abort(), via: response.headers.get('x-marathon-via') };
}

/** A request whose path goes over the wire as it is written. */
function raw(service: TestService, method: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.url);
    const sent = request({ hostname, port, method, path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Settings of services that hand leadership over quickly. */
async function quickTerms(): Promise<Readonly<Record<string, string>>> {
  const { url } = await testDatabases.create();
  return {
    DATABASE_URL: url,
    EKIDEN_LEASE_SECONDS: '2',
    EKIDEN_REQUEST_TIMEOUT_SECONDS: '2',
  };
}

interface Pair {
  readonly leader: TestService;
  readonly standby: TestService;
}

async function standsBy(service: TestService): Promise<void> {
  await until(async () => via(await service.api.send('GET', '/v2/info')) !== null, 'a standby');
}

/** For tests that leave leadership where it is: one pair, empty for each. */
function usePair(): () => Pair {
  let pair: Pair | undefined;

  before('start both', async () => {
    const { url } = await testDatabases.create();
    const env = { DATABASE_URL: url, EKIDEN_HTTP_BODY_LIMIT_MB: '2' };
    pair = { leader: new TestService({ env }), standby: new TestService({ env }) };
    await pair.leader.start();
    await pair.standby.launch();
    await standsBy(pair.standby);
  });

  afterEach('empty them', async function empty() {
    this.timeout(30_000);
    if (this.currentTest?.isFailed() === true) {
      console.log(`logs:\n${pair?.leader.log ?? ''}\n${pair?.standby.log ?? ''}`);
    }
    await pair?.leader.clear();
  });

  after('end both', async function end() {
    this.timeout(30_000);
    await pair?.standby.dispose();
    await pair?.leader.dispose();
  });

  return () => {
    if (pair === undefined) throw new Error('they did not start');
    return pair;
  };
}

describe('A leader and a standby', () => {
  const both = usePair();

  it('the standby hands reads and writes to the leader', async () => {
    const { leader, standby } = both();
    expect(await standby.api.isLeading()).to.equal(false);

    const posted = await standby.api.ask('POST', '/v2/apps', sleeper('/shop/web', 2));
    expect(posted.status).to.equal(201);
    expect(posted.headers.get('marathon-deployment-id')).to.match(/^[\da-f-]{36}$/);
    expect(posted.headers.get('x-marathon-leader')).to.equal(`http://${addressOf(leader)}`);
    expect(via(posted)).to.equal(`1.1 ${addressOf(standby)}`);
    await leader.settled('/shop/web', 2);
    await standby.settled('/shop/web', 2);
    expect(standby.home.tasks()).to.deep.equal([]);

    for (const path of ['/v2/apps', '/v2/apps/shop/web?embed=app.counts', '/v2/apps//shop//web']) {
      const [there, here] = [await leader.api.ask('GET', path), await standby.api.ask('GET', path)];
      expect(here.text, path).to.equal(there.text);
      expect(here.headers.get('etag')).to.equal(there.headers.get('etag'));
    }
    const scaled = await standby.api.ask('PUT', '/v2/apps/shop/web?force=true', { instances: 1 });
    expect(scaled.status).to.equal(200);
    expect((await leader.settled('/shop/web', 1)).instances).to.equal(1);
    const leads = await standby.api.ask('GET', '/v2/leader');
    expect(leads.body).to.deep.equal({ leader: addressOf(leader) });
    expect((await standby.api.ask('DELETE', '/v2/apps/shop/web')).status).to.equal(200);
  });

  it('the standby passes on what the leader refuses, and answers for itself on its own paths', async () => {
    const { leader, standby } = both();
    expect(via(await standby.api.ask('GET', '/ping'))).to.equal(null);
    expect(via(await standby.api.ask('GET', '/openapi.json'))).to.equal(null);

    const missing = await standby.api.send('GET', '/v2/apps/nothing');
    expect([missing.status, problemOf(missing).message]).to.deep.equal([
      404,
      "App '/nothing' does not exist",
    ]);
    const unknown = await standby.api.send('GET', '/v2/nothing/at/all');
    expect([unknown.status, problemOf(unknown).message]).to.deep.equal([
      404,
      'URI not found: /v2/nothing/at/all',
    ]);
    const wrong = await standby.api.send('PATCH', '/v2/deployments');
    expect([wrong.status, wrong.headers.get('allow')]).to.deep.equal([405, 'GET, HEAD, OPTIONS']);
    const broken = await standby.api.send('POST', '/v2/apps', '{"id":');
    expect(broken.status).to.equal(400);
    const large = await standby.api.send('POST', '/v2/apps', {
      id: '/a',
      cmd: ['x'.repeat(1.5 * MB)],
    });
    expect(large.status).to.equal(422);
    const tooLarge = await standby.api.send('POST', '/v2/apps', { cmd: 'x'.repeat(3 * MB) });
    expect(tooLarge.status).to.equal(413);

    // nothing above an id can be reached by dots, on neither of the two
    for (const service of [leader, standby]) {
      await service.api.send('POST', '/v2/apps', sleeper('/kept', 0));
      for (const path of ['/v2/apps/../groups', '/v2/x/../groups', '/v2/apps/%2e%2e/groups']) {
        expect(await raw(service, 'DELETE', path), path).to.be.within(400, 499);
      }
      expect((await service.api.apps()).map(({ id }) => id)).to.deep.equal(['/kept']);
    }
  });

  it('LDR-06: events come through the standby, from the first on', async () => {
    const { leader, standby } = both();
    const seen: string[] = [];
    const stream = await listen(standby, seen);
    expect(stream.via).to.equal(`1.1 ${addressOf(standby)}`);
    await leader.api.ask('POST', '/v2/apps', sleeper('/web', 1));
    await until(() => seen.includes('deployment_success'), 'the end of the deployment');
    expect(seen[0]).to.equal('event_stream_attached');
    expect(seen).to.include.members(['api_post_event', 'deployment_info', 'status_update_event']);
    stream.stop();
    await until(() => seen.length > 0, 'an end');
  });

  it('LDR-07: a request that comes round again is refused', async () => {
    const { standby } = both();
    const response = await fetch(`${standby.url}/v2/apps`, {
      headers: { 'x-marathon-via': `1.1 other:80, 1.1 ${addressOf(standby)}` },
    });
    expect([response.status, await response.json()]).to.deep.equal([
      502,
      { message: 'Detected proxying loop.' },
    ]);
  });

  it('commands beside tasks are run through the standby, also by the command line', async () => {
    const { leader, standby } = both();
    await standby.api.ask('POST', '/v2/apps', sleeper('/web', 1, { env: { NAME: 'web' } }));
    await leader.settled('/web', 1);
    const args = [
      'exec',
      '/web',
      '--',
      'sh',
      '-c',
      'read x; echo "$NAME got $x"; echo no >&2; exit 7',
    ];
    const said = await new CliProcess(standby.url, args, 'this\n').ended;
    expect([said.code, said.stdout, said.stderr]).to.deep.equal([7, 'web got this\n', 'no\n']);
    const logs = await runCli(standby.url, ['logs', '/web', '--tail', '1']);
    expect(logs.code).to.equal(0);
  });
});

describe('Two services on one database, of which one leads at a time', () => {
  const stage = useStage();

  async function pair(): Promise<Pair> {
    const env = await quickTerms();
    const leader = await stage.start({ env });
    const standby = stage.service({ env });
    await standby.launch();
    await standsBy(standby);
    return { leader, standby };
  }

  it('LDR-07: a leader that is not there is answered for with 502, one that is silent with 504', async () => {
    const { url } = await testDatabases.create();
    const env = {
      DATABASE_URL: url,
      EKIDEN_LEASE_SECONDS: '60',
      EKIDEN_LEADER_PROXY_READ_TIMEOUT_SECONDS: '1',
    };
    const leader = await stage.start({ env });
    const standby = stage.service({ env });
    await standby.launch();
    await until(async () => via(await standby.api.send('GET', '/v2/info')) !== null, 'a standby');

    process.kill(leader.pid, 'SIGSTOP');
    const silent = await standby.api.send('GET', '/v2/apps');
    process.kill(leader.pid, 'SIGCONT');
    expect([silent.status, problemOf(silent).message]).to.deep.equal([
      504,
      'The leader did not answer in time.',
    ]);
    await until(
      async () => (await standby.api.send('GET', '/v2/apps')).status === 200,
      'an answer',
    );

    // Where it says that it listens nobody does.
    const database = new Client(url);
    await database.connect();
    await database.query(`UPDATE lease SET address = '127.0.0.1:1'`);
    await database.end();
    const away = await until(async () => {
      const answer = await standby.api.send('GET', '/v2/apps');
      return answer.status !== 200 && answer;
    }, 'another answer');
    expect([away.status, problemOf(away).message]).to.deep.equal([
      502,
      'Connection to leader refused.',
    ]);
  });

  it(`LDR-03: of the two one leads and one follows, ${TERMS} times one after the other`, async () => {
    const { leader, standby } = await pair();
    const both = [leader, standby];
    const leading = async (): Promise<readonly TestService[]> => {
      const answers = await Promise.all(both.map((service) => service.api.isLeading()));
      return both.filter((_, at) => answers[at] === true);
    };
    for (let round = 0; round < TERMS; round += 1) {
      const [before, ...others] = await until(
        async () => {
          const found = await leading();
          return found.length > 0 && found;
        },
        'a leader',
        15_000,
      );
      expect(others, `round ${round}`).to.deep.equal([]);
      if (before === undefined) throw new Error('nobody leads');
      const named = async (service: TestService): Promise<unknown> =>
        (await service.api.send('GET', '/v2/leader')).body;
      const isKnown = async (): Promise<boolean> => {
        const names = JSON.stringify(await Promise.all(both.map(named)));
        return names === JSON.stringify(both.map(() => ({ leader: addressOf(before) })));
      };
      await until(isKnown, 'two that name the same leader');
      await before.api.ask('DELETE', '/v2/leader');
      await until(
        async () => {
          const found = await leading();
          return found.length === 1 && found[0] !== before;
        },
        'another leader',
        15_000,
      );
    }
    const epochs = both.flatMap((service) => service.logged('"event":"elected"').map(epochIn));
    expect(epochs.sort((a, b) => a - b)).to.deep.equal(epochs.map((_, at) => at + 1));
    expect(epochs).to.have.lengthOf.at.least(TERMS + 1);
  });

  it('credentials are asked for on both, and handed on', async () => {
    const { url } = await testDatabases.create();
    const env = { DATABASE_URL: url, EKIDEN_HTTP_CREDENTIALS: 'admin:sesame' };
    const [leader, standby] = [stage.service({ env }), stage.service({ env })];
    await leader.launch();
    const known = { authorization: `Basic ${Buffer.from('admin:sesame').toString('base64')}` };
    const info = async (service: TestService): Promise<Response> =>
      fetch(`${service.url}/v2/info`, { headers: known });
    await until(
      async () => ((await (await info(leader)).json()) as { elected: boolean }).elected,
      'a leader',
    );
    await standby.launch();
    await until(async () => (await info(standby)).headers.has('x-marathon-via'), 'a standby');
    for (const service of [leader, standby]) {
      const refused = await service.api.send('GET', '/v2/apps');
      expect([refused.status, refused.headers.get('www-authenticate')]).to.deep.equal([
        401,
        'Basic realm="Mesosphere"',
      ]);
      expect(service.log).to.not.contain('sesame');
    }
  });

  it('the other takes over when the leader is told to give up, through the standby', async () => {
    const { leader, standby } = await pair();
    const { body } = await standby.api.ask('DELETE', '/v2/leader');
    expect(body).to.deep.equal({ message: 'Leadership abdicated' });
    await until(
      async () => via(await leader.api.send('GET', '/v2/info')) !== null,
      'the former leader as a standby',
      15_000,
    );
    const { body: who } = await leader.api.ask('GET', '/v2/leader');
    expect(who).to.deep.equal({ leader: addressOf(standby) });
  });

  it('the other takes over when the leader is killed, with everything that was written', async () => {
    const { leader, standby } = await pair();
    await standby.api.ask('POST', '/v2/apps', sleeper('/web', 2));
    await leader.settled('/web', 2);
    const tasks = leader.home.tasks();
    await leader.kill();
    // whatever is asked in between is answered, within bounds
    const between = await standby.api.send('GET', '/v2/apps/web');
    expect(between.status).to.be.oneOf([200, 502]);
    await until(() => standby.api.isLeading(), 'a new leader', 15_000);
    const app = await standby.api.app('/web');
    expect(app.instances).to.equal(2);
    expect((await standby.api.ask('PUT', '/v2/apps/web', { instances: 3 })).status).to.equal(200);
    expect(tasks.filter(lives)).to.have.length(2);

    await leader.launch();
    await until(async () => via(await leader.api.send('GET', '/v2/info')) !== null, 'a standby');
    expect((await leader.api.app('/web')).instances).to.equal(3);
  });
});
