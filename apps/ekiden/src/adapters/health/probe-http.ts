import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ProbeTarget } from '../../core/health/index.js';
import type { ProbeResult } from '../../ports/index.js';
import { readStart } from '../http/index.js';
import { resultOfError } from './cause.js';
import { probeWithin } from './probe-within.js';

type HttpTarget = Extract<ProbeTarget, { readonly kind: 'http' }>;

/**
 * One GET on a connection of its own; 200 to 399 is well. Redirects are not followed, certificates
 * not verified (marathon-behaviour 6.1). The body is not waited for unless it is wanted.
 */
export function probeHttp(target: HttpTarget): Promise<ProbeResult> {
  return probeWithin(target.timeout, (settle) => {
    let connected = false;
    let interim: number | undefined;
    const asked = open(target, settle);
    asked?.on('socket', (socket) => {
      socket.once('connect', () => {
        connected = true;
      });
    });
    asked?.on('information', ({ statusCode }) => {
      interim = statusCode;
    });
    // Stays: a request that is given up may raise more than one error.
    asked?.on('error', (error) => {
      settle(resultOfError(error));
    });
    asked?.once('upgrade', (answer) => {
      settle(resultOf(answer, target));
    });
    asked?.once('response', (answer) => {
      if (target.answerWanted !== 'body') {
        settle(resultOf(answer, target));
        return;
      }
      readStart(answer, BODY_MAX).then(
        (body) => {
          settle(resultOf(answer, target, body));
        },
        (error: unknown) => {
          settle(resultOfError(error instanceof Error ? error : new Error(String(error))));
        },
      );
    });
    asked?.end();
    return {
      stop: () => asked?.destroy(),
      whenLate: () => {
        if (!connected) return { silent: true };
        return interim === undefined ? {} : verdictOn(interim, target);
      },
    };
  });
}

function open(
  { host, port, path, https, ipProtocol }: HttpTarget,
  settle: (result: ProbeResult) => void,
): ClientRequest | undefined {
  try {
    return (https ? requestHttps : requestHttp)({
      host,
      port,
      path,
      family: ipProtocol === 'IPv6' ? 6 : 4,
      agent: false,
      rejectUnauthorized: false,
      headers: { 'user-agent': 'ekiden-health', accept: '*/*', connection: 'close' },
    });
  } catch (error) {
    // A path that no request can carry.
    settle(resultOfError(error instanceof Error ? error : new Error(String(error))));
    return undefined;
  }
}

/** Bytes of a body that are read: it is for people to look at. */
const BODY_MAX = 16_384;

function resultOf(answer: IncomingMessage, target: HttpTarget, body = ''): ProbeResult {
  const { statusCode: status = 0, headers } = answer;
  const verdict = verdictOn(status, target);
  if (target.answerWanted === undefined) return verdict;
  return { ...verdict, response: { status, contentType: headers['content-type'] ?? '', body } };
}

function verdictOn(status: number, { ignore1xx }: HttpTarget): ProbeResult {
  if (status >= 200 && status <= 399) return { ok: true };
  const ill: ProbeResult = { ok: false, cause: `HTTP status ${status}` };
  return ignore1xx && status < 200 ? { ...ill, undecided: true } : ill;
}
