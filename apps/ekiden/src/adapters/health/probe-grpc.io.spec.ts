import { expect } from 'chai';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { millis, seconds, type Millis } from '@ekiden/kernel';
import type { ProbeResult } from '../../ports/index.js';
import { probeGrpc } from './probe-grpc.js';

type Answer = (stream: ServerHttp2Stream, asked: IncomingHttpHeaders, body: Buffer) => void;

const GRPC: OutgoingHttpHeaders = { ':status': 200, 'content-type': 'application/grpc' };

/** A message behind its prefix, and the status of the call in the trailers. */
function answering(message: readonly number[], code = '0'): Answer {
  return (stream) => {
    stream.respond(GRPC, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': code }));
    stream.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
  };
}

/** Without a message: the status of the call is in the headers. */
function failing(code: string): Answer {
  return (stream) => stream.respond({ ...GRPC, 'grpc-status': code }, { endStream: true });
}

describe('probing gRPC servers', () => {
  let server: Server;
  let answer: Answer;
  let port: number;

  before(async () => {
    const made = createServer();
    made.on('stream', (stream, headers) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => answer(stream, headers, Buffer.concat(parts)));
      stream.on('error', () => undefined);
    });
    server = made;
    port = await listen(made);
  });

  after(() => {
    server.close();
  });

  async function listen(made: Server): Promise<number> {
    made.listen(0, '127.0.0.1');
    await once(made, 'listening');
    return (made.address() as AddressInfo).port;
  }

  function probe(service = '', at = port, timeout: Millis = seconds(5)): Promise<ProbeResult> {
    const place = { host: '127.0.0.1', port: at, ipProtocol: 'IPv4' } as const;
    return probeGrpc({ kind: 'grpc', service, timeout, ...place });
  }

  it('asks for the health of a service, in the form of the protocol', async () => {
    let asked: IncomingHttpHeaders = {};
    let body: Buffer = Buffer.alloc(0);
    answer = (stream, headers, sent) => {
      asked = headers;
      body = sent;
      answering([8, 1])(stream, headers, sent);
    };
    expect(await probe('shop.Cart')).to.deep.equal({ ok: true });
    expect(asked[':path']).to.equal('/grpc.health.v1.Health/Check');
    expect(asked['content-type']).to.equal('application/grpc');
    expect(asked.te).to.equal('trailers');
    const name = [...Buffer.from('shop.Cart')];
    expect([...body]).to.deep.equal([0, 0, 0, 0, 11, 0x0a, 9, ...name]);
    await probe('x'.repeat(200));
    expect([...body.subarray(0, 8)]).to.deep.equal([0, 0, 0, 0, 203, 0x0a, 0xc8, 1]);
    await probe();
    expect([...body]).to.deep.equal([0, 0, 0, 0, 0]);
  });

  const verdicts: readonly (readonly [name: string, Answer, cause: string])[] = [
    ['one that does not serve', answering([8, 2]), 'service shop.Cart is NOT_SERVING'],
    ['one that does not know', answering([]), 'service shop.Cart is UNKNOWN'],
    ['another message', answering([10, 0]), 'no gRPC answer'],
    ['one without such a service', failing('5'), 'the server knows nothing of service shop.Cart'],
    ['one without health', failing('12'), 'the server does not offer grpc.health.v1.Health'],
    ['a failed call', failing('14'), 'gRPC status 14'],
    [
      'a web server',
      (stream) => stream.respond({ ':status': 404 }, { endStream: true }),
      'HTTP status 404',
    ],
  ];
  for (const [name, given, cause] of verdicts) {
    it(`takes ${name} for ill`, async () => {
      answer = given;
      expect(await probe('shop.Cart')).to.deep.equal({ ok: false, cause });
    });
  }

  it('gives up in time, and on servers of other kinds', async () => {
    answer = () => undefined;
    const late = { ok: false, cause: 'no answer within 0.2 s' };
    expect(await probe('', port, millis(200))).to.deep.equal(late);
    const greeter = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const other = await listen(greeter);
    expect((await probe('', other)).ok).to.equal(false);
    greeter.close();
    await once(greeter, 'close');
    expect((await probe('', other)).cause).to.equal(`connect ECONNREFUSED 127.0.0.1:${other}`);
  });
});
