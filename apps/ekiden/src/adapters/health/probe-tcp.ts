import { connect } from 'node:net';
import type { ProbeTarget } from '../../core/health/index.js';
import type { ProbeResult } from '../../ports/index.js';
import { noAnswer, resultOfError } from './cause.js';

type TcpTarget = Extract<ProbeTarget, { readonly kind: 'tcp' }>;

/** Whether a connection is accepted; it is closed at once. */
export function probeTcp({ host, port, timeout, ipProtocol }: TcpTarget): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const limit = AbortSignal.timeout(timeout);
    const socket = connect({ host, port, family: ipProtocol === 'IPv6' ? 6 : 4, signal: limit });
    const end = (result: ProbeResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => {
      end({ ok: true });
    });
    socket.on('error', (error) => {
      end(limit.aborted ? { ok: false, cause: noAnswer(timeout) } : resultOfError(error));
    });
  });
}
