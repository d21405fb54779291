import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { HookAnswer, HookCall, HookCaller } from '../../ports/index.js';
import { readStart } from '../http/index.js';

/** Bytes of an answer that are kept. */
const BODY_MAX = 4_096;

/** Between two tries to reach a server that is not there. */
const RETRY_MS = 1_000;

/** Answers of something in between: the server itself was not reached. */
const NOT_THERE: ReadonlySet<number> = new Set([502, 503, 504]);

type Outcome =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Hooks over HTTP and HTTPS, certificates verified, each try on a connection of its own. */
export class HttpHookCaller implements HookCaller {
  async call(call: HookCall): Promise<HookAnswer> {
    const signal = AbortSignal.any([call.signal, AbortSignal.timeout(call.timeout)]);
    let last: Outcome | undefined;
    for (;;) {
      const outcome = await post(call, signal);
      if (outcome.kind === 'answered') {
        const { status } = outcome;
        if (status === call.expect || !NOT_THERE.has(status)) return answerOf(outcome, call);
      }
      // What broke off as the time was over says less than the try before it.
      last = outcome.kind === 'answered' ? outcome : (last ?? outcome);
      await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return answerOf(last, call);
    }
  }
}

function answerOf(outcome: Outcome, { expect, timeout }: HookCall): HookAnswer {
  if (outcome.kind === 'failed') {
    const reason = `no answer within ${Math.round(timeout / 1000)} s: ${outcome.reason}`;
    return { ok: false, reason, output: '' };
  }
  const { status, body } = outcome;
  const ok = status === expect;
  const reason = ok ? `HTTP status ${status}` : `HTTP status ${status}, not ${expect}`;
  return { ok, reason, output: body };
}

function post({ url, idempotencyKey, body }: HookCall, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    const fail = (error: unknown): void => {
      resolve({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
    };
    try {
      const address = new URL(url);
      const open = address.protocol === 'https:' ? requestHttps : requestHttp;
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'idempotency-key': idempotencyKey,
        'user-agent': 'ekiden-hook',
        connection: 'close',
      };
      const asked = open(address, { method: 'POST', agent: false, headers, signal });
      asked.on('error', fail);
      asked.once('response', (answer) => {
        readStart(answer, BODY_MAX).then((text) => {
          resolve({ kind: 'answered', status: answer.statusCode ?? 0, body: text });
        }, fail);
      });
      asked.end(body);
    } catch (error) {
      fail(error);
    }
  });
}
