import { connect, type Socket } from 'node:net';
import type { Backend } from '../../../core/traffic/index.js';

/** Finds peers that went away without a word. */
const KEEP_ALIVE_MS = 30_000;

/** A connection of which one direction has ended and the other is silent is given up. */
const HALF_CLOSED_IDLE_MS = 600_000;

/** How long a client may take to notice that nobody serves it. */
const REFUSAL_MS = 1_000;

/** Connects to a backend; `undefined` when it does not answer in time. */
export function reach(backend: Backend, limitMs: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const { host, port } = backend;
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const settle = (outcome: Socket | undefined): void => {
      clearTimeout(timer);
      socket.removeListener('error', fail);
      // Errors may follow until somebody else listens.
      socket.on('error', () => undefined);
      if (outcome === undefined) socket.destroy();
      resolve(outcome);
    };
    const fail = (): void => {
      settle(undefined);
    };
    const timer = setTimeout(fail, limitMs);
    socket.once('error', fail);
    socket.once('connect', () => {
      settle(socket);
    });
  });
}

/**
 * Passes bytes both ways, each no faster than the other side takes them, and the end of each
 * direction by itself. A connection that breaks on one side is broken on the other too, so that
 * nobody takes a cut answer for a whole one.
 */
export function join(client: Socket, upstream: Socket): void {
  for (const socket of [client, upstream]) {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
  }
  breakTogether(client, upstream);
  breakTogether(upstream, client);
  const halfClosed = (): void => {
    client.setTimeout(HALF_CLOSED_IDLE_MS);
  };
  client.once('end', halfClosed);
  upstream.once('end', halfClosed);
  client.once('timeout', () => {
    cut(client);
    cut(upstream);
  });
  client.pipe(upstream);
  upstream.pipe(client);
}

function breakTogether(one: Socket, other: Socket): void {
  one.once('close', () => {
    // Both directions of a sound connection have ended, and the pipes have passed that on.
    if (!one.readableEnded || !one.writableFinished) cut(other);
  });
}

/** Ends a connection at once; its peer sees that it did not end well. */
export function cut(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}

/** Ends a connection that nobody serves. */
export function refuse(client: Socket): void {
  const timer = setTimeout(() => client.destroy(), REFUSAL_MS);
  client.once('close', () => {
    clearTimeout(timer);
  });
  // What has been sent is read and dropped: unread, it would turn the end into a reset.
  client.resume();
  client.end();
}
