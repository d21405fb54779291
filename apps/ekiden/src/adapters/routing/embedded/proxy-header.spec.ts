import { expect } from 'chai';
import { plainAddress, proxyHeader } from './proxy-header.js';

const IPV4 = { from: '192.0.2.7', fromPort: 56_324, to: '198.51.100.2', toPort: 443 };
const IPV6 = { from: '2001:db8::1', fromPort: 1, to: '::1', toPort: 65_535 };

describe("a client's address for its backend", () => {
  it('is a line of text in version 1', () => {
    const line = (ends: typeof IPV4): string => proxyHeader('proxyV1', ends).toString('latin1');
    expect(line(IPV4)).to.equal('PROXY TCP4 192.0.2.7 198.51.100.2 56324 443\r\n');
    expect(line(IPV6)).to.equal('PROXY TCP6 2001:db8::1 ::1 1 65535\r\n');
  });

  it('is bytes in version 2', () => {
    const hex = (ends: typeof IPV4): string => proxyHeader('proxyV2', ends).toString('hex');
    const signature = '0d0a0d0a000d0a515549540a';
    expect(hex(IPV4)).to.equal(`${signature}2111000cc0000207c6336402dc0401bb`);
    const one = '20010db8000000000000000000000001';
    const other = '00000000000000000000000000000001';
    expect(hex(IPV6)).to.equal(`${signature}21210024${one}${other}0001ffff`);
  });

  it('is of the short kind where the client has such a one', () => {
    expect(plainAddress('::ffff:192.0.2.7')).to.equal('192.0.2.7');
    expect(plainAddress('2001:db8::1')).to.equal('2001:db8::1');
  });
});
