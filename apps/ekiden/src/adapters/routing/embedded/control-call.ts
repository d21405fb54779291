import { connect, type Socket } from 'node:net';
import { LINE_MAX_BYTES, type ControlAnswer, type ControlRequest } from './protocol.js';
import { readLine } from './read-line.js';

/** Asks the router behind a unix socket; rejects when nobody answers in time. */
export async function controlCall(
  path: string,
  request: ControlRequest,
  timeoutMs: number,
): Promise<ControlAnswer> {
  const socket = connect(path);
  const line = readLine(socket, LINE_MAX_BYTES);
  // A router that hangs takes the connection and says nothing.
  const timer = setTimeout(() => {
    socket.destroy(new Error('no answer in time'));
  }, timeoutMs);
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await line) as ControlAnswer;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/**
 * Stays connected to the router behind a unix socket, to see its end; says so once. Keeps no
 * process alive.
 */
export function watchRouter(path: string, ended: () => void): Socket {
  const socket = connect(path);
  socket.on('error', () => undefined);
  socket.once('close', ended);
  socket.write(`${JSON.stringify({ kind: 'watch' } satisfies ControlRequest)}\n`);
  socket.resume();
  socket.unref();
  return socket;
}
