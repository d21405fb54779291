import { expect } from 'chai';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FakeService, definition } from './fake-service.spec.js';
import type { TransportRules } from './transport/index.js';

const URL = '/v2/apps/prod/web';

describe('what was made for the same URL in the same turn', () => {
  let service: FakeService;
  let app: NestFastifyApplication;

  async function serve(rules: Partial<TransportRules> = {}): Promise<void> {
    service = new FakeService();
    app = await service.serve(rules);
    service.run(service.put(definition('/prod/web')), 'Running');
  }

  afterEach(async () => {
    await app.close();
  });

  it('is answered like the first time, headers included', async () => {
    await serve();
    const first = await app.inject(URL);
    const again = await app.inject(URL);
    const { date, ...headers } = first.headers;
    expect(again.statusCode).to.equal(200);
    expect(again.headers).to.deep.include(headers);
    expect(again.body).to.equal(first.body);
  });

  it('is compressed for those who like that, and not sent to those who have it', async () => {
    await serve();
    const { etag } = (await app.inject(URL)).headers;
    for (const asked of ['first', 'again']) {
      const { headers } = await app.inject({ url: URL, headers: { 'accept-encoding': 'gzip' } });
      expect(headers['content-encoding'], asked).to.equal('gzip');
      const unchanged = await app.inject({ url: URL, headers: { 'if-none-match': String(etag) } });
      expect(unchanged.statusCode, asked).to.equal(304);
      expect(unchanged.body, asked).to.equal('');
    }
  });

  it('is made anew after a turn', async () => {
    await serve();
    await app.inject(URL);
    service.put(definition('/prod/web', { cmd: 'another' }));
    service.turn += 1;
    const { app: shown } = (await app.inject(URL)).json<{ app: { cmd: string } }>();
    expect(shown.cmd).to.equal('another');
    service.rows.apps.remove(definition('/prod/web').id);
    service.turn += 1;
    expect((await app.inject(URL)).statusCode).to.equal(404);
  });

  it('is not sent while there is no state to answer from', async () => {
    await serve();
    await app.inject(URL);
    service.ready = false;
    expect((await app.inject(URL)).statusCode).to.equal(503);
  });

  it('is nothing to those who come without the credentials', async () => {
    await serve({ credentials: { user: 'u', password: 'p' } });
    const headers = { authorization: `Basic ${Buffer.from('u:p').toString('base64')}` };
    expect((await app.inject({ url: URL, headers })).statusCode).to.equal(200);
    expect((await app.inject(URL)).statusCode).to.equal(401);
    expect((await app.inject({ url: URL, headers })).statusCode).to.equal(200);
  });

  it('is not sent to those who cannot take it, or like another type better', async () => {
    await serve();
    for (const url of ['/v2/tasks', `${URL}/tasks`]) {
      await app.inject(url);
      const { headers } = await app.inject({ url, headers: { accept: 'text/plain' } });
      expect(headers['content-type'], url).to.equal('text/plain; charset=utf-8');
    }
    await app.inject(URL);
    const refused = await app.inject({ url: URL, headers: { accept: 'image/png' } });
    expect(refused.statusCode).to.equal(406);
  });

  it('is for reading: a write of the same URL is a write', async () => {
    await serve();
    await app.inject(URL);
    const answer = await app.inject({ method: 'DELETE', url: URL });
    expect(answer.statusCode).to.equal(200);
    expect(service.commands.map(({ kind }) => kind)).to.deep.equal(['changeRoot']);
  });
});
