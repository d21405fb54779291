import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { exchangeRaw, useService, type RawAnswer } from '../support/index.js';

const MB = 1024 * 1024;
const JSON_TYPE = 'Content-Type: application/json';
const APP = '{"id":"/a","cmd":"sleep 1","instances":0}';

describe('Hostile connections', () => {
  const running = useService({ env: { EKIDEN_HTTP_RECEIVE_TIMEOUT_SECONDS: '1' } });

  afterEach('the service is well', async () => {
    expect((await running().api.ask('GET', '/ping')).text).to.equal('pong');
    expect(await running().api.apps()).to.deep.equal([]);
  });

  function ask(bytes: string | Buffer, hangUp = false): Promise<RawAnswer> {
    return exchangeRaw(running().url, { bytes, hangUp });
  }

  function head(method: string, path: string, more: readonly string[] = []): string {
    return [`${method} ${path} HTTP/1.1`, 'Host: x', ...more, '', ''].join('\r\n');
  }

  for (const path of [
    '/v2/apps/..',
    '/v2/apps/../..',
    '/v2/apps/%2e%2e/%2e%2e',
    '/v2/apps/%2F%2F..%2F',
    '/v2/apps/%00',
    '/v2/apps/a%00b',
    '/v2/apps//////',
    '/v2/apps//a//b/',
    '//v2//apps',
    '//evil.example/v2/apps',
    'http://evil.example/v2/apps',
    '/v2/apps/%',
    '/v2/apps/%zz',
    '/v2/apps/%ff%fe',
    '/v2/apps/%c0%ae%c0%ae',
    '/v2/apps/Ünïcode',
    '/v2/apps/%F0%9F%8C%8A',
    '/v2/apps/a b',
    '/v2/apps/a#b',
    '/v2/apps/a..b/tasks',
    '/v2/apps/*/versions/*',
    '/v2/apps/a/versions/%00',
    '/v2/apps/constructor',
    '/v2/apps/__proto__/versions',
    '/v2/groups/__proto__',
    '/v2/roles/__proto__',
    '/v2/queue/__proto__/delay',
    `/v2/apps/${'a'.repeat(10_000)}`,
    `/v2/apps/${'a/'.repeat(5_000)}`,
    `/v2/apps/${'%61'.repeat(4_000)}`,
    `/v2/apps?${'embed=apps.tasks&'.repeat(800)}`,
    '/v2/apps?label=%00',
    `/v2/apps?label=${'a,'.repeat(5_000)}`,
    '/v2/apps?__proto__=x&constructor=y&embed[__proto__]=z',
    '/v2/apps?embed=&embed&&&=&=%ff&%zz',
    '*',
  ]) {
    it(`${path.slice(0, 40)} is answered, by whatever method`, async () => {
      for (const method of [
        'GET',
        'HEAD',
        'OPTIONS',
        'POST',
        'PUT',
        'PATCH',
        'DELETE',
        'PROPFIND',
      ]) {
        const raw = Buffer.from(head(method, path, ['Connection: close']), 'utf8');
        const { status } = await ask(raw);
        expect(status, method).to.be.within(200, 499);
      }
    });
  }

  for (const [name, bytes, statuses] of [
    ['nothing but noise', 'hello\r\n\r\n', [400]],
    ['a header that never ends', `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}`, [431]],
    ['two lengths', head('POST', '/v2/apps', ['Content-Length: 5', 'Content-Length: 6']), [400]],
    [
      'a length and chunks',
      head('POST', '/v2/apps', ['Content-Length: 5', 'Transfer-Encoding: chunked']),
      [400],
    ],
    ['a negative length', head('POST', '/v2/apps', ['Content-Length: -5']), [400]],
    [
      'a broken chunk',
      `${head('POST', '/v2/apps', ['Transfer-Encoding: chunked'])}zz\r\n`,
      [400, undefined],
    ],
    [
      'a length of a terabyte',
      head('POST', '/v2/apps', ['Content-Type: application/json', 'Content-Length: 1099511627776']),
      [413],
    ],
    [
      'bytes that are no UTF-8',
      Buffer.concat([
        Buffer.from(head('POST', '/v2/apps', ['Content-Length: 12', 'Connection: close'])),
        Buffer.from('7b226964223a22ff fe227d00'.replaceAll(' ', ''), 'hex'),
      ]),
      [400, 422],
    ],
    [
      'a packed body',
      head('POST', '/v2/apps', ['Content-Encoding: gzip', 'Content-Length: 4']) + '\x1f\x8b\b\0',
      [400, 415],
    ],
    [
      'a media type that is none',
      head('POST', '/v2/apps', [
        'Content-Type: ;;;',
        `Content-Length: ${APP.length}`,
        'Connection: close',
      ]) + APP,
      [415],
    ],
  ] as const) {
    it(`${name}: a clear answer`, async () => {
      const { status, text } = await ask(bytes);
      expect(statuses, text).to.include(status);
      if (text !== '') expect(JSON.parse(text)).to.have.property('message');
    });
  }

  for (const [name, more, parts] of [
    ['told at once', [`Content-Length: ${20 * MB}`], Array<string>(20).fill('x'.repeat(MB))],
    [
      'told by a client that closes',
      [`Content-Length: ${20 * MB}`, 'Connection: close'],
      Array<string>(20).fill('x'.repeat(MB)),
    ],
    [
      'in chunks',
      ['Transfer-Encoding: chunked'],
      [...Array<string>(20).fill(`100000\r\n${'x'.repeat(MB)}\r\n`), '0\r\n\r\n'],
    ],
  ] as const) {
    it(`a body that is too large, ${name}: the answer reaches who reads it only after writing`, async () => {
      const { hostname, port } = new URL(running().url);
      const socket = connect(Number(port), hostname).pause();
      // a write that fails says so itself
      socket.on('error', () => undefined);
      try {
        await once(socket, 'connect');
        for (const part of [head('POST', '/v2/apps', [JSON_TYPE, ...more]), ...parts]) {
          await new Promise<void>((written, failed) => {
            socket.write(part, (error) => {
              if (error) failed(error);
              else written();
            });
          });
        }
        const [answer] = (await once(socket.resume(), 'data')) as [Buffer];
        expect(answer.toString('latin1')).to.match(/^HTTP\/1\.1 413 /);
      } finally {
        socket.destroy();
      }
    });
  }

  it('a body without end is not read for ever', async () => {
    const { hostname, port } = new URL(running().url);
    const socket = connect(Number(port), hostname);
    const closed = new Promise((done) => socket.once('close', done));
    socket.on('error', () => undefined);
    socket.write(head('POST', '/v2/apps', [JSON_TYPE, 'Content-Length: 1099511627776']));
    const part = Buffer.alloc(MB, 'x');
    let written = 0;
    while (!socket.destroyed && written < 1_000) {
      written += 1;
      await new Promise((done) => socket.write(part, done));
    }
    socket.destroy();
    await closed;
    expect(written).to.be.within(16, 200);
  });

  it('a body that does not come is not waited for', async () => {
    const answers = await Promise.all([
      ask(head('POST', '/v2/apps', ['Content-Length: 100'])),
      ask(`${head('POST', '/v2/apps', ['Content-Length: 100'])}${APP}`),
      ask('POST /v2/apps HTTP/1.1\r\nHost: x\r\nX-Slow'),
    ]);
    for (const { status, text } of answers) {
      expect(status).to.equal(408);
      expect(JSON.parse(text)).to.deep.equal({ message: 'Request Timeout' });
    }
  });

  it('a client that goes away amidst a body leaves nothing behind', async () => {
    const half = `${head('POST', '/v2/apps', ['Content-Length: 100'])}${APP}`;
    await Promise.all(Array.from({ length: 20 }, () => ask(half, true)));
  });
});
