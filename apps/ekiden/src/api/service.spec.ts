import { expect } from 'chai';
import {
  DEPLOYMENT_ID,
  VERSION_TEXT,
  definition,
  entry,
  running,
  useFakeService,
} from './fake-service.spec.js';

const RESULT = { deploymentId: DEPLOYMENT_ID, version: VERSION_TEXT };
const WEB = definition('/shop/web');

describe('api of deployments, queue and the service', () => {
  const { service, ask } = useFakeService();

  beforeEach(() => {
    service.put(WEB);
  });

  it('shows running deployments', async () => {
    service.rows.deployments.put(DEPLOYMENT_ID, running(WEB));
    const shown = (await ask('GET', '/v2/deployments')).json<Record<string, unknown>[]>();
    expect(shown[0]).to.include({ id: DEPLOYMENT_ID, currentStep: 2, totalSteps: 2 });
  });

  it('undoes a deployment, or stops it where it is', async () => {
    const undone = await ask('DELETE', `/v2/deployments/${DEPLOYMENT_ID}`);
    expect([undone.statusCode, undone.json()]).to.deep.equal([200, RESULT]);
    service.reply = { kind: 'done' };
    const stopped = await ask('DELETE', `/v2/deployments/${DEPLOYMENT_ID}?force=true`);
    expect([stopped.statusCode, stopped.body]).to.deep.equal([202, '']);
  });

  it('shows the queue, with offers if asked', async () => {
    service.queue = [entry(WEB)];
    const plain = (await ask('GET', '/v2/queue')).json<{ queue: unknown[] }>();
    expect(plain.queue[0]).to.have.nested.property('app.id', '/shop/web');
    expect(plain.queue[0]).to.not.have.property('lastUnusedOffers');
    const full = await ask('GET', '/v2/queue?embed=lastUnusedOffers');
    expect(full.json()).to.have.nested.property('queue[0].lastUnusedOffers[0].offer.id');
  });

  it('resets a launch delay', async () => {
    service.reply = { kind: 'done' };
    const response = await ask('DELETE', '/v2/queue/shop/web/delay');
    expect([response.statusCode, response.body]).to.deep.equal([204, '']);
    expect(service.commands.at(-1)).to.deep.equal({ kind: 'resetDelay', app: '/shop/web' });
  });

  it('explains why an app waits', async () => {
    service.frozen.set(WEB.id, 'invariant 7');
    const message = 'set aside after a fault of the service: invariant 7';
    const answer = (await ask('GET', '/v2/why?id=shop/web')).json<Record<string, unknown>>();
    expect(answer).to.deep.include({ kind: 'app', id: '/shop/web', reasons: [message] });
    expect(answer['causes']).to.deep.equal([{ kind: 'fault', message }]);
    expect(answer['summary']).to.include(message);
    expect((await ask('GET', '/v2/why')).statusCode).to.equal(400);
    expect((await ask('GET', '/v2/why?id=/x')).statusCode).to.equal(404);
  });

  it('tells about itself and its leader, also before it is ready', async () => {
    service.ready = false;
    const info = (await ask('GET', '/v2/info')).json<Record<string, unknown>>();
    expect(info).to.include({ elected: true, leader: 'node1:8080', frameworkId: null });
    expect((await ask('GET', '/v2/leader')).json()).to.deep.equal({ leader: 'node1:8080' });
    service.view = { ...service.view, leader: undefined };
    const none = await ask('GET', '/v2/leader');
    expect([none.statusCode, none.json()]).to.deep.equal([404, { message: 'There is no leader' }]);
  });

  for (const [accept, status, body] of [
    ['*/*', 200, 'pong'],
    ['text/plain', 200, 'pong'],
    ['application/json', 200, '"pong"'],
    ['image/png', 204, ''],
  ] as const) {
    it(`answers a ping for ${accept}`, async () => {
      const response = await ask('GET', '/ping', undefined, { accept });
      expect([response.statusCode, response.body]).to.deep.equal([status, body]);
    });
  }
});
