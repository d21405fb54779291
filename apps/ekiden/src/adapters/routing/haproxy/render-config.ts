import { createHash } from 'node:crypto';
import type { ClientAddress, Listen, Route } from '../../../core/traffic/index.js';
import { backendName, escaped, previewName, socketAddress } from './names.js';
import type { WantedBackend, WantedServer } from './wanted-servers.js';

export interface Frame {
  /** The runtime socket; operators and exporters may read it too. */
  readonly statsSocket: string;
  /** Where virtual hosts are served; absent = nowhere. */
  readonly vhosts: Listen | undefined;
  /** Folder of the sockets that workers of before pass requests on to. */
  readonly nextSockets: string;
}

/** A configuration, and what tells it from those that a reload is needed for. */
export interface Rendered {
  readonly text: string;
  /** Digest of all but the servers: those are changed at run time. */
  readonly structure: string;
}

/** Workers of before stay as long as they have connections, but not for ever. */
const OLD_WORKERS_MAX = 32;
const OLD_WORKER_LIFE = '24h';

/** The frontend of all virtual hosts. */
export const VHOSTS = 'vhosts';

/** What listens on an address. */
export function frontendName(listen: Listen): string {
  return `in:${backendName(listen)}`;
}

/** What backends begin with that lead to the worker that has taken over. */
export const NEXT = 'next:';

const PREVIEW_HEADER = 'X-Ekiden-Preview';

/** All sections, in the order of the routes. The same input gives the same text. */
export function renderConfig(frame: Frame, backends: readonly WantedBackend[]): Rendered {
  const routes = backends.flatMap(({ route, preview }) => (preview === undefined ? [route] : []));
  const sections = [
    ...routes.flatMap((route) => frontend(frame, route)),
    ...vhostFrontend(frame, routes),
  ].map((lines) => lines.join('\n'));
  const heads = backends.map((backend) => backendHead(backend).join('\n'));
  const structure = createHash('sha256')
    .update([global(frame, ''), DEFAULTS, ...sections, ...heads].join('\n\n'))
    .digest('hex')
    .slice(0, 32);
  const whole = backends.map((backend, at) =>
    [heads[at] ?? '', ...backend.servers.map((one) => serverLine(one, backend.route))].join('\n'),
  );
  const text = [global(frame, structure), DEFAULTS, ...sections, ...whole].join('\n\n');
  return { text: `${text}\n`, structure };
}

/** What `add server` and a `server` line say behind the name alike. */
export function serverWords(
  { at, weight }: WantedServer,
  clientAddress: ClientAddress | undefined,
): string {
  const words = [at, `weight ${weight}`];
  if (clientAddress === 'proxyV1') words.push('send-proxy');
  if (clientAddress === 'proxyV2') words.push('send-proxy-v2');
  return words.join(' ');
}

function serverLine(server: WantedServer, route: Route): string {
  return `  server ${server.name} ${serverWords(server, route.clientAddress)}`;
}

function global({ statsSocket }: Frame, structure: string): string {
  return [
    '# Written by Ekiden from its routes, and written anew with every change of them.',
    'global',
    `  description ekiden:${structure}`,
    `  stats socket ${statsSocket} mode 600 level admin expose-fd listeners`,
    "  # A port is either ours or somebody else's, never shared between two programs.",
    '  noreuseport',
    '  fd-hard-limit 100000',
    `  mworker-max-reloads ${OLD_WORKERS_MAX}`,
    `  hard-stop-after ${OLD_WORKER_LIFE}`,
  ].join('\n');
}

const DEFAULTS = [
  'defaults',
  '  balance roundrobin',
  '  retries 2',
  '  # One that does not answer is passed over at once.',
  '  option redispatch 1',
  '  timeout connect 3s',
  '  timeout queue 3s',
  '  # Connections may be silent for long: databases and event streams are.',
  '  timeout client 24h',
  '  timeout server 24h',
  '  timeout tunnel 24h',
  '  timeout http-request 30s',
  '  timeout http-keep-alive 60s',
  '  option clitcpka',
  '  option srvtcpka',
].join('\n');

type Lines = readonly string[];

