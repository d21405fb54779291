import { assert } from '@ekiden/kernel';

/** A parameter in text form is a string, one in binary form its bytes; `null` = SQL NULL. */
export type SentValue = string | Buffer | null;

/** A statement as a client sent it. */
export interface SentStatement {
  /** Under which the server keeps it prepared; `undefined` = it does not. */
  readonly name: string | undefined;
  readonly text: string;
  readonly values: readonly SentValue[];
}

/**
 * Reads what a Postgres client sends (protocol 3.0, "Frontend/Backend Protocol" in the manual) and
 * picks the statements out of it, by Parse and Bind, as node-postgres sends a query with parameters:
 * one with a name is parsed when it is first sent.
 */
export class FrontendMessages {
  /** What has come of the next message; put together once all of it is there. */
  private pieces: Buffer[] = [];
  private held = 0;
  private needed = 0;
  private started = false;
  /** By their names; the unnamed one under none. */
  private readonly texts = new Map<string, string>();
  private name: string | undefined;

  /** As the client calls itself; known after its first message. */
  get applicationName(): string | undefined {
    return this.name;
  }

  /** Takes the next piece of the stream; returns the statements that are complete with it. */
  take(chunk: Buffer): readonly SentStatement[] {
    this.pieces.push(chunk);
    this.held += chunk.length;
    if (this.held < this.needed) return [];
    let pending = this.pieces.length === 1 ? chunk : Buffer.concat(this.pieces);
    const sent: SentStatement[] = [];
    for (;;) {
      // The very first message has no letter in front of its length.
      const letterLength = this.started ? 1 : 0;
      const hasLength = pending.length >= letterLength + 4;
      const end = hasLength ? letterLength + pending.readInt32BE(letterLength) : letterLength + 4;
      if (!hasLength || pending.length < end) {
        this.pieces = [pending];
        this.held = pending.length;
        this.needed = end;
        return sent;
      }
      const body = pending.subarray(letterLength + 4, end);
      const letter = this.started ? String.fromCharCode(pending[0] ?? 0) : 'startup';
      pending = pending.subarray(end);
      const statement = this.read(letter, body);
      if (statement !== undefined) sent.push(statement);
    }
  }

  private read(letter: string, body: Buffer): SentStatement | undefined {
    switch (letter) {
      case 'startup':
        this.readStartup(body);
        return undefined;
      case 'P': {
        const [name, afterName] = zeroEnded(body, 0);
        const [text] = zeroEnded(body, afterName);
        this.texts.set(name, text);
        return undefined;
      }
      case 'B':
        return this.bound(body);
      default:
        return undefined;
    }
  }

  private bound(body: Buffer): SentStatement {
    const [, afterPortal] = zeroEnded(body, 0);
    const [name, afterName] = zeroEnded(body, afterPortal);
    const text = this.texts.get(name);
    assert(text !== undefined, `a statement ${name} that was not parsed before`);
    return { name: name === '' ? undefined : name, text, values: boundValues(body, afterName) };
  }

  private readStartup(body: Buffer): void {
    assert(body.readInt32BE(0) >> 16 === 3, 'only plain connections of protocol 3 can be recorded');
    this.started = true;
    const words = body.subarray(4).toString('utf8').split('\0');
    const at = words.findIndex((word, index) => index % 2 === 0 && word === 'application_name');
    this.name = at < 0 ? '' : words[at + 1];
  }
}

/** The parameters of a Bind message, from behind its two names. */
function boundValues(body: Buffer, from: number): readonly SentValue[] {
  const formats = body.readInt16BE(from);
  let at = from + 2 + 2 * formats;
  // Unsigned by practice: 0 to 65535 parameters.
  const count = body.readUInt16BE(at);
  assert(formats === 0 || formats === count, 'one format for several parameters');
  at += 2;
  const values: SentValue[] = [];
  for (let i = 0; i < count; i += 1) {
    const length = body.readInt32BE(at);
    at += 4;
    if (length < 0) {
      values.push(null);
      continue;
    }
    const value = body.subarray(at, at + length);
    const isBinary = formats > 0 && body.readInt16BE(from + 2 + 2 * i) === 1;
    // A copy, or a few bytes would keep the whole message.
    values.push(isBinary ? Buffer.from(value) : value.toString('utf8'));
    at += length;
  }
  return values;
}

/** A text ended by a zero byte, and where the next thing begins. */
function zeroEnded(body: Buffer, from: number): [text: string, next: number] {
  const end = body.indexOf(0, from);
  assert(end >= 0, 'a text without an end');
  return [body.toString('utf8', from, end), end + 1];
}
