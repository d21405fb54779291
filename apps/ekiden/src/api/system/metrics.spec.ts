import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { expect } from 'chai';
import { FakeService } from '../fake-service.spec.js';

describe('GET /metrics', () => {
  const service = new FakeService();
  let app: NestFastifyApplication;

  before(async () => {
    app = await service.serve();
    service.metrics.gauge({ name: 'marathon.apps.active.gauge', help: 'Apps.' }, () => 3);
    await app.inject({ method: 'GET', url: '/ping' });
  });

  after(() => app.close());

  const get = (url: string, accept?: string) =>
    app.inject({ method: 'GET', url, headers: accept === undefined ? {} : { accept } });

  const PROMETHEUS =
    'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1';

  for (const accept of [undefined, '*/*', 'application/json', 'text/plain', 'text/html,*/*']) {
    it(`is Marathon's JSON for ${accept ?? 'no Accept'}`, async () => {
      const { headers, json } = await get('/metrics', accept);
      const body = json<Record<string, Record<string, object>>>();
      expect(headers['content-type']).to.equal('application/json; charset=utf-8');
      expect(Object.keys(body)).to.deep.equal([
        ...['version', 'gauges', 'counters', 'histograms', 'meters', 'timers'],
      ]);
      expect(body['version']).to.equal('4.0.0');
      expect(body['gauges']?.['marathon.apps.active.gauge']).to.deep.equal({ value: 3 });
      expect(body['meters']?.['marathon.http.responses.2xx.rate']).to.have.property('count');
    });
  }

  for (const [url, accept] of [
    ['/metrics', PROMETHEUS],
    ['/metrics', 'text/plain; version=0.0.4'],
    ['/metrics/prometheus', undefined],
    ['/metrics/prometheus', 'application/json'],
  ] as const) {
    it(`is text for ${url} with ${accept ?? 'no Accept'}`, async () => {
      const { headers, body } = await get(url, accept);
      expect(headers['content-type']).to.equal('text/plain; version=0.0.4; charset=utf-8');
      expect(body).to.include('\nmarathon_apps_active_gauge 3\n');
    });
  }
});
