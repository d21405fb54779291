import type { Clock } from '@ekiden/kernel';
import { ForwarderRouter } from '../adapters/routing/forwarder/index.js';
import type { Log } from '../ports/index.js';
import type { Traffic } from '../runtime/index.js';
import type { Settings } from '../settings/index.js';

/** The forwarder of the data directory, unless service ports are somebody else's business. */
export function openRouter(
  { router, dataDir, serviceAddress }: Pick<Settings, 'router' | 'dataDir' | 'serviceAddress'>,
  tools: { readonly clock: Clock; readonly log: Log },
): Traffic | undefined {
  switch (router) {
    case 'embedded':
      return { router: new ForwarderRouter({ dataDir, ...tools }), serviceAddress };
    case 'none':
      return undefined;
  }
}
