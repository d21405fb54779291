import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { expect } from 'chai';
import { FakeService, askServer, type Method } from '../fake-service.spec.js';

describe('system endpoints', () => {
  const service = new FakeService();
  let app: NestFastifyApplication;

  before(async () => {
    app = await service.serve();
  });

  beforeEach(() => {
    service.reset();
  });

  after(() => app.close());

  async function ask(method: Method, url: string, body?: unknown) {
    const response = await askServer(app, method, url, body);
    return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
  }

  it('list loggers, change the level of one and echo what was asked for', async () => {
    expect((await ask('GET', '/logging')).body).to.deep.equal({
      ROOT: 'INFO',
      'ekiden.http': 'INFO (inherited)',
    });
    const change = { level: 'DEBUG', logger: 'ekiden.http', durationSeconds: 30 };
    expect(await ask('POST', '/logging', change)).to.deep.equal({
      status: 200,
      body: { ...change, level: 'debug' },
    });
    expect((await ask('GET', '/logging')).body).to.deep.equal({
      ROOT: 'INFO',
      'ekiden.http': 'DEBUG',
    });
  });

  for (const [name, body, path] of [
    ['an unknown level', { level: 'loud', logger: 'ROOT' }, '/level'],
    ['an empty logger', { level: 'info', logger: '' }, '/logger'],
    ['an unknown logger', { level: 'info', logger: 'mesosphere.marathon' }, '/logger'],
    ['no logger', { level: 'info' }, '/logger'],
    ['a duration of nothing', { level: 'info', logger: 'ROOT', durationSeconds: 0 }],
  ] as const) {
    it(`refuse ${name}`, async () => {
      const answer = await ask('POST', '/logging', body);
      expect(answer.status).to.equal(422);
      const details = answer.body['details'] as { path: string }[];
      expect(details[0]?.path).to.equal(path ?? '/durationSeconds');
    });
  }

  it('show the settings', async () => {
    expect(await ask('GET', '/config')).to.deep.equal({
      status: 200,
      body: { EKIDEN_HTTP_PORT: 8080, DATABASE_URL: null },
    });
  });

  it('know no plugins', async () => {
    expect(await ask('GET', '/v2/plugins')).to.deep.equal({ status: 200, body: { plugins: [] } });
    const missing = { status: 404, body: { message: 'No plugin with this pluginId: x' } };
    for (const method of ['GET', 'PUT', 'POST', 'DELETE'] as const) {
      expect(await ask(method, '/v2/plugins/x/a/b')).to.deep.equal(missing);
    }
  });

  it('give up leadership', async () => {
    expect(await ask('DELETE', '/v2/leader')).to.deep.equal({
      status: 200,
      body: { message: 'Leadership abdicated' },
    });
    expect(service.abdications).to.equal(1);
  });

  it('neither back up nor restore, and say what does', async () => {
    for (const query of ['backup=file:///tmp/x', 'restore=s3://bucket/x']) {
      const { status, body } = await ask('DELETE', `/v2/leader?${query}`);
      expect(status).to.equal(422);
      expect(body['message']).to.include('pg_dump');
    }
    expect(service.abdications).to.equal(0);
  });

  it('cannot give up what nobody, or somebody else, has', async () => {
    service.view = { ...service.view, elected: false, leader: undefined };
    expect(await ask('DELETE', '/v2/leader')).to.deep.equal({
      status: 404,
      body: { message: 'There is no leader' },
    });
    service.view = { ...service.view, leader: 'node1:8080', standby: false };
    expect((await ask('DELETE', '/v2/leader')).status).to.equal(503);
  });
});
