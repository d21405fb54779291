import { seconds, type TaskId } from '@ekiden/kernel';
import { expect } from 'chai';
import type { PathId } from '../../../core/app/index.js';
import type { Backend, Route } from '../../../core/traffic/index.js';
import { renderConfig, type Frame } from './render-config.js';
import { wantedBackends } from './wanted-servers.js';

const FRAME: Frame = {
  statsSocket: '/d/stats.sock',
  nextSockets: '/d',
  vhosts: { address: '0.0.0.0', port: 80 },
};

function backend(name: string, weight = 1, host = '10.0.0.1'): Backend {
  return { host, port: 31_001, weight, taskId: name as TaskId };
}

function route(more: Partial<Route> = {}): Route {
  return {
    listen: { address: '127.0.0.1', port: 10_101 },
    app: '/shop/api' as PathId,
    portIndex: 0,
    backends: [backend('a'), backend('b', 3)],
    kind: 'service',
    mode: 'tcp',
    drain: seconds(30),
    ...more,
  };
}

function rendered(routes: readonly Route[], frame = FRAME) {
  return renderConfig(
    frame,
    wantedBackends(routes, (host) => (host === 'unknown' ? undefined : host)),
  );
}

/** What stands behind the settings that hold for all. */
function sections(routes: readonly Route[], frame = FRAME): string {
  const { text } = rendered(routes, frame);
  return text.slice(text.indexOf('option srvtcpka') + 'option srvtcpka\n\n'.length);
}

describe('the configuration of HAProxy', () => {
  it('holds a route of bytes', () => {
    expect(sections([route()])).to.equal(
      [
        '# /shop/api port 0, service',
        'frontend in:127.0.0.1:10101',
        '  bind 127.0.0.1:10101',
        '  mode tcp',
        '  default_backend 127.0.0.1:10101',
        '',
        'backend 127.0.0.1:10101',
        '  mode tcp',
        '  server a 10.0.0.1:31001 weight 1',
        '  server b 10.0.0.1:31001 weight 3',
        '',
      ].join('\n'),
    );
  });

  it('holds a route of requests, with a preview, and its names on the shared port', () => {
    const http = route({
      listen: { address: '::', port: 10_102 },
      mode: 'http',
      previews: [{ deployment: 'd-1', backends: [backend('green', 1, 'fd00::2')] }],
      hosts: ['shop.example.com', '*.shop.example.com', 'not a name'],
    });
    expect(sections([http])).to.equal(HTTP_GOLDEN);
  });

  it('tells backends of bytes who their clients are, where they want to know', () => {
    expect(sections([route({ clientAddress: 'proxyV1' })])).to.contain('weight 1 send-proxy\n');
    expect(sections([route({ clientAddress: 'proxyV2' })])).to.contain('weight 1 send-proxy-v2\n');
  });

  it('leaves out what has no address now', () => {
    const text = sections([route({ backends: [backend('a', 1, 'unknown'), backend('b')] })]);
    expect(text).to.not.contain('server a');
    expect(text).to.contain('server b');
  });

  it('is of the same structure as long as only servers change', () => {
    const { structure } = rendered([route()]);
    expect(rendered([route({ backends: [backend('c', 9)] })]).structure).to.equal(structure);
    expect(rendered([route({ mode: 'http' })]).structure).to.not.equal(structure);
    expect(rendered([]).structure).to.not.equal(structure);
    const proxied = route({ clientAddress: 'proxyV2' });
    expect(rendered([proxied]).structure).to.not.equal(structure);
  });

  it('takes no line from an id, a deployment or a host name', () => {
    const evil = 'x\nbackend evil\n  server evil 10.6.6.6:80';
    const lines = sections([
      route({
        app: `/${evil}` as PathId,
        mode: 'http',
        backends: [backend(evil)],
        previews: [{ deployment: evil, backends: [backend(`${evil}2`)] }],
        hosts: [evil, `*.${evil}`],
      }),
    ]).split('\n');
    expect(lines.filter((line) => /^\s*(backend|server) evil/.test(line))).to.deep.equal([]);
    expect(lines.filter((line) => line.includes('10.6.6.6:80'))).to.deep.equal([]);
  });
});

const HTTP_GOLDEN = `# /shop/api port 0, service
frontend in::::10102
  bind [::]:10102
  mode http
  option http-server-close
  option idle-close-on-response
  bind unix@/d/6e497226fad2 mode 600 accept-proxy
  use_backend next::::10102 if { stopping }
  use_backend :::10102:preview:d-1 if { req.hdr(X-Ekiden-Preview) -m str d-1 }
  use_backend :::10102:preview:d-1 if { req.cook(X-Ekiden-Preview) -m str d-1 }
  default_backend :::10102

backend next::::10102
  mode http
  option http-server-close
  server next unix@/d/6e497226fad2 send-proxy-v2

frontend vhosts
  bind 0.0.0.0:80
  mode http
  option http-server-close
  option idle-close-on-response
  bind unix@/d/0ada269bbd57 mode 600 accept-proxy
  use_backend next:vhosts if { stopping }
  use_backend :::10102:preview:d-1 if { req.hdr(host),field(1,:),lower -m str shop.example.com } { req.hdr(X-Ekiden-Preview) -m str d-1 }
  use_backend :::10102:preview:d-1 if { req.hdr(host),field(1,:),lower -m str shop.example.com } { req.cook(X-Ekiden-Preview) -m str d-1 }
  use_backend :::10102 if { req.hdr(host),field(1,:),lower -m str shop.example.com }
  use_backend :::10102:preview:d-1 if { req.hdr(host),field(1,:),lower -m end .shop.example.com } { req.hdr(X-Ekiden-Preview) -m str d-1 }
  use_backend :::10102:preview:d-1 if { req.hdr(host),field(1,:),lower -m end .shop.example.com } { req.cook(X-Ekiden-Preview) -m str d-1 }
  use_backend :::10102 if { req.hdr(host),field(1,:),lower -m end .shop.example.com }

backend next:vhosts
  mode http
  option http-server-close
  server next unix@/d/0ada269bbd57 send-proxy-v2

backend :::10102
  mode http
  option http-server-close
  option forwardfor
  http-request set-header X-Forwarded-Proto http unless { req.hdr(X-Forwarded-Proto) -m found }
  http-request set-header X-Forwarded-Host %[req.hdr(host)] unless { req.hdr(X-Forwarded-Host) -m found }
  # What has not begun to be answered may be asked again elsewhere, if that is safe.
  retry-on conn-failure empty-response
  http-request disable-l7-retry unless { method GET HEAD OPTIONS }
  server a 10.0.0.1:31001 weight 1
  server b 10.0.0.1:31001 weight 3

backend :::10102:preview:d-1
  mode http
  option http-server-close
  option forwardfor
  http-request set-header X-Forwarded-Proto http unless { req.hdr(X-Forwarded-Proto) -m found }
  http-request set-header X-Forwarded-Host %[req.hdr(host)] unless { req.hdr(X-Forwarded-Host) -m found }
  # What has not begun to be answered may be asked again elsewhere, if that is safe.
  retry-on conn-failure empty-response
  http-request disable-l7-retry unless { method GET HEAD OPTIONS }
  server green [fd00::2]:31001 weight 1
`;