function frontend(frame: Frame, route: Route): readonly Lines[] {
  const { listen, mode } = route;
  const name = backendName(listen);
  const next = mode === 'http' ? handOver(frame, name) : undefined;
  return [
    [
      `# ${escaped(route.app).replaceAll(':2f', '/')} port ${route.portIndex}, ${route.kind}`,
      `frontend ${frontendName(listen)}`,
      `  bind ${socketAddress(listen.address, listen.port)}`,
      ...modeLines(mode, 'front'),
      ...(next?.lines ?? []),
      ...previewLines(route, ''),
      `  default_backend ${name}`,
    ],
    ...(next === undefined ? [] : [next.backend]),
  ];
}

/**
 * A client's connection may outlive the configuration it came in by. What it still asks for goes
 * to the worker that has taken over, which knows the routes of now. `lines` are those of its
 * frontend.
 */
function handOver(
  { nextSockets }: Frame,
  name: string,
): { readonly lines: Lines; readonly backend: Lines } {
  const file = createHash('sha256').update(name).digest('hex').slice(0, 12);
  const socket = `unix@${nextSockets}/${file}`;
  const backend = `${NEXT}${name}`;
  return {
    lines: [`  bind ${socket} mode 600 accept-proxy`, `  use_backend ${backend} if { stopping }`],
    backend: [
      `backend ${backend}`,
      '  mode http',
      '  option http-server-close',
      `  server next ${socket} send-proxy-v2`,
    ],
  };
}

function previewLines(route: Route, host: string): readonly string[] {
  return (route.previews ?? []).flatMap(({ deployment }) => {
    const backend = previewName(backendName(route.listen), deployment);
    return ['req.hdr', 'req.cook'].map(
      (from) =>
        `  use_backend ${backend} if ${host}{ ${from}(${PREVIEW_HEADER}) -m str ${escaped(deployment)} }`,
    );
  });
}

/** Requests on the shared port go by the name they ask for. */
function vhostFrontend(frame: Frame, routes: readonly Route[]): readonly Lines[] {
  const listen = frame.vhosts;
  if (listen === undefined) return [];
  const [exact, below] = vhostRules(routes);
  if (exact.length + below.length === 0) return [];
  const bind = `  bind ${socketAddress(listen.address, listen.port)}`;
  const next = handOver(frame, VHOSTS);
  const lines = [...modeLines('http', 'front'), ...next.lines, ...exact, ...below];
  return [[`frontend ${VHOSTS}`, bind, ...lines], next.backend];
}

/** A name belongs to the first route that has it; whole names go before those with `*`. */
function vhostRules(routes: readonly Route[]): readonly [exact: Lines, below: Lines] {
  const [exact, below]: [string[], string[]] = [[], []];
  const seen = new Set<string>();
  for (const route of routes) {
    if (route.kind !== 'service' || route.mode !== 'http') continue;
    for (const host of route.hosts ?? []) {
      if (seen.has(host) || !isHostName(host.replace(/^\*\./, ''))) continue;
      seen.add(host);
      const isWhole = !host.startsWith('*');
      const match = isWhole ? `str ${host}` : `end ${host.slice(1)}`;
      const asked = `{ req.hdr(host),field(1,:),lower -m ${match} }`;
      (isWhole ? exact : below).push(
        ...previewLines(route, `${asked} `),
        `  use_backend ${backendName(route.listen)} if ${asked}`,
      );
    }
  }
  return [exact, below];
}

function isHostName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?$/.test(text);
}

function backendHead({ name, route }: WantedBackend): readonly string[] {
  const { mode, clientAddress } = route;
  // Belongs to each server, and cannot be changed without a reload.
  const told = clientAddress === undefined ? [] : [`  # clients are named by ${clientAddress}`];
  return [`backend ${name}`, ...modeLines(mode, 'back'), ...told];
}

function modeLines(mode: Route['mode'], side: 'front' | 'back'): readonly string[] {
  if (mode === 'tcp') return ['  mode tcp'];
  // Instances see each request on a connection of its own, so none is lost on one that they were
  // about to close; clients keep theirs.
  const both = ['  mode http', '  option http-server-close'];
  return side === 'front'
    ? [...both, '  option idle-close-on-response']
    : [
        ...both,
        '  option forwardfor',
        '  http-request set-header X-Forwarded-Proto http unless { req.hdr(X-Forwarded-Proto) -m found }',
        '  http-request set-header X-Forwarded-Host %[req.hdr(host)] unless { req.hdr(X-Forwarded-Host) -m found }',
        '  # What has not begun to be answered may be asked again elsewhere, if that is safe.',
        '  retry-on conn-failure empty-response',
        '  http-request disable-l7-retry unless { method GET HEAD OPTIONS }',
      ];
}
