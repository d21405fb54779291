import { expect } from 'chai';
import type { Rejection } from '../core/turn/index.js';
import { problem } from './schemas/index.js';
import { DEPLOYMENT_ID, definition, useFakeService } from './fake-service.spec.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const LOCKED =
  "App is locked by one or more deployments. Override with the option '?force=true'. " +
  "View details at '/v2/deployments/<DEPLOYMENT_ID>'.";

/** rejection, status, body */
const rejections: readonly (readonly [Rejection, number, unknown])[] = [
  [
    {
      kind: 'invalid',
      violations: [
        { path: '/', message: 'a' },
        { path: '/id', message: 'b' },
        { path: '/', message: 'c' },
      ],
    },
    422,
    {
      message: 'Object is not valid',
      details: [
        { path: '/', errors: ['a', 'c'] },
        { path: '/id', errors: ['b'] },
      ],
    },
  ],
  [{ kind: 'badRequest', message: 'm' }, 400, { message: 'm' }],
  [{ kind: 'unprocessable', message: 'm' }, 422, { message: 'm' }],
  [{ kind: 'notFound', message: 'm' }, 404, { message: 'm' }],
  [{ kind: 'exists', message: 'm' }, 409, { message: 'm' }],
  [
    { kind: 'locked', deployments: [DEPLOYMENT_ID] },
    409,
    { message: LOCKED, deployments: [{ id: DEPLOYMENT_ID }] },
  ],
  [{ kind: 'quarantined', message: 'm' }, 500, { message: 'm' }],
  [{ kind: 'unavailable', message: 'm', retryAfterSeconds: 3 }, 503, { message: 'm' }],
];

