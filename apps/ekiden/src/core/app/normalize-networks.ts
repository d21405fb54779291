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
  if (wire === null || wire === undefined || wire.length === 0) return USUAL;
  return wire.map((network) => normalizeNetwork(network, settings));
}

function normalizeNetwork(
  network: NetworkWire,
  settings: Pick<AppSettings, 'defaultNetworkName'>,
): Network {
  const mode = network.mode ?? APP_DEFAULTS.network.mode;
  const name = mode === 'container' ? settings.defaultNetworkName : undefined;
  return given({ mode, name: network.name ?? name, labels: givenEntries(network.labels) });
}

/** One for all that name none. */
const USUAL: readonly Network[] = APP_DEFAULTS.app.networks.map((network: NetworkWire) =>
  normalizeNetwork(network, {}),
);
