import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '@ekiden/kernel';
import type { DockerOptions } from 'dockerode';

/** Where a Docker engine answers. */
export type EngineAddress =
  | { readonly kind: 'unix'; readonly socketPath: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** Folder with `ca.pem`, `cert.pem` and `key.pem`; absent = no TLS. */
      readonly certificates?: string;
    };

const TLS_PORT = 2376;
const PLAIN_PORT = 2375;

/**
 * Reads `unix:///path` or `tcp://host[:port]`, the forms of Docker's own `DOCKER_HOST`. The folder
 * with the TLS files comes as `certificates`, which only `tcp` may have.
 */
export function parseEngineAddress(
  text: string,
  certificates?: string,
): Result<EngineAddress, string> {
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
  const port = url.port === '' ? defaultPort(certificates) : Number(url.port);
  return ok({ kind: 'tcp', host, port, ...(certificates === undefined ? {} : { certificates }) });
}

/** The address for people; equal addresses read the same. */
export function showEngineAddress(address: EngineAddress): string {
  if (address.kind === 'unix') return `unix://${address.socketPath}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `tcp://${host}:${address.port}`;
}

/**
 * Everything is said, so that no `DOCKER_*` variable of the service has a say. Throws when a TLS
 * file cannot be read.
 */
export function clientOptions(address: EngineAddress): DockerOptions {
  if (address.kind === 'unix') {
    return { host: '', socketPath: address.socketPath, protocol: 'http' };
  }
  const { host, port, certificates } = address;
  const where = { host, port, socketPath: '', pathPrefix: '/' };
  if (certificates === undefined) return { ...where, protocol: 'http' };
  const read = (file: string): Buffer => readFileSync(join(certificates, file));
  return {
    ...where,
    protocol: 'https',
    ca: read('ca.pem'),
    cert: read('cert.pem'),
    key: read('key.pem'),
  };
}

function defaultPort(certificates: string | undefined): number {
  return certificates === undefined ? PLAIN_PORT : TLS_PORT;
}
