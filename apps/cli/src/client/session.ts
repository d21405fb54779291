import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import {
  FRAME,
  SESSION_PROTOCOL,
  decodeFrames,
  encodeFrame,
  encodeJson,
  type Frame,
} from '@ekiden/session-frames';
import { NoServer, Refusal } from './failures.js';
import type { ServerAddress } from './server-address.js';

export interface SessionSize {
  readonly columns: number;
  readonly rows: number;
}

export interface SessionCommand {
  readonly command: readonly string[];
  readonly terminal?: SessionSize & { readonly kind: string };
}

export type SessionNews =
  | { readonly kind: 'started' }
  | { readonly kind: 'stdout' | 'stderr'; readonly bytes: Buffer }
  | { readonly kind: 'exit'; readonly exitCode: number | null; readonly reason?: string }
  | { readonly kind: 'refused'; readonly message: string };

/** A command that runs beside a task, and the connection to it. */
export class Session {
  private readonly connection: Duplex;
  private readonly head: Buffer;

  private constructor(connection: Duplex, head: Buffer) {
    this.connection = connection;
    this.head = head;
    connection.on('error', () => undefined);
  }

  /** Throws `Refusal` where the service does not let it, `NoServer` for no answer. */
  static open(address: ServerAddress, task: string): Promise<Session> {
    const url = new URL(`${address.base}/v2/tasks/${encodeURIComponent(task)}/exec`);
    const ask = url.protocol === 'https:' ? secureRequest : plainRequest;
    const { authorization } = address;
    const headers = {
      connection: 'Upgrade',
      upgrade: SESSION_PROTOCOL,
      ...(authorization === undefined ? {} : { authorization }),
    };
    return new Promise((resolve, reject) => {
      const asked = ask(url, { headers });
      asked.once('upgrade', (_answer: IncomingMessage, connection: Duplex, head: Buffer) => {
        resolve(new Session(connection, head));
      });
      asked.once('response', (answer) => {
        void refusalOf(answer).then(reject);
      });
      asked.once('error', ({ message }) => {
        reject(new NoServer(`no answer from ${address.shown}: ${message}`));
      });
      asked.end();
    });
  }

  begin(command: SessionCommand): void {
    this.send(encodeJson(FRAME.start, command));
  }

  /** Whether there is room for more at once; `drained` tells when there is again. */
  input(bytes: Buffer): boolean {
    return this.send(encodeFrame(FRAME.input, bytes));
  }

  drained(act: () => void): void {
    this.connection.once('drain', act);
  }

  endInput(): void {
    this.send(encodeFrame(FRAME.inputEnd, Buffer.alloc(0)));
  }

  resize(size: SessionSize): void {
    this.send(encodeJson(FRAME.resize, size));
  }

  /** The service ends the command then. */
  close(): void {
    this.connection.destroy();
  }

  /** To the end of the connection. */
  async *news(): AsyncGenerator<SessionNews> {
    try {
      const bytes = this.connection as AsyncIterable<Buffer>;
      for await (const frame of decodeFrames(bytes, this.head)) {
        const news = newsOf(frame);
        if (news !== undefined) yield news;
      }
    } catch {
      // Broken off: whoever reads finds no exit.
    }
  }

  private send(frame: Buffer): boolean {
    return this.connection.writable && this.connection.write(frame);
  }
}

function newsOf({ kind, content }: Frame): SessionNews | undefined {
  switch (kind) {
    case FRAME.started:
      return { kind: 'started' };
    case FRAME.stdout:
      return { kind: 'stdout', bytes: content };
    case FRAME.stderr:
      return { kind: 'stderr', bytes: content };
    case FRAME.exit: {
      const said = parsed(content) as { exitCode?: number | null; reason?: string };
      const { exitCode = null, reason } = said;
      return { kind: 'exit', exitCode, ...(reason === undefined ? {} : { reason }) };
    }
    case FRAME.refused: {
      const { message = 'refused' } = parsed(content) as { readonly message?: string };
      return { kind: 'refused', message };
    }
    default:
      return undefined;
  }
}

async function refusalOf(answer: IncomingMessage): Promise<Refusal> {
  const body = Buffer.concat((await answer.toArray()) as Buffer[]);
  return new Refusal(answer.statusCode ?? 0, parsed(body));
}

function parsed(content: Buffer): object {
  try {
    const value: unknown = JSON.parse(content.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
