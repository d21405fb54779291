import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Route } from '../../../core/traffic/index.js';
import type { AddressOf } from './wanted-servers.js';

const LOOKUP_MAX_MS = 2_000;

/** Addresses of backends' hosts: most are addresses already, names are looked up. */
export class HostAddresses {
  /** The last that was found; it serves when a name cannot be looked up. */
  private readonly known = new Map<string, string>();

  async of(routes: readonly Route[]): Promise<AddressOf> {
    const names = new Set<string>();
    for (const { backends, previews = [] } of routes) {
      for (const { host } of [...backends, ...previews.flatMap((preview) => preview.backends)]) {
        if (isIP(host) === 0) names.add(host);
      }
    }
    for (const name of this.known.keys()) if (!names.has(name)) this.known.delete(name);
    await Promise.all([...names].map((name) => this.lookUp(name)));
    return (host) => (isIP(host) === 0 ? this.known.get(host) : host);
  }

  private async lookUp(name: string): Promise<void> {
    const limit = new Promise<undefined>((resolve) => {
      setTimeout(() => {
        resolve(undefined);
      }, LOOKUP_MAX_MS).unref();
    });
    const found = lookup(name, { family: 0, verbatim: false }).catch(() => undefined);
    const address = (await Promise.race([found, limit]))?.address;
    if (address !== undefined) this.known.set(name, address);
  }
}
