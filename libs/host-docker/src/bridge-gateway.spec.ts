import { expect } from 'chai';
import { gatewayOf } from './bridge-gateway.js';

describe('The gateway of a network', () => {
  const cases: readonly (readonly [string, Parameters<typeof gatewayOf>[0], string | undefined])[] =
    [
      ['as it is named', { Subnet: '172.17.0.0/16', Gateway: '172.17.0.9' }, '172.17.0.9'],
      ['as the first address of the range', { Subnet: '172.17.0.0/16' }, '172.17.0.1'],
      ['as the first address of a small range', { Subnet: '10.1.2.64/26' }, '10.1.2.65'],
      ['unknown for IPv6', { Subnet: 'fd00::/64', Gateway: 'fd00::1' }, undefined],
      ['as named, not as a range would have it', { Gateway: '10.0.0.1' }, '10.0.0.1'],
      ['unknown when nothing is said', {}, undefined],
      ['unknown for nonsense', { Subnet: 'all', Gateway: 'none' }, undefined],
    ];
  for (const [name, range, expected] of cases) {
    it(`is known ${name}`, () => {
      expect(gatewayOf(range)).to.equal(expected);
    });
  }
});
