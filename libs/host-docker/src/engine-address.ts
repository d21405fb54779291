import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
