import { expect } from 'chai';
import { FrontendMessages, type SentStatement } from './frontend-messages.js';

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const zeroEnded = (...texts: string[]): Buffer => Buffer.from(texts.map((t) => `${t}\0`).join(''));

function message(letter: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(letter), int32(body.length + 4), body]);
}

function bind(...values: readonly (string | null)[]): Buffer {
  const bound = values.flatMap((value) => {
    if (value === null) return [int32(-1)];
    const bytes = Buffer.from(value);
    return [int32(bytes.length), bytes];
  });
  const head = [zeroEnded('', ''), int16(0), int16(values.length)];
  return message('B', ...head, ...bound, int16(0));
}

const STARTUP = message('', int32(3 << 16), zeroEnded('user', 'me', 'application_name', 'us', ''));
const PARSE = message('P', zeroEnded('', 'SELECT $1, $2'), int16(0));
const QUERY = message('Q', zeroEnded('SELECT 1'));
const STREAM = Buffer.concat([STARTUP, QUERY, PARSE, bind('ä', null), PARSE, bind('', 'b')]);

const told = (sent: readonly SentStatement[]): unknown =>
  sent.map(({ text, values }) => [text, values.map((value) => value?.toString() ?? null)]);

describe('reading what a Postgres client sends', () => {
  const expected = [
    ['SELECT $1, $2', ['ä', null]],
    ['SELECT $1, $2', ['', 'b']],
  ];

  it('finds statements with their parameters', () => {
    const messages = new FrontendMessages();
    expect(told(messages.take(STREAM))).to.deep.equal(expected);
    expect(messages.applicationName).to.equal('us');
  });

  it('finds the same wherever the stream is cut', () => {
    for (let cut = 1; cut < STREAM.length; cut += 1) {
      const messages = new FrontendMessages();
      const sent = [
        ...messages.take(STREAM.subarray(0, cut)),
        ...messages.take(STREAM.subarray(cut)),
      ];
      expect(told(sent)).to.deep.equal(expected);
    }
  });

  it('refuses a request for encryption', () => {
    const request = message('', int32(80_877_103));
    expect(() => new FrontendMessages().take(request)).to.throw('only plain connections');
  });
});
