import type { Socket } from 'node:net';

/** The first line that arrives; rejects when the connection ends or breaks before. */
export function readLine(socket: Socket, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (reason: string): void => {
      reject(new Error(reason));
    };
    socket.on('data', (chunk: Buffer) => {
      const end = chunk.indexOf(0x0a);
      chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
      size += chunk.length;
      if (end >= 0) resolve(Buffer.concat(chunks).toString('utf8'));
      else if (size > maxBytes) {
        fail(`a line of more than ${maxBytes} bytes`);
        socket.destroy();
      }
    });
    socket.once('error', (error) => {
      fail(error.message);
    });
    socket.once('timeout', () => {
      fail('no answer in time');
      socket.destroy();
    });
    socket.once('close', () => {
      fail('the connection ended too early');
    });
  });
}
