import type { Socket } from 'node:net';
import { BackendSearch } from './backend-search.js';
import { cut, join, reach, refuse } from './link.js';
import { endsOf, proxyHeader } from './proxy-header.js';
import type { RouteSite } from './route-site.js';
import type { Works } from './works.js';

/** Brings a connection of a `tcp` route to a backend, and keeps it there. */
export async function serveTcp(client: Socket, site: RouteSite, works: Works): Promise<void> {
  client.on('error', () => undefined);
  const ends = endsOf(client);
  const search = new BackendSearch(site, works.clock);
  for (;;) {
    const backend = search.isLate() ? undefined : search.next();
    if (backend === undefined) {
      if (!(await search.goesRound())) break;
      if (isGone(client)) return;
      continue;
    }
    const upstream = await reach(backend, works.limits.connectMs);
    if (upstream === undefined) site.missed(backend);
    if (isGone(client)) {
      upstream?.destroy();
      return;
    }
    if (upstream === undefined) continue;
    if (!site.isCurrent(backend)) {
      upstream.destroy();
      continue;
    }
    works.ledger.count(backend);
    const over = site.begin(backend, { cut: () => cut(client) });
    client.once('close', over);
    const { clientAddress } = site.route;
    if (clientAddress !== undefined) upstream.write(proxyHeader(clientAddress, ends));
    join(client, upstream);
    return;
  }
  refuse(client);
}

/** Asked again after waiting, so that it is looked at anew. */
function isGone(client: Socket): boolean {
  return client.destroyed;
}
