import type { Clock } from '@ekiden/kernel';
import { EmbeddedRouter } from '../adapters/routing/embedded/index.js';
import { HaproxyRouter } from '../adapters/routing/haproxy/index.js';
import type { Log } from '../ports/index.js';
import type { Traffic } from '../runtime/index.js';
import type { Settings } from '../settings/index.js';

type RouterSettings = Pick<Settings, 'router' | 'haproxy' | 'dataDir' | 'serviceAddress'>;

/** The router of the data directory, unless service ports are somebody else's business. */
export function openRouter(
  { router, haproxy, dataDir, serviceAddress }: RouterSettings,
  tools: { readonly clock: Clock; readonly log: Log },
): Traffic | undefined {
  switch (router) {
    case 'embedded':
      return { router: new EmbeddedRouter({ dataDir, ...tools }), serviceAddress };
    case 'haproxy':
      return {
        router: new HaproxyRouter({ dataDir, executable: haproxy, ...tools }),
        serviceAddress,
      };
    case 'none':
      return undefined;
  }
}