describe('transport', () => {
  const { service, server } = useFakeService();

  function post(payload: string, headers: Record<string, string> = JSON_TYPE) {
    return server().inject({ method: 'POST', url: '/v2/apps', payload, headers });
  }

  describe('refusals', () => {
    for (const [rejection, status, body] of rejections) {
      it(`answer ${rejection.kind} with ${status}`, async () => {
        service.reply = rejection;
        const response = await server().inject({ method: 'DELETE', url: '/v2/apps/a' });
        expect([response.statusCode, response.json()]).to.deep.equal([status, body]);
        expect(problem.safeParse(response.json()).success).to.equal(true);
        expect(response.headers['retry-after']).to.equal(status === 503 ? '3' : undefined);
      });
    }

    it('answer 503 with what the service waits for, until there is a state', async () => {
      service.ready = false;
      const waitingFor = { reason: 'database unreachable', since: service.now() };
      service.view = { ...service.view, elected: false, waitingFor };
      const response = await server().inject('/v2/apps');
      expect([response.statusCode, response.json()]).to.deep.equal([
        503,
        { message: 'database unreachable' },
      ]);
      expect(response.headers['retry-after']).to.equal('1');
    });

    it('keep our own faults in the log', async () => {
      service.reply = { kind: 'done' };
      const response = await server().inject({ method: 'DELETE', url: '/v2/apps/a' });
      expect([response.statusCode, response.json()]).to.deep.equal([
        500,
        { message: 'Internal Server Error' },
      ]);
      expect(response.body).to.not.contain('at ');
    });
  });

  describe('bodies', () => {
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'application/x-www-form-urlencoded',
      'text/plain',
      '',
    ]) {
      it(`are JSON as ${type === '' ? 'nothing' : type}`, async () => {
        const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
        const response = await post('{"id":5}', headers);
        expect(response.statusCode).to.equal(422);
      });
    }

    it('are refused as anything else', async () => {
      const response = await post('<app/>', { 'content-type': 'text/xml' });
      expect([response.statusCode, response.json()]).to.deep.equal([
        415,
        { message: 'Unsupported Media Type' },
      ]);
    });

    it('are JSON under any name for groups', async () => {
      const headers = { 'content-type': 'application/octet-stream' };
      const response = await server().inject({
        method: 'PUT',
        url: '/v2/groups/shop',
        headers,
        payload: '{"apps":5}',
      });
      expect(response.statusCode).to.equal(422);
    });

    for (const [name, payload, why] of [
      ['cut off', '{"id":', 'line 1 column 7'],
      ['broken on the second line', '{\n"id" 5}', 'line 2 column 6'],
      ['no JSON at all', 'hello', 'hello'],
    ] as const) {
      it(`are told what is wrong when they are ${name}`, async () => {
        const { statusCode, body } = await post(payload);
        const { message, details } = JSON.parse(body) as { message: string; details: string };
        expect([statusCode, message]).to.deep.equal([400, 'Invalid JSON']);
        expect(details).to.contain(why);
      });
    }

    for (const payload of ['', ' \n', '\uFEFF']) {
      it(`are missed where one is needed (${JSON.stringify(payload)})`, async () => {
        const response = await post(payload);
        expect(response.statusCode).to.equal(400);
        expect(response.json()).to.have.property('message', 'Please specify data in JSON format');
      });
    }

    it('may be empty where none is needed, whatever their type', async () => {
      const headers = JSON_TYPE;
      const response = await server().inject({ method: 'DELETE', url: '/v2/apps/a', headers });
      expect(response.statusCode).to.equal(200);
    });

    it('may nest 100 levels, not 101', async () => {
      const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
      expect((await post(nested(100))).statusCode).to.equal(422);
      for (const bomb of [nested(101), '[{"a":'.repeat(5_000_000 / 6)]) {
        const response = await post(bomb);
        expect([response.statusCode, response.json()]).to.deep.equal([
          400,
          { message: 'Invalid JSON', details: 'nested deeper than 100 levels' },
        ]);
      }
    });

    it('do not count brackets inside text', async () => {
      const response = await post(JSON.stringify({ id: 5, cmd: '[{"\\'.repeat(200) }));
      expect(response.statusCode).to.equal(422);
    });

    it('may not exceed 16 MiB', async () => {
      const response = await post(JSON.stringify({ cmd: 'x'.repeat(17 * 1024 * 1024) }));
      expect([response.statusCode, response.json()]).to.deep.equal([
        413,
        {
          message: 'Payload Too Large',
          details: 'a request body may have 16777216 bytes (EKIDEN_HTTP_BODY_LIMIT_MB)',
        },
      ]);
    });
  });

  describe('routes', () => {
    for (const url of ['/nope', '/v2/nope?x=1', '/v2/nothing', '/v2/apps/a/b%2']) {
      it(`know nothing of ${url}`, async () => {
        const response = await server().inject(url);
        const path = url.split('?')[0] ?? '';
        const bad = path.includes('%');
        const message = bad ? `Malformed URL: ${path}` : `URI not found: ${path}`;
        expect([response.statusCode, response.json()]).to.deep.equal([
          bad ? 400 : 404,
          { message },
        ]);
        expect(response.headers['cache-control']).to.contain('no-store');
      });
    }

    it('tell which methods they have', async () => {
      const response = await server().inject({ method: 'POST', url: '/v2/apps/a/b/tasks' });
      expect([response.statusCode, response.json()]).to.deep.equal([
        405,
        { message: 'Method Not Allowed' },
      ]);
      expect(response.headers['allow']).to.equal('DELETE, GET, HEAD, OPTIONS');
      const options = await server().inject({ method: 'OPTIONS', url: '/v2/deployments' });
      expect([options.statusCode, options.headers['allow']]).to.deep.equal([
        200,
        'GET, HEAD, OPTIONS',
      ]);
    });

    it('take long ids, but not any length', async () => {
      const long = await server().inject(`/v2/apps/${'a/'.repeat(1_000)}a`);
      expect(long.statusCode).to.equal(404);
      const tooLong = await server().inject(`/v2/apps/${'a'.repeat(5_000)}`);
      expect([tooLong.statusCode, tooLong.json()]).to.deep.equal([
        414,
        { message: 'URI Too Long' },
      ]);
    });

    it('answer in JSON or not at all', async () => {
      const response = await server().inject({ url: '/v2/info', headers: { accept: 'text/html' } });
      expect([response.statusCode, response.json()]).to.deep.equal([
        406,
        { message: 'Not Acceptable' },
      ]);
    });
  });

  describe('headers', () => {
    it('are on every answer', async () => {
      for (const url of ['/ping', '/nope', '/v2/apps', '/v2/apps/%zz']) {
        expect((await server().inject(url)).headers).to.include({
          'cache-control': 'no-cache, no-store, must-revalidate',
          pragma: 'no-cache',
          expires: '0',
          'x-marathon-leader': 'http://node1:8080',
          'x-frame-options': 'DENY',
          'x-xss-protection': '1; mode=block',
        });
      }
    });

    it('name no leader where there is none', async () => {
      service.view = { ...service.view, leader: undefined };
      expect((await server().inject('/ping')).headers).to.not.have.property('x-marathon-leader');
    });

    it('let an unchanged answer be left out', async () => {
      service.put(definition('/a'));
      const first = await server().inject('/v2/apps');
      const etag = String(first.headers['etag']);
      expect(etag).to.match(/^W\/"/);
      for (const match of [etag, '*', `"x", ${etag}`, etag.slice(2)]) {
        const again = await server().inject({
          url: '/v2/apps',
          headers: { 'if-none-match': match },
        });
        expect([again.statusCode, again.body]).to.deep.equal([304, '']);
        expect(again.headers['etag']).to.equal(etag);
      }
      service.put(definition('/b'));
      service.turn += 1;
      const changed = await server().inject({
        url: '/v2/apps',
        headers: { 'if-none-match': etag },
      });
      expect(changed.statusCode).to.equal(200);
    });

    it('are all that a HEAD request gets', async () => {
      service.put(definition('/a'));
      const get = await server().inject('/v2/apps');
      const head = await server().inject({ method: 'HEAD', url: '/v2/apps' });
      expect([head.statusCode, head.body]).to.deep.equal([200, '']);
      expect(head.headers['content-length']).to.equal(get.headers['content-length']);
    });
  });
});
