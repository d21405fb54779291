import { isIPv6, type Socket } from 'node:net';
import type { ClientAddress } from '../../../core/traffic/index.js';

const V2_SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const V2_PROXIED = 0x21;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;

/** Both ends of a client's connection, as the client sees them. */
export interface Ends {
  readonly from: string;
  readonly fromPort: number;
  readonly to: string;
  readonly toPort: number;
}

/** Asked while the connection is open; afterwards nobody knows. */
export function endsOf(client: Socket): Ends {
  return {
    from: plainAddress(client.remoteAddress ?? '0.0.0.0'),
    fromPort: client.remotePort ?? 0,
    to: plainAddress(client.localAddress ?? '0.0.0.0'),
    toPort: client.localPort ?? 0,
  };
}

/** An IPv4 client of a socket that takes both kinds has an address of the longer kind. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** What a backend reads first, by the PROXY protocol. */
export function proxyHeader(version: ClientAddress, ends: Ends): Buffer {
  return version === 'proxyV1' ? textHeader(ends) : binaryHeader(ends);
}

function textHeader({ from, fromPort, to, toPort }: Ends): Buffer {
  const family = isIPv6(from) ? 'TCP6' : 'TCP4';
  return Buffer.from(`PROXY ${family} ${from} ${to} ${fromPort} ${toPort}\r\n`, 'latin1');
}

function binaryHeader({ from, fromPort, to, toPort }: Ends): Buffer {
  const family = isIPv6(from) ? TCP_OVER_IPV6 : TCP_OVER_IPV4;
  const [source, target] = [bytesOf(from), bytesOf(to)];
  const head = Buffer.alloc(4);
  head.writeUInt8(V2_PROXIED, 0);
  head.writeUInt8(family, 1);
  head.writeUInt16BE(source.length + target.length + 4, 2);
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(fromPort, 0);
  ports.writeUInt16BE(toPort, 2);
  return Buffer.concat([V2_SIGNATURE, head, source, target, ports]);
}

function bytesOf(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [bare = ''] = address.split('%');
  const [front = '', back] = bare.split('::');
  const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(front), groups(back ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  const hex = [...first, ...zeros, ...last].map((group) => group.padStart(4, '0')).join('');
  return Buffer.from(hex, 'hex');
}
