import { expect } from 'chai';
import { clientAddressOf, hostsOf, isOfGroups, labelledPortsOf } from './route-labels.js';

const HOSTS: readonly (readonly [string, readonly string[]])[] = [
  ['shop.example', ['shop.example']],
  ['Shop.Example, www.shop.example ,shop.example', ['shop.example', 'www.shop.example']],
  ['*.shop.example', ['*.shop.example']],
  ['', []],
  ['two words,ok.example', ['ok.example']],
  ['bad/path', []],
  ['-no.example', []],
];

describe('labels of routes', () => {
  for (const [text, expected] of HOSTS) {
    it(`name the hosts of ${JSON.stringify(text)}`, () => {
      const app = { labels: { HAPROXY_0_VHOST: text } };
      expect(hostsOf(app, 0)).to.deep.equal(expected);
      expect(hostsOf(app, 1)).to.deep.equal([]);
    });
  }

  const PORTS: readonly (readonly [string, number | undefined])[] = [
    ['9000', 9_000],
    [' 80 ', 80],
    ['65535', 65_535],
    ['65536', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['8080,8081', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of PORTS) {
    it(`name the port of ${JSON.stringify(text)}`, () => {
      const app = { labels: { HAPROXY_0_PORT: text } };
      expect(labelledPortsOf(app, 0)).to.deep.equal(expected === undefined ? [] : [expected]);
      expect(labelledPortsOf(app, 1)).to.deep.equal([]);
    });
  }

  it('name a second port of the first one in a deployment group only', () => {
    const alternative = { HAPROXY_DEPLOYMENT_ALT_PORT: '10001' };
    const grouped = { ...alternative, HAPROXY_DEPLOYMENT_GROUP: 'web' };
    expect(labelledPortsOf({ labels: alternative }, 0)).to.deep.equal([]);
    expect(labelledPortsOf({ labels: grouped }, 0)).to.deep.equal([10_001]);
    expect(labelledPortsOf({ labels: grouped }, 1)).to.deep.equal([]);
    const both = { ...grouped, HAPROXY_0_PORT: '10000' };
    expect(labelledPortsOf({ labels: both }, 0)).to.deep.equal([10_000, 10_001]);
  });

  const GROUPS: readonly (readonly [Readonly<Record<string, string>>, string, boolean])[] = [
    [{}, '', true],
    [{ HAPROXY_GROUP: 'external' }, '', true],
    [{}, '*', true],
    [{}, 'external', false],
    [{ HAPROXY_GROUP: 'external' }, 'external', true],
    [{ HAPROXY_GROUP: 'internal, external' }, 'external', true],
    [{ HAPROXY_GROUP: 'internal' }, 'external other', false],
    [{ HAPROXY_GROUP: 'internal', HAPROXY_0_GROUP: 'external' }, 'external', true],
    [{ HAPROXY_GROUP: 'external', HAPROXY_0_GROUP: 'internal' }, 'external', false],
    [{ HAPROXY_GROUP: 'internal', HAPROXY_1_GROUP: 'external' }, 'external', false],
  ];
  for (const [labels, served, expected] of GROUPS) {
    const name = `${JSON.stringify(labels)} ${expected ? 'count' : 'do not count'}`;
    it(`${name} where the groups are ${JSON.stringify(served)}`, () => {
      const groups = served.split(' ').filter((one) => one !== '');
      expect(isOfGroups({ labels }, 0, groups)).to.equal(expected);
    });
  }

  it('name a bounded number of hosts', () => {
    const names = Array.from({ length: 200 }, (_, i) => `h${i}.example`).join(',');
    expect(hostsOf({ labels: { HAPROXY_0_VHOST: names } }, 0)).to.have.length(100);
  });

  const CLIENTS: readonly (readonly [string, string, string | undefined])[] = [
    ['EKIDEN_0_PROXY_PROTOCOL', 'v1', 'proxyV1'],
    ['EKIDEN_0_PROXY_PROTOCOL', 'V2 ', 'proxyV2'],
    ['EKIDEN_0_PROXY_PROTOCOL', 'v3', undefined],
    ['EKIDEN_1_PROXY_PROTOCOL', 'v1', undefined],
    ['HAPROXY_0_BACKEND_SERVER_OPTIONS', '  send-proxy check', 'proxyV1'],
    ['HAPROXY_0_BACKEND_SERVER_OPTIONS', 'send-proxy-v2', 'proxyV2'],
    ['HAPROXY_0_BACKEND_SERVER_OPTIONS', 'check', undefined],
  ];
  for (const [label, value, expected] of CLIENTS) {
    it(`tell backends of clients: ${label}: ${JSON.stringify(value)}`, () => {
      const app = { labels: { [label]: value } };
      expect(clientAddressOf(app, 0, 'tcp')).to.equal(expected);
      expect(clientAddressOf(app, 0, 'http')).to.equal(undefined);
    });
  }
});
