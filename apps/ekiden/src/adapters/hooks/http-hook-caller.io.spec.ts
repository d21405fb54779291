import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import type { HookAnswer, HookCall } from '../../ports/index.js';
import { HttpHookCaller } from './http-hook-caller.js';

describe('calls of hooks', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const made = createServer(listener);
    server = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(made.address() as AddressInfo).port}/hook`;
  }

  function call(url: string, more: Partial<HookCall> = {}): Promise<HookAnswer> {
    return new HttpHookCaller().call({
      url,
      idempotencyKey: 'd1/#0/1',
      body: '{"at":"beforeStart"}',
      expect: 200,
      timeout: millis(5_000),
      signal: new AbortController().signal,
      ...more,
    });
  }

  it('post their facts with a key, and keep the beginning of the answer', async () => {
    const seen: [IncomingMessage['headers'], string][] = [];
    const url = await serve((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        seen.push([request.headers, text]);
        response.end('x'.repeat(100_000));
      });
    });
    const answer = await call(url);
    expect([answer.ok, answer.reason, answer.output.length]).to.deep.equal([
      true,
      'HTTP status 200',
      4_096,
    ]);
    expect(seen[0]?.[0]['idempotency-key']).to.equal('d1/#0/1');
    expect(seen[0]?.[1]).to.equal('{"at":"beforeStart"}');
  });

  it('fail by another status than the one expected, and follow no redirect', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await call(url)).to.include({ ok: false, reason: 'HTTP status 302, not 200' });
    expect(asked).to.equal(1);
    expect((await call(url, { expect: 302 })).ok).to.equal(true);
  });

  it('try a server that is not there again', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(asked === 1 ? 503 : 200).end();
    });
    expect((await call(url)).ok).to.equal(true);
    expect(asked).to.equal(2);
  });

  it('give up when their time is over', async () => {
    const url = await serve(() => undefined);
    const answer = await call(url, { timeout: millis(200) });
    expect(answer.ok).to.equal(false);
    expect(answer.reason).to.match(/^no answer within 0 s/);
  });
});
