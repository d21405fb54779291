import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { Area, Case, Need } from '../language/index.js';
import { runCases, selectCases, sweep, type Outcome, type RunSetting } from './index.js';

/** Answers every request with 200 and what it was asked; notes them all. */
class Echo {
  readonly asked: string[] = [];
  private server: Server | undefined;

  async start(): Promise<string> {
    this.server = createServer((request, response) => {
      this.asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const groups = [{ id: '/conformance-r-x-1' }, { id: '/mine' }];
      response.end(JSON.stringify({ url: request.url, count: this.asked.length, groups }));
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server?.close();
  }
}

function numbered(...cases: readonly Case[]): Area {
  return { name: 'x', about: 'cases of this test', cases };
}

describe('runCases', () => {
  let echo: Echo;
  let setting: RunSetting;

  beforeEach(async () => {
    echo = new Echo();
    const target = { url: await echo.start(), headers: {} };
    setting = { target, server: 'ekiden', lanes: 2, patienceMs: 500, run: 'r' };
  });

  afterEach(() => echo.stop());

  async function outcomesOf(...cases: readonly Case[]): Promise<readonly Outcome[]> {
    const everything = { areas: [], only: undefined, without: new Set<Need>() };
    const selected = selectCases([numbered(...cases)], { ...everything, server: 'ekiden' });
    return Promise.all(runCases(selected.cases, setting));
  }

  it('gives a case its group, and removes what it made', async () => {
    const [outcome] = await outcomesOf({
      name: 'Makes something.',
      source: '1',
      steps: [{ send: 'PUT /v2/groups/~', body: {} }],
      afterwards: ['DELETE /v2/roles/~'],
    });
    expect(outcome?.failure).to.equal(undefined);
    expect(echo.asked).to.deep.equal([
      'PUT /v2/groups/conformance-r-x-1',
      'DELETE /v2/roles/conformance-r-x-1',
      'DELETE /v2/groups/conformance-r-x-1?force=true',
    ]);
  });

  it('hands on what a step kept', async () => {
    await outcomesOf({
      name: 'Keeps something.',
      source: '1',
      steps: [{ send: 'GET /a', keep: { n: 'body.count' } }, { send: 'GET /b/{{n}}' }],
    });
    expect(echo.asked).to.deep.equal(['GET /a', 'GET /b/1']);
  });

  it('asks again until the answer is as wanted', async () => {
    const [outcome] = await outcomesOf({
      name: 'Waits.',
      source: '1',
      steps: [{ send: 'GET /a', until: true, expect: { body: { count: 3 } } }],
    });
    expect([outcome?.failure, echo.asked.length]).to.deep.equal([undefined, 3]);
  });

  it('tells the request, what was wanted, and the answer', async () => {
    const [outcome] = await outcomesOf({
      name: 'Fails.',
      source: '1',
      steps: [{ send: 'POST /a', body: { id: '/~' }, expect: { status: 201 } }],
    });
    expect(outcome?.failure).to.match(/^step 1: POST \/a {"id":"\/conformance-r-x-1"}/);
    expect(outcome?.failure).to.contain('status: wanted 201, got 200');
    expect(outcome?.failure).to.contain('answer: 200 {"url":"/a"');
  });

  it('runs cases that need the whole root last, one by one', async () => {
    const steps = (send: string): Case['steps'] => [{ send }];
    const root = { source: '1', needs: ['root'] } as const;
    const outcomes = await outcomesOf(
      { ...root, name: 'First of all.', steps: steps('GET /root-1') },
      { ...root, name: 'Second of all.', steps: steps('GET /root-2') },
      { source: '1', name: 'Beside others.', steps: steps('GET /beside') },
    );
    expect(echo.asked).to.deep.equal(['GET /beside', 'GET /root-1', 'GET /root-2']);
    expect(outcomes.map(({ one }) => one.id)).to.deep.equal(['x-1', 'x-2', 'x-3']);
  });

  it('sweeps up what is left of its own run only', async () => {
    expect(await sweep(setting)).to.deep.equal(['/conformance-r-x-1']);
    expect(echo.asked.at(-1)).to.equal('DELETE /v2/groups/conformance-r-x-1?force=true');
  });
});
