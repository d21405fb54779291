import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ProbeTarget } from '../../core/health/index.js';
import type { ProbeResult } from '../../ports/index.js';
import { noAnswer, resultOfError } from './cause.js';

type HttpTarget = Extract<ProbeTarget, { readonly kind: 'http' }>;

/**
 * One GET on a connection of its own; 200 to 399 is well. Redirects are not followed, certificates
 * not verified (marathon-behaviour 6.1). The body is not waited for unless it is wanted.
 */
export function probeHttp(target: HttpTarget): Promise<ProbeResult> {
  const { host, port, path, timeout, ipProtocol } = target;
  const request = target.https ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const limit = AbortSignal.timeout(timeout);
    const fail = (error: Error): void => {
      resolve(limit.aborted ? { ok: false, cause: noAnswer(timeout) } : resultOfError(error));
    };
    try {
      const asked = request({
        host,
        port,
        path,
        family: ipProtocol === 'IPv6' ? 6 : 4,
        agent: false,
        signal: limit,
        rejectUnauthorized: false,
        headers: { 'user-agent': 'ekiden-health', accept: '*/*', connection: 'close' },
      });
      // Stays: an aborted answer may raise more than one error.
      asked.on('error', fail);
      asked.once('upgrade', (answer, socket) => {
        socket.destroy();
        resolve(resultOf(answer, target));
      });
      asked.once('response', (answer) => {
        if (target.answerWanted === 'body') {
          readBody(answer).then((body) => {
            resolve(resultOf(answer, target, body));
          }, fail);
          return;
        }
        answer.destroy();
        resolve(resultOf(answer, target));
      });
      asked.end();
    } catch (error) {
      // A path that no request can carry.
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Bytes of a body that are read: it is for people to look at. */
const BODY_MAX = 16_384;

async function readBody(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length >= BODY_MAX) break;
  }
  return Buffer.concat(parts).subarray(0, BODY_MAX).toString('utf8');
}

function resultOf(
  { statusCode: status = 0, headers }: IncomingMessage,
  { answerWanted }: HttpTarget,
  body = '',
): ProbeResult {
  const ok = status >= 200 && status <= 399;
  const verdict = ok ? { ok } : { ok, cause: `HTTP status ${status}` };
  if (answerWanted === undefined) return verdict;
  return { ...verdict, response: { status, contentType: headers['content-type'] ?? '', body } };
}
