import { expect } from 'chai';
import { parseDockerHosts, usualDockerHosts, type DockerHostEntry } from './docker-hosts.js';

function entries(text: string): readonly DockerHostEntry[] {
  const parsed = parseDockerHosts(text);
  if (!parsed.ok || parsed.value.kind !== 'list') throw new Error(JSON.stringify(parsed));
  return parsed.value.entries;
}

function problem(text: string): string {
  const parsed = parseDockerHosts(text);
  return parsed.ok ? '' : parsed.error;
}

describe('Docker hosts', () => {
  it('may be none', () => {
    expect(parseDockerHosts('none')).to.deep.equal({ ok: true, value: { kind: 'none' } });
  });

  it('are a list of sockets and addresses', () => {
    const found = entries('unix:///run/a.sock\n  tcp://10.0.0.5 tcp://[fd00::5]:4243');
    expect(found.map(({ address }) => address)).to.deep.equal([
      { kind: 'unix', socketPath: '/run/a.sock' },
      { kind: 'tcp', host: '10.0.0.5', port: 2375 },
      { kind: 'tcp', host: 'fd00::5', port: 4243 },
    ]);
  });

  it('have options of their own', () => {
    const [found] = entries(
      'tcp://e1?cert=/etc/tls&hostname=node7&address=10.0.0.7&services=10.0.0.1&attributes=rack:r1;ssd:true&domain=eu/eu-1&resources=cpus:2;mem:512',
    );
    expect(found).to.deep.include({
      address: { kind: 'tcp', host: 'e1', port: 2376, certificates: '/etc/tls' },
      hostname: 'node7',
      hostPorts: '10.0.0.7',
      services: '10.0.0.1',
      domain: { region: 'eu', zone: 'eu-1' },
    });
    expect(found?.attributes.map(({ name }) => name)).to.deep.equal(['rack', 'ssd']);
    expect(found?.resources?.map(({ name }) => name)).to.deep.equal(['cpus', 'mem']);
  });

  const refusals: readonly (readonly [text: string, problem: string])[] = [
    ['  ', 'none, or addresses such as unix:///var/run/docker.sock'],
    ['docker', 'docker: expected unix:///path/to/socket or tcp://host:port'],
    ['ssh://host', 'ssh://host: expected unix:// or tcp://'],
    ['unix://host/x', 'unix://host/x: expected unix:///path/to/socket'],
    ['unix:///x?cert=/c', 'unix:///x: a unix socket takes no certificates'],
    ['tcp://host/path', 'tcp://host/path: expected tcp://host:port'],
    ['tcp://u:p@host', 'tcp://u:p@host: an engine knows no user names; use certificates'],
    [
      'tcp://host?colour=red',
      'tcp://host: no option colour; there are address, attributes, cert, domain, hostname, resources, services',
    ],
  ];
  for (const [text, expected] of refusals) {
    it(`are refused when written "${text}"`, () => {
      expect(problem(text)).to.equal(expected);
    });
  }

  it('are refused with resources, attributes or a domain that cannot be read', () => {
    expect(problem('tcp://a?resources=cpus:many')).to.match(/^tcp:\/\/a: resources: /);
    expect(problem('tcp://a?attributes=x')).to.match(/^tcp:\/\/a: attributes: /);
    for (const domain of ['eu', 'eu/', '/z', 'eu/a/b', 'e u/z']) {
      expect(problem(`tcp://a?domain=${encodeURIComponent(domain)}`)).to.equal(
        `tcp://a: domain: expected region/zone, such as eu/eu-1, not "${domain}"`,
      );
    }
  });
});

describe('without a word about Docker hosts', () => {
  it("this machine's engine is used", () => {
    expect(usualDockerHosts({})).to.deep.equal({
      ok: true,
      value: { kind: 'local', address: { kind: 'unix', socketPath: '/var/run/docker.sock' } },
    });
  });

  it('DOCKER_HOST says where it is', () => {
    expect(usualDockerHosts({ DOCKER_HOST: 'unix:///run/user/1/docker.sock' })).to.deep.equal({
      ok: true,
      value: {
        kind: 'local',
        address: { kind: 'unix', socketPath: '/run/user/1/docker.sock' },
      },
    });
  });

  it('an engine elsewhere is an agent of its own, with its certificates', () => {
    const env = {
      DOCKER_HOST: 'tcp://10.0.0.5:2376',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: '/certs',
    };
    const usual = usualDockerHosts(env);
    expect(
      usual.ok && usual.value.kind === 'list' && usual.value.entries[0]?.address,
    ).to.deep.equal({ kind: 'tcp', host: '10.0.0.5', port: 2376, certificates: '/certs' });
  });
});
