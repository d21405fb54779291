import type { Clock } from '@ekiden/kernel';
import { EmbeddedRouter, retireEmbedded } from '../adapters/routing/embedded/index.js';
import { HaproxyRouter, retireHaproxy } from '../adapters/routing/haproxy/index.js';
import { scopeMemory } from '../adapters/routing/process/index.js';
import type { Log } from '../ports/index.js';
import type { Traffic } from '../runtime/index.js';
import type { Settings } from '../settings/index.js';

type RouterSettings = Pick<
  Settings,
  'router' | 'haproxy' | 'dataDir' | 'serviceAddress' | 'vhostPort' | 'haproxyGroups'
>;

/** The router of the data directory, unless service ports are somebody else's business. */
export async function openRouter(
  settings: RouterSettings,
  tools: { readonly clock: Clock; readonly log: Log },
): Promise<Traffic | undefined> {
  const { haproxyGroups: groups, router, haproxy, dataDir, serviceAddress, vhostPort } = settings;
  const vhosts = vhostPort === 0 ? {} : { vhosts: { address: serviceAddress, port: vhostPort } };
  const options = { dataDir, ...vhosts, ...tools };
  if (router !== 'haproxy') await retireHaproxy(dataDir, tools.log);
  if (router !== 'embedded') await retireEmbedded(dataDir, tools.log);
  if (router === 'none') return undefined;
  const scopes = await scopeMemory(dataDir, tools.log);
  switch (router) {
    case 'embedded':
      return { router: new EmbeddedRouter(options), serviceAddress, groups, scopes };
    case 'haproxy':
      return {
        router: new HaproxyRouter({ ...options, executable: haproxy }),
        serviceAddress,
        groups,
        scopes,
      };
  }
}
