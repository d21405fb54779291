import { expect } from 'chai';
import { FrontendMessages, type SentStatement, type SentValue } from './frontend-messages.js';

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

function bind(name: string, ...values: readonly SentValue[]): Buffer {
  const formats = values.map((value) => int16(Buffer.isBuffer(value) ? 1 : 0));
  const bound = values.flatMap((value) => {
    if (value === null) return [int32(-1)];
    const bytes = Buffer.from(value);
    return [int32(bytes.length), bytes];
  });
  const head = [zeroEnded('', name), int16(formats.length), ...formats, int16(values.length)];
  return message('B', ...head, ...bound, int16(0));
}

const STARTUP = message('', int32(3 << 16), zeroEnded('user', 'me', 'application_name', 'us', ''));
const parse = (name: string, text: string): Buffer => message('P', zeroEnded(name, text), int16(0));
const PARSE = parse('', 'SELECT $1, $2');
const NAMED = parse('mine', 'SELECT $2, $1');
const BYTES = Buffer.from([0, 255]);
const QUERY = message('Q', zeroEnded('SELECT 1'));
const FIRST = [STARTUP, QUERY, PARSE, bind('', 'ä', null), NAMED, bind('mine', BYTES, 'c')];
const STREAM = Buffer.concat([...FIRST, PARSE, bind('', '', 'b'), bind('mine', null, '')]);

const told = (sent: readonly SentStatement[]): unknown =>
  sent.map(({ name, text, values }) => [name, text, values]);

describe('reading what a Postgres client sends', () => {
  const expected = [
    [undefined, 'SELECT $1, $2', ['ä', null]],
    ['mine', 'SELECT $2, $1', [BYTES, 'c']],
    [undefined, 'SELECT $1, $2', ['', 'b']],
    ['mine', 'SELECT $2, $1', [null, '']],
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
