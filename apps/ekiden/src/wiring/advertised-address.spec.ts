import { expect } from 'chai';
import { advertisedAddress } from './advertised-address.js';

/** name, settings, address */
const cases: readonly (readonly [
  string,
  Partial<Parameters<typeof advertisedAddress>[0]>,
  string,
])[] = [
  ['the address listened on', {}, '127.0.0.1:8080'],
  ['the name of the machine where it listens on all', { httpAddress: '0.0.0.0' }, 'node1:8080'],
  ['the name of the machine, with IPv6, too', { httpAddress: '::' }, 'node1:8080'],
  ['an IPv6 address in brackets', { httpAddress: '::1' }, '[::1]:8080'],
  ['an address of the machine', { httpAddress: '10.0.0.5' }, '10.0.0.5:8080'],
  ['a name that was chosen', { advertisedAddress: 'db1' }, 'db1:8080'],
  ['a name and a port that were chosen', { advertisedAddress: 'db1:80' }, 'db1:80'],
  ['an IPv4 address and a port', { advertisedAddress: '10.0.0.5:80' }, '10.0.0.5:80'],
  ['an IPv6 address and a port', { advertisedAddress: '[::1]:80' }, '[::1]:80'],
];

describe('the address a service advertises', () => {
  for (const [name, given, address] of cases) {
    it(`is ${name}`, () => {
      const settings = {
        advertisedAddress: undefined,
        httpAddress: '127.0.0.1',
        httpPort: 8080,
        hostname: 'node1',
        ...given,
      };
      expect(advertisedAddress(settings)).to.equal(address);
    });
  }
});
