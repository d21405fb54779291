import { connect } from 'node:net';
import type { ProbeTarget } from '../../core/health/index.js';
import type { ProbeResult } from '../../ports/index.js';
import { resultOfError } from './cause.js';
import { probeWithin } from './probe-within.js';

type TcpTarget = Extract<ProbeTarget, { readonly kind: 'tcp' }>;

/** Whether a connection is accepted; it is closed at once. */
export function probeTcp({ host, port, timeout, ipProtocol }: TcpTarget): Promise<ProbeResult> {
  return probeWithin(timeout, (settle) => {
    const socket = connect({ host, port, family: ipProtocol === 'IPv6' ? 6 : 4 });
    socket.once('connect', () => {
      settle({ ok: true });
    });
    // Stays: there may be more than one.
    socket.on('error', (error) => {
      settle(resultOfError(error));
    });
    return { stop: () => socket.destroy(), whenLate: () => ({ silent: true }) };
  });
}
