import { connect } from 'node:net';

export interface RawAnswer {
  /** `undefined` when the connection ended without an answer. */
  readonly status: number | undefined;
  readonly text: string;
}

export interface RawOptions {
  /** Sent as it is. */
  readonly bytes: string | Buffer;
  /** Ends our side after the bytes; otherwise the connection stays open for the answer. */
  readonly hangUp?: boolean;
  readonly patienceMs?: number;
}

/** Sends bytes that no HTTP client would, and reads what comes until the server is done. */
export function exchangeRaw(url: string, options: RawOptions): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const { bytes, hangUp = false, patienceMs = 10_000 } = options;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    const patience = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${patienceMs} ms`));
    }, patienceMs);
    const done = (): void => {
      clearTimeout(patience);
      socket.destroy();
      resolve(answerIn(Buffer.concat(chunks).toString('latin1')));
    };
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (isWhole(Buffer.concat(chunks).toString('latin1'))) done();
    });
    socket.on('close', done);
    // a reset is an end like any other
    socket.on('error', () => undefined);
    if (hangUp) socket.end(bytes);
    else socket.write(bytes);
  });
}

function answerIn(text: string): RawAnswer {
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  const cut = text.indexOf('\r\n\r\n');
  return {
    status: status === undefined ? undefined : Number(status),
    text: cut < 0 ? '' : text.slice(cut + 4),
  };
}

function isWhole(text: string): boolean {
  const cut = text.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
  return cut >= 0 && length !== undefined && text.length >= cut + 4 + Number(length);
}
