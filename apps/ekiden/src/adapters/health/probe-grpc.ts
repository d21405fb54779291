import { connect as connectHttp2, type ClientHttp2Stream } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import type { ProbeTarget } from '../../core/health/index.js';
import type { ProbeResult } from '../../ports/index.js';
import { resultOfError } from './cause.js';
import { CHECK_PATH, checkRequest, servingStatusOf } from './grpc-health.js';
import { probeWithin } from './probe-within.js';

type GrpcTarget = Extract<ProbeTarget, { readonly kind: 'grpc' }>;

const HEADERS = {
  ':method': 'POST',
  ':path': CHECK_PATH,
  'content-type': 'application/grpc',
  te: 'trailers',
  'user-agent': 'ekiden-health',
};

/** Bytes of an answer that are read; a true one has seven. */
const ANSWER_MAX = 1_024;

/** Status codes of gRPC that servers without health, or without that service, answer with. */
const NOT_FOUND = 5;
const UNIMPLEMENTED = 12;

/** One call of `grpc.health.v1.Health/Check` without TLS; SERVING is well. */
export function probeGrpc(target: GrpcTarget): Promise<ProbeResult> {
  const { host, port, ipProtocol, service } = target;
  return probeWithin(target.timeout, (settle) => {
    let connected = false;
    const socket = connectTcp({ host, port, family: ipProtocol === 'IPv6' ? 6 : 4 });
    socket.once('connect', () => {
      connected = true;
    });
    const authority = host.includes(':') ? `[${host}]` : host;
    const session = connectHttp2(`http://${authority}:${port}`, {
      createConnection: () => socket,
    });
    const fail = (error: Error): void => {
      settle(resultOfError(error));
    };
    // They stay: what is given up may raise more than one error.
    socket.on('error', fail);
    session.on('error', fail);
    const call = session.request(HEADERS);
    call.on('error', fail);
    call.end(checkRequest(service));
    readAnswer(call, service, settle);
    return {
      stop: () => {
        session.destroy();
        socket.destroy();
      },
      whenLate: () => (connected ? {} : { silent: true }),
    };
  });
}

function readAnswer(
  call: ClientHttp2Stream,
  service: string,
  settle: (result: ProbeResult) => void,
): void {
  let body = Buffer.alloc(0);
  let httpStatus = 0;
  let code: number | undefined;
  const noteCode = (headers: Readonly<Record<string, unknown>>): void => {
    // In the headers of an answer without a body, else behind the body.
    const told = headers['grpc-status'];
    if (typeof told === 'string') code = Number(told);
  };
  call.on('response', (headers) => {
    httpStatus = headers[':status'] ?? 0;
    noteCode(headers);
  });
  call.on('trailers', noteCode);
  call.on('data', (part: Buffer) => {
    if (body.length < ANSWER_MAX) body = Buffer.concat([body, part]);
  });
  call.on('end', () => {
    settle(resultOf({ httpStatus, code, body }, service));
  });
}

interface Answer {
  readonly httpStatus: number;
  readonly code: number | undefined;
  readonly body: Buffer;
}

function resultOf({ httpStatus, code, body }: Answer, service: string): ProbeResult {
  const asked = service === '' ? 'the server' : `service ${service}`;
  const ill = (cause: string): ProbeResult => ({ ok: false, cause });
  if (httpStatus !== 200) return ill(`HTTP status ${httpStatus}`);
  if (code === UNIMPLEMENTED) return ill('the server does not offer grpc.health.v1.Health');
  if (code === NOT_FOUND) return ill(`the server knows nothing of ${asked}`);
  if (code !== undefined && code !== 0) return ill(`gRPC status ${code}`);
  const status = servingStatusOf(body);
  if (status === 'SERVING') return { ok: true };
  return ill(status === undefined ? 'no gRPC answer' : `${asked} is ${status}`);
}
