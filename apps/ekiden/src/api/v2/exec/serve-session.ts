import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { SessionOrder, TaskSession } from '../../../ports/index.js';
import {
  FRAME,
  decodeFrames,
  encodeFrame,
  encodeJson,
  type Frame,
} from '../../../session-frames.js';
import { parseOrder, parseSize } from './session-order.js';

export interface SessionPlan {
  /** Both ways. */
  readonly connection: Duplex;
  /** What came with the request already. */
  readonly head: Buffer;
  /** Milliseconds without a byte in either direction before it is ended. */
  readonly idleMs: number;
  /** Ends it, with the reason as its `reason`. */
  readonly signal: AbortSignal;
  /** Called once with what is asked for, before anything runs: a session, or why there is none. */
  readonly open: (order: SessionOrder) => Promise<TaskSession | string>;
}

/** How a session ended. */
export interface SessionEnd {
  readonly exitCode: number | null;
  /** Where the command did not end by itself, or was not run. */
  readonly reason?: string;
}

/** Milliseconds that a client has for saying what it wants. */
const START_PATIENCE_MS = 10_000;

/** Connects a client with a command until that ends, or must end. Never rejects. */
export async function serveSession(plan: SessionPlan): Promise<SessionEnd> {
  const { connection, signal } = plan;
  const ended = new Ending();
  const leave = (): void => ended.because(String(signal.reason));
  signal.addEventListener('abort', leave, { once: true });
  connection.on('error', () => undefined);
  const frames = decodeFrames(incoming(connection), plan.head);
  try {
    const patience = setTimeout(() => connection.destroy(), START_PATIENCE_MS);
    const first = await frames.next().catch(() => undefined);
    clearTimeout(patience);
    const frame: Frame | undefined = first?.done === true ? undefined : first?.value;
    const order = frame?.kind === FRAME.start ? parseOrder(frame.content) : undefined;
    if (order === undefined) return await refuse(connection, 'A session begins with its command');
    const session = await plan.open(order);
    if (typeof session === 'string') return await refuse(connection, session);
    return await connect(plan, { session, frames, ended });
  } finally {
    signal.removeEventListener('abort', leave);
    connection.destroy();
  }
}

interface Connected {
  readonly session: TaskSession;
  readonly frames: AsyncIterator<Frame>;
  readonly ended: Ending;
}

async function connect(
  { connection, idleMs }: SessionPlan,
  { session, frames, ended }: Connected,
): Promise<SessionEnd> {
  ended.whenSo(() => session.kill());
  const idle = setTimeout(() => ended.because(`idle for ${idleMs / 1000} seconds`), idleMs);
  await send(connection, encodeJson(FRAME.started, {}));
  void takeInput(frames, session, () => idle.refresh()).then(() =>
    ended.because('the client went away'),
  );
  for await (const { stream, bytes } of session.output) {
    idle.refresh();
    const isOut = stream === 'stdout';
    await send(connection, encodeFrame(isOut ? FRAME.stdout : FRAME.stderr, bytes));
  }
  const exit = await session.exit;
  clearTimeout(idle);
  const { reason = exit.message } = ended;
  const end = { exitCode: exit.exitCode, ...(reason === undefined ? {} : { reason }) };
  await send(connection, encodeJson(FRAME.exit, end));
  connection.end();
  return end;
}

async function takeInput(
  frames: AsyncIterator<Frame>,
  session: TaskSession,
  heard: () => void,
): Promise<void> {
  try {
    for (;;) {
      const next = await frames.next();
      if (next.done === true) return;
      heard();
      const { kind, content } = next.value;
      if (kind === FRAME.input) await session.write(content);
      else if (kind === FRAME.inputEnd) session.end();
      else if (kind === FRAME.resize) {
        const size = parseSize(content);
        if (size !== undefined) session.resize(size);
      }
    }
  } catch {
    // Nonsense, or a connection that broke: either way it cannot go on.
  }
}

async function refuse(connection: Duplex, message: string): Promise<SessionEnd> {
  await send(connection, encodeJson(FRAME.refused, { message }));
  connection.end();
  return { exitCode: null, reason: message };
}

/** Resolves when there is room for more, or nobody to read it. */
async function send(connection: Duplex, bytes: Buffer): Promise<void> {
  if (connection.destroyed || !connection.writable || connection.write(bytes)) return;
  const over = new AbortController();
  const { signal } = over;
  const events = ['drain', 'close', 'error'].map((event) => once(connection, event, { signal }));
  await Promise.race(events.map((each) => each.catch(() => undefined)));
  over.abort();
}

function incoming(connection: Duplex): AsyncIterable<Buffer> {
  return connection.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

/** That a session must end, and why; the first reason counts. */
class Ending {
  reason: string | undefined;
  private readonly waiting: (() => void)[] = [];

  because(reason: string): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    for (const act of this.waiting) act();
  }

  /** At once where it has come to that already. */
  whenSo(act: () => void): void {
    if (this.reason !== undefined) act();
    else this.waiting.push(act);
  }
}
