import { err, ok, type Result } from '@ekiden/kernel';
import type { EngineAddress } from '@ekiden/host-docker';
import {
  parseAttributes,
  parseResources,
  type Attribute,
  type Domain,
  type Resources,
} from '@ekiden/offers';
import { parseDomain } from './agent-domain.js';

/** One Docker engine that is an agent of its own, as it was written. */
export interface DockerHostEntry {
  readonly address: EngineAddress;
  readonly hostname: string | undefined;
  /** Where its published ports answer, as seen from here. */
  readonly hostPorts: string | undefined;
  /** Where service ports answer, as seen from its containers. */
  readonly services: string | undefined;
  readonly attributes: readonly Attribute[];
  readonly domain: Domain | undefined;
  readonly resources: Resources | undefined;
}

/** Which Docker engines are used. */
export type DockerHostsRule =
  /** The engine of this machine, as one more executor of its agent. */
  | { readonly kind: 'local'; readonly address: EngineAddress }
  | { readonly kind: 'none' }
  /** Each an agent of its own. */
  | { readonly kind: 'list'; readonly entries: readonly DockerHostEntry[] };

const TLS_PORT = 2376;
const PLAIN_PORT = 2375;
const USUAL_SOCKET: EngineAddress = { kind: 'unix', socketPath: '/var/run/docker.sock' };
const OPTIONS = ['address', 'attributes', 'cert', 'domain', 'hostname', 'resources', 'services'];

/**
 * Reads `none`, or engines separated by blanks, each `unix:///path` or `tcp://host[:port]` with
 * options behind a question mark: `cert` (folder with ca.pem, cert.pem and key.pem), `hostname`,
 * `address`, `services`, `attributes`, `domain` (region/zone) and `resources`. The error is a phrase.
 */
export function parseDockerHosts(text: string): Result<DockerHostsRule, string> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 1 && words[0] === 'none') return ok({ kind: 'none' });
  const entries: DockerHostEntry[] = [];
  for (const word of words) {
    const entry = parseEntry(word);
    if (!entry.ok) return err(`${word.split('?')[0] ?? word}: ${entry.error}`);
    entries.push(entry.value);
  }
  return entries.length === 0
    ? err('none, or addresses such as unix:///var/run/docker.sock')
    : ok({ kind: 'list', entries });
}

/** Without a word of ours: what Docker's own client would use. */
export function usualDockerHosts(
  env: Readonly<Record<string, string | undefined>>,
): Result<DockerHostsRule, string> {
  const host = env['DOCKER_HOST'] ?? '';
  if (host === '') return ok({ kind: 'local', address: USUAL_SOCKET });
  const secure = (env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  const address = parseAddress(host, secure ? env['DOCKER_CERT_PATH'] : undefined);
  if (!address.ok) return address;
  if (address.value.kind === 'unix') return ok({ kind: 'local', address: address.value });
  return ok({ kind: 'list', entries: [bare(address.value)] });
}

function bare(address: EngineAddress): DockerHostEntry {
  return {
    address,
    hostname: undefined,
    hostPorts: undefined,
    services: undefined,
    attributes: [],
    domain: undefined,
    resources: undefined,
  };
}

function parseEntry(word: string): Result<DockerHostEntry, string> {
  const [where = '', query = ''] = word.split('?', 2);
  const options = new URLSearchParams(query);
  for (const name of options.keys()) {
    if (!OPTIONS.includes(name)) return err(`no option ${name}; there are ${OPTIONS.join(', ')}`);
  }
  const option = (name: string): string | undefined => options.get(name) ?? undefined;
  const address = parseAddress(where, option('cert'));
  if (!address.ok) return address;
  const attributes = parseAttributes(option('attributes') ?? '');
  if (!attributes.ok) return err(`attributes: ${attributes.error.rule}`);
  const place = option('domain');
  const domain = place === undefined ? undefined : parseDomain(place);
  if (domain?.ok === false) return err(`domain: ${domain.error}`);
  const written = option('resources');
  const resources = written === undefined ? undefined : parseResources(written);
  if (resources?.ok === false) return err(`resources: ${resources.error.rule}`);
  return ok({
    address: address.value,
    hostname: option('hostname'),
    hostPorts: option('address'),
    services: option('services'),
    attributes: attributes.value,
    domain: domain?.value,
    resources: resources?.value,
  });
}

/** The forms of Docker's own `DOCKER_HOST`. */
function parseAddress(text: string, certificates?: string): Result<EngineAddress, string> {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return err('expected unix:///path/to/socket or tcp://host:port');
  }
  if (url.protocol === 'unix:') {
    const socketPath = decodeURIComponent(url.pathname);
    if (url.host !== '' || socketPath.length < 2) return err('expected unix:///path/to/socket');
    if (certificates !== undefined) return err('a unix socket takes no certificates');
    return ok({ kind: 'unix', socketPath });
  }
  if (url.protocol !== 'tcp:') return err('expected unix:// or tcp://');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '' || !['', '/'].includes(url.pathname)) return err('expected tcp://host:port');
  if (url.username !== '' || url.password !== '') {
    return err('an engine knows no user names; use certificates');
  }
  const usual = certificates === undefined ? PLAIN_PORT : TLS_PORT;
  const port = url.port === '' ? usual : Number(url.port);
  return ok({ kind: 'tcp', host, port, ...(certificates === undefined ? {} : { certificates }) });
}
