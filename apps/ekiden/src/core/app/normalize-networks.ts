import type { Network } from './app-definition.js';
import { APP_DEFAULTS } from './app-defaults.js';
import type { AppSettings } from './app-settings.js';
import type { Maybe, NetworkWire } from './app-wire.js';
import { given, givenEntries } from './given.js';

/** No network means the host's; unnamed container networks get the operator's default name (6.2). */
export function normalizeNetworks(
  wire: Maybe<readonly NetworkWire[]>,
  settings: Pick<AppSettings, 'defaultNetworkName'>,
): readonly Network[] {
  const networks = wire ?? [];
  return (networks.length === 0 ? APP_DEFAULTS.app.networks : networks).map(
    (network: NetworkWire) => {
      const mode = network.mode ?? APP_DEFAULTS.network.mode;
      const name = mode === 'container' ? settings.defaultNetworkName : undefined;
      return given({
        mode,
        name: network.name ?? name,
        labels: givenEntries(network.labels),
      });
    },
  );
}
