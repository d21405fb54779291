import { gunzipSync, inflateSync } from 'node:zlib';
import { expect } from 'chai';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FakeService, definition } from '../fake-service.spec.js';
import type { TransportRules } from './transport-rules.js';

describe('rules of transport', () => {
  let service = new FakeService();
  let app: NestFastifyApplication | undefined;

  async function serve(rules: Partial<TransportRules> = {}): Promise<NestFastifyApplication> {
    app = await service.serve(rules);
    return app;
  }

  beforeEach(() => {
    service = new FakeService();
  });

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  describe('compression', () => {
    function putMany(): void {
      for (let i = 0; i < 20; i += 1) service.put(definition(`/app-${i}`));
    }

    for (const [encoding, unpack] of [
      ['gzip', gunzipSync],
      ['deflate', inflateSync],
    ] as const) {
      it(`is ${encoding} where the client takes it, with the same tag and no other length`, async () => {
        putMany();
        const server = await serve();
        const plain = await server.inject('/v2/apps');
        const headers = { 'accept-encoding': encoding };
        const packed = await server.inject({ url: '/v2/apps', headers });
        expect(packed.headers).to.include({
          'content-encoding': encoding,
          vary: 'Accept-Encoding',
          etag: plain.headers['etag'],
          'content-length': String(packed.rawPayload.length),
        });
        expect(packed.rawPayload.length).to.be.lessThan(plain.rawPayload.length / 4);
        expect(unpack(packed.rawPayload).toString()).to.equal(plain.body);
        const head = await server.inject({ method: 'HEAD', url: '/v2/apps', headers });
        expect([head.headers['content-length'], head.body]).to.deep.equal([
          packed.headers['content-length'],
          '',
        ]);
        const ifNoneMatch = { ...headers, 'if-none-match': String(packed.headers['etag']) };
        const again = await server.inject({ url: '/v2/apps', headers: ifNoneMatch });
        expect([again.statusCode, again.body]).to.deep.equal([304, '']);
        expect(again.headers).to.not.have.property('content-encoding');
        expect(again.headers).to.have.property('vary', 'Accept-Encoding');
      });
    }

    it('of a body that is sent again costs nothing', async () => {
      putMany();
      const server = await serve();
      const headers = { 'accept-encoding': 'gzip' };
      const [one, two] = await Promise.all([
        server.inject({ url: '/v2/apps', headers }),
        server.inject({ url: '/v2/apps', headers }),
      ]);
      expect(one.rawPayload.equals(two.rawPayload)).to.equal(true);
    });

    it('of a list that is sent in chunks is done once, too', async () => {
      const env = { FILLER: 'x'.repeat(2_000) };
      for (let i = 0; i < 3_000; i += 1) service.put(definition(`/app-${i}`, { env }));
      const server = await serve();
      const headers = { 'accept-encoding': 'gzip' };
      const first = await server.inject({ url: '/v2/apps', headers });
      expect(first.headers).to.include({ 'content-encoding': 'gzip' });
      expect(first.headers).to.not.have.property('content-length');
      const again = await server.inject({ url: '/v2/apps', headers });
      expect(again.headers).to.include({
        'content-encoding': 'gzip',
        'content-length': String(again.rawPayload.length),
        etag: first.headers['etag'],
      });
      const plain = (await server.inject('/v2/apps')).body;
      expect(gunzipSync(first.rawPayload).toString()).to.equal(plain);
      expect(gunzipSync(again.rawPayload).toString()).to.equal(plain);
      service.put(definition('/new'));
      service.turn += 1;
      const changed = await server.inject({ url: '/v2/apps', headers });
      expect(gunzipSync(changed.rawPayload).toString()).to.contain('"/new"');
    });

    it('is left alone for small answers, and for other encodings', async () => {
      putMany();
      const server = await serve();
      const small = await server.inject({ url: '/ping', headers: { 'accept-encoding': 'gzip' } });
      expect(small.headers).to.not.have.property('content-encoding');
      expect(small.headers).to.have.property('vary', 'Accept-Encoding');
      const other = await server.inject({ url: '/v2/apps', headers: { 'accept-encoding': 'br' } });
      expect(other.headers).to.not.have.property('content-encoding');
    });

    it('can be switched off', async () => {
      putMany();
      const without = await serve({ compression: false });
      const headers = { 'accept-encoding': 'gzip' };
      const plain = await without.inject({ url: '/v2/apps', headers });
      expect(plain.headers).to.not.have.any.keys('content-encoding', 'vary');
    });
  });

  describe('other origins', () => {
    const asking = { origin: 'http://b.example' };

    it('may not read answers unless they are named', async () => {
      const { headers } = await (await serve()).inject({ url: '/ping', headers: asking });
      expect(Object.keys(headers).join()).to.not.contain('access-control');
    });

    for (const [name, allowedOrigins, allowed, varies] of [
      ['all', ['*'], '*', false],
      ['the one', ['http://a.example'], 'http://a.example', false],
      ['the asking one', ['http://b.example', 'http://a.example'], 'http://b.example', true],
      ['the last one', ['http://c.example', 'http://a.example'], 'http://a.example', true],
    ] as const) {
      it(`are told that ${name} may, on every answer`, async () => {
        const server = await serve({ allowedOrigins });
        for (const url of ['/ping', '/v2/apps', '/v2/apps/x', '/nope']) {
          const { headers } = await server.inject({ url, headers: asking });
          expect(headers).to.include({
            'access-control-allow-origin': allowed,
            'access-control-allow-methods': 'GET, HEAD, OPTIONS',
            'access-control-max-age': '86400',
          });
          expect(String(headers['vary']).includes('Origin')).to.equal(varies);
        }
      });
    }

    it('get their question before a request answered, without credentials', async () => {
      const credentials = { user: 'admin', password: 'sesame' };
      const server = await serve({ allowedOrigins: ['*'], credentials });
      const { statusCode, headers } = await server.inject({
        method: 'OPTIONS',
        url: '/v2/apps',
        headers: {
          ...asking,
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'X-One, X-Two',
        },
      });
      expect(statusCode).to.equal(200);
      expect(headers).to.include({
        'access-control-allow-headers': 'X-One, X-Two',
        allow: 'GET, HEAD, PATCH, POST, PUT, OPTIONS',
      });
      expect((await server.inject({ url: '/v2/apps', headers: asking })).statusCode).to.equal(401);
    });
  });

  describe('credentials', () => {
    const credentials = { user: 'admin', password: 'a:b ü' };

    function basic(text: string, scheme = 'Basic'): { authorization: string } {
      return { authorization: `${scheme} ${Buffer.from(text).toString('base64')}` };
    }

    it('open every path', async () => {
      const server = await serve({ credentials, realm: 'Team' });
      for (const scheme of ['Basic', 'basic', 'BASIC']) {
        for (const url of ['/ping', '/v2/apps', '/v2/info', '/docs']) {
          const { statusCode } = await server.inject({
            url,
            headers: basic('admin:a:b ü', scheme),
          });
          expect(statusCode, url).to.equal(200);
        }
      }
    });

    for (const [name, headers] of [
      ['none', {}],
      ['the wrong password', basic('admin:a:b')],
      ['the wrong user', basic('root:a:b ü')],
      ['another scheme', basic('admin:a:b ü', 'Bearer')],
      ['something that is no base64', { authorization: 'Basic ###' }],
    ] as const) {
      it(`are asked for on every path when there are ${name}`, async () => {
        const server = await serve({ credentials, realm: 'Team' });
        for (const url of ['/ping', '/v2/apps', '/nope', '/openapi.json', '/', '/v2/events']) {
          const answer = await server.inject({ url, headers });
          expect([answer.statusCode, answer.json()], url).to.deep.equal([
            401,
            { message: 'Invalid username or password.' },
          ]);
          expect(answer.headers).to.include({
            'www-authenticate': 'Basic realm="Team"',
            pragma: 'no-cache',
          });
        }
        expect(service.log.join()).to.not.contain('a:b');
      });
    }
  });

  describe('a maximum of requests at once', () => {
    it('is held, and those beyond it are told to come again', async () => {
      const server = await serve({ maxConcurrentRequests: 1 });
      let answer: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        answer = resolve;
      });
      service.submit = async () => {
        await held;
        return service.reply;
      };
      const first = server.inject({ method: 'DELETE', url: '/v2/apps/a' });
      const first2 = await Promise.race([first, server.inject('/ping')]);
      expect([first2.statusCode, first2.json()]).to.deep.equal([
        503,
        { message: 'Too many concurrent requests! Allowed: 1.' },
      ]);
      expect(first2.headers['retry-after']).to.equal('1');
      answer();
      expect((await first).statusCode).to.equal(200);
      expect((await server.inject('/ping')).statusCode).to.equal(200);
    });

    it('is held for bodies, too', async () => {
      const server = await serve({ bodyLimit: 100 });
      const huge = { 'content-type': 'application/json', 'content-length': '99' };
      service.submit = () => new Promise(() => undefined);
      const payload = `{"id":"/a","cmd":"sleep 1"${' '.repeat(72)}}`;
      const waiting = Array.from({ length: 16 }, () =>
        server.inject({ method: 'POST', url: '/v2/apps', payload, headers: huge }),
      );
      const { statusCode } = await Promise.race([
        ...waiting,
        server.inject({ method: 'POST', url: '/v2/apps', payload, headers: huge }),
      ]);
      expect(statusCode).to.equal(503);
      expect((await server.inject('/ping')).statusCode).to.equal(200);
    });
  });

  it('lead people from the top to the pages that there are', async () => {
    const server = await serve();
    for (const url of ['/', '/help']) {
      const { statusCode, headers, body } = await server.inject(url);
      expect([statusCode, headers['location'], body]).to.deep.equal([302, '/docs', '']);
      expect(headers).to.include({ expires: '0', 'x-marathon-leader': 'http://node1:8080' });
    }
  });
});
