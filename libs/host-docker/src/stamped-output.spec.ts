import { expect } from 'chai';
import { unstamp } from './stamped-output.js';

function frame(text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = 1;
  header.writeUInt32BE(text.length, 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe('output with times', () => {
  it('is the messages without them, and the moment behind the last', () => {
    const framed = Buffer.concat([
      frame('2021-03-04T05:06:07.000000001Z one\n'),
      frame('2021-03-04T05:06:07.080999999Z two three\n'),
    ]);
    const { content, next } = unstamp(framed);
    expect(content.toString()).to.equal('one\ntwo three\n');
    expect(next).to.equal('1614834367.081000000');
  });

  it('joins the messages of a line that was too long for one', () => {
    const framed = Buffer.concat([
      frame('2021-03-04T05:06:07Z begin '),
      frame('2021-03-04T05:06:07.5Z end\n'),
    ]);
    expect(unstamp(framed).content.toString()).to.equal('begin end\n');
  });

  it('of a terminal has no frames', () => {
    const text = '2021-03-04T05:06:07.1Z one\r\n2021-03-04T05:06:07.2Z two\r\n';
    expect(unstamp(Buffer.from(text)).content.toString()).to.equal('one\r\ntwo\r\n');
  });

  it('may be nothing', () => {
    expect(unstamp(Buffer.alloc(0))).to.deep.equal({ content: Buffer.alloc(0), next: undefined });
  });
});
