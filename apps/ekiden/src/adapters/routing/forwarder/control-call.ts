import { connect } from 'node:net';
import { LINE_MAX_BYTES, type ControlAnswer, type ControlRequest } from './protocol.js';
import { readLine } from './read-line.js';

/** Asks the forwarder behind a unix socket; rejects when nobody answers in time. */
export async function controlCall(
  path: string,
  request: ControlRequest,
  timeoutMs: number,
): Promise<ControlAnswer> {
  const socket = connect(path);
  const line = readLine(socket, LINE_MAX_BYTES);
  // A forwarder that hangs takes the connection and says nothing.
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
